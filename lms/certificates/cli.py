"""Commands: flask certificates ..."""

import hashlib
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from lms import clock
from lms.certificates import queries, services
from lms.certificates.models import Certificate
from lms.courses.models import Course
from lms.db import db
from lms.people.queries import Scope

group = AppGroup("certificates", help="Giấy chứng nhận: công nhận, thu hồi, kiểm tra tệp.")
EVERYWHERE = Scope(everywhere=True)
SYSTEM = 0  # the acts of the command line belong to no person


@group.command("approve")
@click.option("--course", "code", required=True, help="Mã khóa học, ví dụ K01.")
@click.option("--number", required=True, help="Số quyết định.")
@click.option("--day", required=True, type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]), help="Ngày quyết định.")
@click.option("--signer", required=True, help="Họ và tên người ký.")
@click.option("--title", default="GIÁM ĐỐC", show_default=True, help="Chức vụ người ký.")
@click.option("--issuer", default="SNV", show_default=True)
@click.option("--issuer-name", default="SỞ NỘI VỤ", show_default=True)
@click.option("--issuer-parent", default="UBND TỈNH ĐỒNG THÁP", show_default=True)
@click.option("--place", default="Đồng Tháp", show_default=True)
def approve(
    code: str, number: str, day: datetime, signer: str, title: str, issuer: str, issuer_name: str, issuer_parent: str, place: str
) -> None:
    """Công nhận mọi kết quả đang chờ của một khóa theo một quyết định."""
    course_id = db.session.scalar(select(Course.id).where(Course.code == code))
    if course_id is None:
        raise click.ClickException(f"Không có khóa {code}.")
    at, count = clock.now(), 0
    paper = services.Paper(number, day.date(), title, signer, issuer, issuer_name, issuer_parent, place)
    decision = services.decide(paper, SYSTEM, at)
    waiting = queries.pending_ids(queries.Filters(course_id=course_id), EVERYWHERE)
    for begin in range(0, len(waiting), services.AT_ONCE):
        chunk = waiting[begin : begin + services.AT_ONCE]
        count += len(services.approve(decision, chunk, current_app.config["PUBLIC_URL"], SYSTEM, at))
        db.session.commit()
    services.ask_for_pdfs(decision, SYSTEM, at)
    db.session.commit()
    print(f"Đã công nhận {count} kết quả.")


@group.command("revoke")
@click.argument("number")
@click.option("--reason", required=True)
@click.option("--decision", required=True)
def revoke(number: str, reason: str, decision: str) -> None:
    """Thu hồi giấy chứng nhận có số vào sổ NUMBER."""
    certificate_id = db.session.scalar(select(Certificate.id).where(Certificate.number == number))
    if certificate_id is None:
        raise click.ClickException(f"Không có số vào sổ {number}.")
    services.revoke(certificate_id, reason, decision, SYSTEM, clock.now())
    db.session.commit()
    print(f"Đã thu hồi {number}.")


@group.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Kiểm tra FILE có đúng từng byte với một tệp đã cấp hay không."""
    found = queries.by_digest(hashlib.sha256(file.read_bytes()).hexdigest())
    if found is None:
        raise click.ClickException("Tệp này không trùng với tệp nào đã cấp.")
    state = f"đã thu hồi ({found.revoked_reason})" if found.revoked_at else "đang có hiệu lực"
    print(f"{found.number}: {found.frozen['holder']}, {found.frozen['course']}, {state}.")
