"""Commands: flask tracking ..."""

import click
from flask.cli import AppGroup

from lms import clock
from lms.db import db
from lms.tracking import services

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
