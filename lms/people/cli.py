"""Commands: flask people ..."""

from pathlib import Path

import click
from flask.cli import AppGroup

from lms import clock, storage
from lms.db import db, release
from lms.errors import Conflict
from lms.people import queries, services, sheet
from lms.people.queries import Scope
from lms.people.services import imports
from lms.permissions import Role
from lms.tables import TableError

group = AppGroup("people", help="Cán bộ, đơn vị: nhập danh sách, ví dụ sáp nhập.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Chỉ đọc và báo; không ghi gì.")
@click.option("--by", "by_id", type=int, required=True, help="Số hồ sơ của người chịu trách nhiệm.")
def import_file(file: Path, dry_run: bool, by_id: int) -> None:
    """Nhập danh sách cán bộ từ tệp Excel hoặc CSV, như trên trang Nhập danh sách."""
    content = file.read_bytes()
    try:
        found = sheet.read_officers(content, file.name)
    except TableError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    at = clock.now()
    operation_id = imports.begin(file.name, storage.put(content), by_id, at).id
    for _done in imports.stage(operation_id, found.rows, Scope(everywhere=True), clock.today()):
        if not dry_run:
            db.session.commit()
    counts = imports.operations.recount(operation_id)
    click.echo("Mới {new}, cập nhật {changed}, không đổi {same}, cần chọn {ask}, cần sửa {error}.".format(**counts))
    for line, data, reasons in queries.refused_rows(operation_id):
        click.echo(f"  dòng {line}, {data['full_name']}: {reasons}")
    if dry_run:
        release()
        return
    _write(operation_id)
    click.echo(f"Đã ghi. Hoàn tác ở trang /people/imports/{operation_id}.")


def _write(operation_id: int) -> None:
    imports.finish(operation_id, "staged", clock.now())
    imports.advance_to_confirming(operation_id)
    db.session.commit()
    after, count = 0, 1
    while count:
        after, count = imports.write_chunk(operation_id, after, clock.now())
        db.session.commit()
    imports.finish(operation_id, "confirmed", clock.now())
    db.session.commit()


@group.command("example-merger")
def example_merger() -> None:
    """Tạo ví dụ minh họa về sáp nhập (đơn vị hư cấu, được đánh dấu)."""
    unit = services.load_example_merger(clock.now())
    db.session.commit()
    click.echo(f"Ví dụ minh họa: xem /people/units/{unit.id}.")


@group.command("create-admin")
@click.argument("full_name")
@click.argument("email")
def create_admin(full_name: str, email: str) -> None:
    """Tạo quản trị đầu tiên và in phiếu kích hoạt của người ấy."""
    at = clock.now()
    try:
        person = services.create_person(full_name, None, None, "cong_chuc", at, None, [("email", email)])
        services.give_role(person.id, Role.ADMIN, "all", None, clock.today(), None, None, at)
        slip = services.issue_slip(person.id, None, at)
    except Conflict as refusal:
        raise click.ClickException(refusal.message) from refusal
    db.session.commit()
    click.echo(f"Tên đăng nhập: {slip.sign_in_name}\nMã kích hoạt: {slip.code} (dùng một lần, tại /people/activate)")
