"""Before publishing: what is missing, what it does to officers inside; publishing; the course as a pack."""

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.audit.services import record
from lms.authoring.queries import drafts as queries
from lms.authoring.queries.drafts import Draft
from lms.authoring.services import packs
from lms.authoring.services import publishing as services
from lms.authoring.services.checks import check_quizzes
from lms.authoring.views import bp
from lms.authoring.views.courses import load
from lms.content.packs import CoursePack, Known
from lms.db import db, release
from lms.errors import Conflict
from lms.permissions import P
from lms.web.auth import requires

Page = str | tuple[str, int] | BaseResponse


def _before(draft: Draft, refused: list[str] | None = None) -> Page:
    today = clock.today()
    with TemporaryDirectory() as root:
        checked = services.check(draft, Path(root), today)
    page = render_template(
        "authoring/before_publishing.html", draft=draft, checked=checked, effect=services.effect(draft, today), refused=refused or [],
        quizzes=check_quizzes(draft, today), may_publish=current_user.can(P.PUBLISH),
    )  # fmt: skip
    return (page, 409) if refused else page


@bp.get("/courses/<int:course_id>/publish")
@requires(P.DRAFTS)
def before_publishing(course_id: int) -> Page:
    """What is missing, and what publishing does to officers inside."""
    return _before(load(course_id))


@bp.post("/courses/<int:course_id>/publish")
@requires(P.PUBLISH)
def publish_course(course_id: int) -> Page:
    """Bring the draft into use, if it still is what was looked at."""
    draft, at = load(course_id, P.PUBLISH), clock.now()
    refused = services.publish(draft, request.form.get("seen", ""), current_user.person_id, at, clock.today())
    if refused:
        db.session.rollback()
        return _before(load(course_id, P.PUBLISH), refused)
    record(current_user.person_id, "authoring.publish_course", "course", course_id, at, code=draft.code)
    db.session.commit()
    flash("Đã xuất bản. Học viên thấy bản mới từ lúc này.", "ok")
    return redirect(url_for("authoring.course", course_id=course_id))


@bp.get("/courses/<int:course_id>/pack.zip")
@requires(P.DRAFTS)
def export_course(course_id: int) -> Response:
    """The course as it stands in the editor, as a pack."""
    draft = load(course_id)
    name = f"{draft.code.lower()}.zip"
    return Response(
        services.zipped(draft, clock.today()),
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.route("/courses/import", methods=["GET", "POST"])
@requires(P.AUTHOR)
def import_course() -> Page:
    """A pack (.zip) as a draft: of the course it names, or of a new one."""
    sent = request.files.get("file")
    if request.method == "GET" or sent is None or not sent.filename:
        return render_template("authoring/import_course.html", problems=[]), 200 if request.method == "GET" else 422
    release()  # unpacking and checking takes its time: nobody waits for the write lock meanwhile
    with TemporaryDirectory() as root, sent.stream:
        folder = Path(root) / "courses" / "goi"
        packs.unpack(sent.stream.read(), folder)
        pack, problems = packs.read(folder, Path(root), Known(*queries.known()))
        if problems:
            return render_template("authoring/import_course.html", problems=problems[:50]), 422
        return _taken(pack, str(pack.head["code"]))


def _taken(pack: CoursePack, code: str) -> BaseResponse:
    """Keep a pack as a draft, and on to its outline."""
    scope, at = current_user.scope(P.AUTHOR), clock.now()
    course_id = packs.take(pack, code, current_user.person_id, at, lambda i: scope.everywhere or i in scope.course_ids)
    record(current_user.person_id, "authoring.take", "course", course_id, at, code=code)
    db.session.commit()
    flash("Đã tạo bản nháp. Câu hỏi của khóa nằm ở ngân hàng câu hỏi, chờ thẩm định.", "ok")
    return redirect(url_for("authoring.course", course_id=course_id))


@bp.post("/courses/<int:course_id>/copy")
@requires(P.AUTHOR)
def copy_course(course_id: int) -> BaseResponse:
    """The course as it stands, under another code, as a draft."""
    draft, code = load(course_id, P.AUTHOR), request.form.get("code", "").strip().upper()[:10]
    if queries.code_taken(code):
        raise Conflict(f"Mã khóa {code} đã có. Hãy chọn mã khác.")
    with TemporaryDirectory() as root:
        pack = services.check(draft, Path(root), clock.today()).pack
        return _taken(pack, code)
