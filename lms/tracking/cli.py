"""Commands: flask tracking ..."""

from datetime import datetime, timedelta

import click
from flask.cli import AppGroup

from lms import clock
from lms.db import db, release
from lms.errors import NotFound
from lms.tracking import services
from lms.tracking.queries.parameters import next_midnight
from lms.tracking.queries.periods import closings
from lms.tracking.queries.replay import replay
from lms.vietnamese import format_date

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
    answers = services.Answers()
    for _read in services.collect(answers):
        release()
    found = services.propose_calibration(services.parameters_of(answers), clock.now())
    if use:
        services.use_calibration(found.number, None, next_midnight(clock.now()))
    else:
        services.tell_deciders(found.number, None, clock.now())
    db.session.commit()
    print(f"Bộ tham số {found.number}: {found.answers} câu trả lời của {found.officers} người.")


@group.command("explain")
@click.argument("person_id", type=int)
@click.argument("competence")
@click.option("--at", "day", type=click.DateTime(["%Y-%m-%d"]), help="Tính đến hết ngày này (YYYY-MM-DD); mặc định là hôm nay.")
def explain(person_id: int, competence: str, day: datetime | None) -> None:
    """Tính lại một con số từ sổ câu trả lời, cho người kiểm tra: từng dòng, phiên bản, mã băm; so với trang của học viên."""
    on = day.date() if day else clock.today()
    try:
        found = replay(person_id, competence, clock.midnight(on + timedelta(days=1)) - timedelta(microseconds=1))
    except NotFound:
        raise click.ClickException("Không có người này, hoặc chưa có câu trả lời nào về năng lực này.") from None
    law = found.law
    print(f"Người {person_id} {found.name}, {competence} {found.competence}, đến hết ngày {format_date(found.on)}")
    print(
        f"Quy tắc {law.rules.version}: P >= {law.rules.competent}, n >= {law.rules.least_answers}, phần câu chuẩn {law.rules.share}"
    )
    print(f"Bộ tham số câu hỏi {law.calibration}; mã băm đầu vào {found.digest}")
    for proof in found.proofs:
        print(f"Cấp {proof.level}: P = {proof.own:.6f}, P khi mượn năng lực khác = {proof.best:.6f}, n = {proof.effective:.6f}")
        print(
            f"  mức yêu cầu {proof.theta:.6f}; ngày, khóa, câu (a, d, c), điểm, trọng số theo tuổi, điểm dự kiến ở mức yêu cầu, ảnh hưởng"
        )
        for row in proof.rows:
            item = found.items[row.row.item]
            print(
                f"  {row.row.day} {row.row.key} câu {item.key} ({item.a:.3f}, {item.d:.3f}, {item.c:.3f}){' tạm không tính' * item.suspended}"
                f" {row.row.score:.3f} {row.age_weight:.6f} {row.at_level:.3f} {row.effect:+.6f}"
            )
    print("\n".join(["Khác với trang:", *found.differences]) if found.differences else "Khớp với trang của học viên.")
    if found.differences:
        raise SystemExit(1)


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
