"""Importing officers: upload, preview, confirm, take back."""

import io

from flask import Response, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from lms import clock, storage
from lms.db import db, release
from lms.errors import Conflict
from lms.people import queries, sheet
from lms.people.services import imports as services
from lms.people.views import bp
from lms.permissions import P
from lms.vietnamese import clean
from lms.web.auth import requires
from lms.web.forms import whole

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _mine() -> int | None:
    """Whose imports are seen: an admin of everything sees all, others their own."""
    return None if current_user.scope(P.PEOPLE_EDIT).everywhere else current_user.person_id


@bp.get("/imports")
@requires(P.PEOPLE_EDIT)
def imports() -> str:
    """Upload a file; below stand the imports so far."""
    return render_template("people/imports.html", operations=queries.imports(_mine()), problem="", labels=sheet.LABELS)


@bp.post("/imports")
@requires(P.PEOPLE_EDIT)
def upload() -> BaseResponse | tuple[str, int]:
    """Keep the file and have it read; nothing is in the record yet."""
    given = request.files.get("file")
    content = given.read() if given else b""
    problem = "" if content else "Chưa chọn tệp, hoặc tệp trống. Chọn tệp Excel (.xlsx, .xls), .ods hoặc CSV."
    if problem or given is None:
        page = render_template("people/imports.html", operations=queries.imports(_mine()), problem=problem, labels=sheet.LABELS)
        return page, 422
    name, by_id, scope = clean(given.filename or "danh sách")[:150], current_user.person_id, current_user.scope(P.PEOPLE_EDIT)
    release()
    digest, at = storage.put(content), clock.now()
    operation = services.begin(name, digest, by_id, at)
    services.start_reading(operation, scope, at)
    db.session.commit()
    return redirect(url_for("people.import_preview", operation_id=operation.id))


@bp.get("/imports/<int:operation_id>")
@requires(P.PEOPLE_EDIT)
def import_preview(operation_id: int) -> str:
    """What confirming would do, row by row, errors first; later what it did."""
    operation = queries.import_operation(operation_id, _mine())
    action, here = request.args.get("action", ""), max(1, request.args.get("page", 1, type=whole))
    rows, pages = queries.import_rows(operation_id, action, here)
    kept = queries.kept_rows(operation_id) if operation.state == "reversed" else []
    stopped = queries.interrupted(operation)
    return render_template(
        "people/import_preview.html", operation=operation, rows=rows, pages=pages, here_page=here,
        action=action, labels=sheet.LABELS, shown=sheet.shown, kept=kept, stopped=stopped,
    )  # fmt: skip


@bp.post("/imports/<int:operation_id>/rows/<int:row_id>")
@requires(P.PEOPLE_EDIT)
def choose_person(operation_id: int, row_id: int) -> BaseResponse:
    """Say whether a row is somebody in the record or somebody new."""
    queries.import_operation(operation_id, _mine())
    services.choose(operation_id, row_id, request.form.get("person_id", type=whole))
    db.session.commit()
    return redirect(url_for("people.import_preview", operation_id=operation_id, action="ask"))


@bp.post("/imports/<int:operation_id>/confirm")
@requires(P.PEOPLE_EDIT)
def confirm_import(operation_id: int) -> BaseResponse:
    """Write the rows that are new or changed."""
    operation = queries.import_operation(operation_id, _mine())
    if operation.state == "staged" and not operation.counts.get("new", 0) + operation.counts.get("changed", 0):
        raise Conflict("Không có dòng nào để ghi: mọi dòng đều trùng với dữ liệu đang có hoặc cần sửa.")
    services.start_confirming(operation_id, current_user.person_id, clock.now())
    db.session.commit()
    return redirect(url_for("people.import_preview", operation_id=operation_id))


@bp.post("/imports/<int:operation_id>/resume")
@requires(P.PEOPLE_EDIT)
def resume_import(operation_id: int) -> BaseResponse:
    """Go on with an import that stopped half-way; pressed twice, it goes on once."""
    queries.import_operation(operation_id, _mine())
    services.take_up(operation_id, current_user.person_id, clock.now())
    db.session.commit()
    return redirect(url_for("people.import_preview", operation_id=operation_id))


@bp.get("/imports/<int:operation_id>/reverse")
@requires(P.PEOPLE_EDIT)
def reversal(operation_id: int) -> str:
    """What taking the import back would do, and whom it would leave as they are, with the reasons."""
    operation = queries.import_operation(operation_id, _mine())
    stays = queries.obstacles(operation_id)
    written = queries.written_rows(operation_id)
    possible = operation.state == "confirmed" or (operation.state == "confirming" and queries.interrupted(operation))
    return render_template("people/reversal.html", operation=operation, stays=stays, written=written, possible=possible)


@bp.post("/imports/<int:operation_id>/reverse")
@requires(P.PEOPLE_EDIT)
def reverse_import(operation_id: int) -> BaseResponse:
    """Take an import back: one that is written, or stopped half-way through writing."""
    queries.import_operation(operation_id, _mine())
    services.start_reversing(operation_id, current_user.person_id, clock.now())
    db.session.commit()
    return redirect(url_for("people.import_preview", operation_id=operation_id))


@bp.get("/imports/<int:operation_id>/errors.xlsx")
@requires(P.PEOPLE_EDIT)
def import_errors(operation_id: int) -> Response:
    """The rows that were not taken, with reasons, to be put right and sent again."""
    queries.import_operation(operation_id, _mine())
    rows = queries.refused_rows(operation_id)
    return send_file(
        io.BytesIO(sheet.error_file(rows)), mimetype=XLSX, as_attachment=True, download_name=f"dong-can-sua-{operation_id}.xlsx"
    )


@bp.get("/imports/template.xlsx")
@requires(P.PEOPLE_EDIT)
def import_template() -> Response:
    """The file to fill in, with the names of units and positions in force."""
    units = [name for _, name in queries.unit_choices(current_user.scope(P.PEOPLE_EDIT), clock.today())]
    content = sheet.template_file(units, [name for _, name in queries.position_choices()])
    return send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name="mau-danh-sach-can-bo.xlsx")
