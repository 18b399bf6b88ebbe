"""Commands: flask rosters ..."""

import hashlib
import shutil
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from lms import clock
from lms.courses.models import Course
from lms.db import db, release
from lms.people.models import UnitVersion
from lms.people.queries import Scope
from lms.rosters import services
from lms.rosters.queries import Filters

group = AppGroup("rosters", help="Danh sách hoàn thành.")
DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


@group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--course", help="Mã khóa học.")
@click.option("--unit", help="Mã đơn vị; tính cả đơn vị trực thuộc.")
@click.option("--from", "since", type=DAY, help="Hoàn thành từ ngày.")
@click.option("--to", "until", type=DAY, help="Hoàn thành đến ngày.")
@click.option("--as-of", "as_of", type=DAY, help="Số liệu đến hết ngày; mặc định hôm nay.")
@click.option(
    "--units", type=click.Choice(["then", "now"]), default="then", show_default=True, help="Theo đơn vị lúc đó hay nay."
)
@click.option("--order", type=click.Choice(["name", "unit"]), default="name", show_default=True, help="Sắp theo tên hay đơn vị.")
def export(
    file: Path, course: str | None, unit: str | None, since: datetime | None, until: datetime | None, as_of: datetime | None,
    units: str, order: str,
) -> None:  # fmt: skip
    """Ghi danh sách hoàn thành ra FILE (.csv hoặc .xlsx)."""
    kind = file.suffix.lower().removeprefix(".")
    if kind not in ("csv", "xlsx"):
        raise click.ClickException("Tên tệp phải kết thúc bằng .csv hoặc .xlsx.")
    day = _day(as_of) or clock.today()
    filters = Filters(_course_id(course), _unit_id(unit, day), _day(since), _day(until), units=units, order=order)
    written, lines = services.write(filters, Scope(everywhere=True), day, kind, let_others_write=True)
    digest = hashlib.sha256(written.read_bytes()).hexdigest()
    shutil.move(written, file)
    release()
    services.note(filters, day, kind, lines, digest, None, clock.now())
    db.session.commit()
    print(f"{lines} dòng: {file}")


def _course_id(code: str | None) -> int | None:
    found = db.session.scalar(select(Course.id).where(Course.code == code)) if code else None
    if code and found is None:
        raise click.ClickException(f"Không có khóa {code}.")
    return found


def _unit_id(code: str | None, on: date) -> int | None:
    """The unit that bears the code on the day."""
    named = select(UnitVersion.unit_id).where(UnitVersion.code == code, UnitVersion.since <= on)
    found = db.session.scalar(named.order_by(UnitVersion.since.desc()).limit(1)) if code else None
    if code and found is None:
        raise click.ClickException(f"Không có đơn vị mang mã {code} vào ngày {on:%d/%m/%Y}.")
    return found
