"""Commands: flask tracking ..."""

from datetime import datetime, timedelta

import click
from flask.cli import AppGroup

from lms import clock
from lms.db import db
from lms.tracking import services
from lms.tracking.queries.periods import closings

group = AppGroup("tracking", help="Năng lực: đọc kết quả học thành minh chứng và mức năng lực.")


@group.command("refresh")
def refresh() -> None:
    """Đọc các kết quả mới của mọi học viên."""
    count = 0
    for new in services.refresh_all(clock.now()):
        db.session.commit()
        count += new
    print(f"{count} minh chứng mới.")


@group.command("rebuild")
@click.option("--check", is_flag=True, help="Chỉ so sánh, không ghi; có khác biệt thì trả mã lỗi 1.")
def rebuild(check: bool) -> None:
    """Đọc lại toàn bộ kết quả từ đầu và ghi bổ sung phần còn thiếu."""
    differences = []
    for found in services.rebuild(clock.now(), check):
        db.session.commit()
        differences += found
    for d in differences:
        print(
            f"người {d.officer_id}: minh chứng thiếu {d.missing}, khác {d.changed}; mức năng lực khác {d.awards}; ước tính khác {d.standings}"
        )
    print(f"{len(differences)} người có khác biệt." if differences else "Khớp.")
    if check and differences:
        raise SystemExit(1)


@group.command("calibrate")
@click.option("--use", is_flag=True, help="Dùng ngay bộ tham số vừa ước lượng cho các kết quả ghi nhận từ đầu ngày mai.")
def calibrate(use: bool) -> None:
    """Ước lượng lại tham số của mọi câu hỏi từ các câu trả lời đã có."""
    found = services.propose_calibration(clock.now())
    if use:
        services.use_calibration(found.number, None, clock.midnight(clock.today() + timedelta(days=1)))
    db.session.commit()
    print(f"Bộ tham số {found.number}: {found.answers} câu trả lời của {found.officers} người.")


@group.command("snapshot")
@click.argument("days", nargs=-1, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--closings", "count", default=0, help="Thêm chừng ấy ngày chốt kỳ gần nhất.")
def snapshot(days: tuple[datetime, ...], count: int) -> None:
    """Tính số liệu toàn tỉnh đến hết các ngày ấy (không ghi ngày: hôm nay)."""
    asked = {day.date() for day in days} | {closing.day for closing in closings(clock.today(), count)}
    for as_of in sorted(asked | (set() if days else {clock.today()})):
        at = clock.now()
        snapshot_id = services.begin_snapshot(as_of, at, "asked", None)
        db.session.commit()
        people = 0
        for done, _ in services.count_snapshot(snapshot_id, at):
            db.session.commit()
            people = done
        print(f"{as_of:%d/%m/%Y}: {people} người, lần tính số {snapshot_id}.")


@group.command("check-snapshot")
@click.argument("snapshot_id", type=int)
def check_snapshot(snapshot_id: int) -> None:
    """Đếm lại một lần tính số từ hồ sơ, không ghi; có khác biệt thì trả mã lỗi 1."""
    wrong = [person_id for chunk in services.check_snapshot(snapshot_id) for person_id in chunk]
    print(f"Khác ở {len(wrong)} người: {', '.join(map(str, wrong[:50]))}" if wrong else "Khớp.")
    if wrong:
        raise SystemExit(1)
