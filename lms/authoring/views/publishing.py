"""Before publishing: what is missing, what it does to officers inside; publishing; the course as a pack."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.audit.services import record
from lms.authoring.forms.courses import ImportForm
from lms.authoring.queries import drafts as queries
from lms.authoring.queries.drafts import Draft
from lms.authoring.queries.picking import bank_id_of, chosen
from lms.authoring.services import copying, discarding, packs, telling
from lms.authoring.services import publishing as services
from lms.authoring.services.checks import check_quizzes
from lms.authoring.services.publishing import Fault
from lms.authoring.views import bp
from lms.authoring.views.courses import load
from lms.content.packs import CoursePack, Known
from lms.content.services import drawn_lessons
from lms.db import db, release
from lms.errors import Conflict
from lms.permissions import P
from lms.web.auth import requires, takes_videos

Page = str | tuple[str, int] | BaseResponse


def _before(draft: Draft, refused: list[str] | None = None) -> Page:
    today = clock.today()
    with TemporaryDirectory() as root:
        checked = services.check(services.look(draft, today), Path(root))
    page = render_template(
        "authoring/before_publishing.html", draft=draft, checked=checked, effect=services.effect(draft, today), refused=refused or [],
        quizzes=check_quizzes(draft, today), may_publish=current_user.can(P.PUBLISH), ways=_ways(draft),
    )  # fmt: skip
    return (page, 409) if refused else page


def _ways(draft: Draft) -> Callable[[Fault], str]:
    """Where a fault is mended."""
    course_id = draft.course_id

    def way(fault: Fault) -> str:
        if fault.kind == "question":
            found = chosen(bank_id_of(draft.code), [fault.key])[0]
            return url_for("authoring.question", question_id=found.id) if found.id else ""
        if fault.kind == "lesson":
            return url_for("authoring.edit_lesson", key=fault.key, course_id=course_id)
        if fault.kind in {"outline", "quiz"} or not current_user.can(P.AUTHOR):
            return url_for("authoring.course", course_id=course_id)
        if fault.kind == "assignment":
            return url_for("authoring.assignment", key=fault.key, course_id=course_id)
        return url_for("authoring.course_settings", course_id=course_id)

    return way


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
    looked = services.look(draft, clock.today())
    release()  # writing out, checking and drawing take their time: nobody waits for the write lock meanwhile
    with TemporaryDirectory() as root:
        checked = services.check(looked, Path(root))
        refused = (
            [fault.text for fault in checked.beside_quizzes] if checked.digest == request.form.get("seen") else [services.CHANGED]
        )
        drawn = {} if refused else drawn_lessons(checked.pack)
        refused = refused or services.publish(looked, checked, drawn, current_user.person_id, at)
    if refused:
        release()
        return _before(load(course_id, P.PUBLISH), refused)
    record(current_user.person_id, "authoring.publish_course", "course", course_id, at, code=draft.code)
    db.session.commit()
    flash("Đã xuất bản. Học viên thấy bản mới từ lúc này.", "ok")
    return redirect(url_for("authoring.course", course_id=course_id))


@bp.post("/courses/<int:course_id>/ask")
@requires(P.AUTHOR)
def ask_to_publish(course_id: int) -> BaseResponse:
    """Tell those who may publish that the draft is ready for them."""
    draft, at = load(course_id, P.AUTHOR), clock.now()
    stamp = f"{draft.stamp}.{draft.at:%m%d%H%M}" if draft.at else draft.stamp
    told = telling.course_waits(course_id, draft.code, draft.entry["title"], stamp, current_user.person_id, at)
    db.session.commit()
    words = (
        f"Đã báo {told} người xuất bản."
        if told
        else "Người xuất bản đã được báo về bản nháp này rồi, hoặc khóa chưa có ai giữ vai trò đó."
    )
    flash(words, "ok" if told else "warn")
    return redirect(url_for("authoring.before_publishing", course_id=course_id))


@bp.get("/courses/<int:course_id>/pack.zip")
@requires(P.DRAFTS)
def export_course(course_id: int) -> Response:
    """The course as it stands in the editor, as a pack."""
    draft = load(course_id)
    name = f"{draft.code.lower()}.zip"
    return send_file(services.zipped(draft, clock.today()), "application/zip", as_attachment=True, download_name=name)


@bp.route("/courses/import", methods=["GET", "POST"])
@requires(P.AUTHOR)
@takes_videos
def import_course() -> Page:
    """A pack (.zip) as a draft: of the course it names, once that is confirmed, or of a new one."""
    form, sent = ImportForm(), request.files.get("file")
    if request.method == "GET":
        return render_template("authoring/import_course.html", form=form, problems=[])
    if not form.validate() or sent is None or not sent.filename:
        return _refused(form, [] if form.errors else ["Chưa chọn tệp gói."], 422)
    release()  # unpacking and checking takes its time: nobody waits for the write lock meanwhile
    try:
        with TemporaryDirectory() as root, sent.stream:
            folder = Path(root) / "courses" / "goi"
            packs.unpack(sent.stream, folder)
            return _imported(form, *packs.read(folder, Path(root), Known(*queries.known())))
    except Conflict as conflict:
        db.session.rollback()
        return _refused(form, [conflict.message], 409)


def _refused(form: ImportForm, problems: list[str], status: int, onto: str = "") -> Page:
    return render_template("authoring/import_course.html", form=form, problems=problems[:50], onto=onto), status


def _imported(form: ImportForm, pack: CoursePack, problems: list[str], unfinished: int) -> Page:
    if problems:
        return _refused(form, problems, 422)
    code = str(form.code.data or pack.head["code"])
    if queries.code_taken(code) and not form.onto.data and not queries.draft_begun(code):
        return _refused(form, [], 409, onto=code)
    scope, at = current_user.scope(P.AUTHOR), clock.now()
    course_id = packs.take(pack, code, scope, current_user.person_id, at)
    record(current_user.person_id, "authoring.take", "course", course_id, at, code=code)
    db.session.commit()
    left = f" Còn {unfinished} điều phải bổ sung trước khi xuất bản." if unfinished else ""
    flash(f"Đã tạo bản nháp. Câu hỏi mới hoặc đã sửa nằm ở ngân hàng câu hỏi, chờ thẩm định.{left}", "ok")
    return redirect(url_for("authoring.course", course_id=course_id))


@bp.post("/courses/<int:course_id>/copy")
@requires(P.AUTHOR)
def copy_course(course_id: int) -> BaseResponse:
    """The course as it stands, finished or not, under another code, as a draft."""
    draft, code, at = load(course_id, P.AUTHOR), request.form.get("code", "").replace(" ", "").upper()[:10], clock.now()
    new_id = copying.copy(draft, code, current_user.scope(P.AUTHOR).everywhere, current_user.person_id, at)
    record(current_user.person_id, "authoring.take", "course", new_id, at, code=code)
    db.session.commit()
    flash("Đã chép thành bản nháp, kể cả phần đang soạn. Câu đã thẩm định giữ kết quả thẩm định, chờ đưa vào dùng.", "ok")
    return redirect(url_for("authoring.course", course_id=new_id))


@bp.route("/courses/<int:course_id>/discard", methods=["GET", "POST"])
@requires(P.AUTHOR)
def discard_course(course_id: int) -> Page:
    """Back to what is published, after saying what would be lost."""
    draft, at = load(course_id, P.AUTHOR), clock.now()
    lost = discarding.lost(draft, clock.today())
    if request.method == "GET":
        return render_template("authoring/discard_course.html", draft=draft, lost=lost)
    if request.form.get("stamp") != draft.stamp:
        raise Conflict("Bản nháp vừa được người khác sửa. Chưa bỏ gì; hãy mở lại trang để xem sẽ mất những gì.")
    discarding.throw_away(draft, current_user.person_id, at)
    record(current_user.person_id, "authoring.discard_course", "course", course_id, at, code=draft.code, lost=len(lost))
    db.session.commit()
    flash("Đã bỏ bản nháp. Khóa như bản học viên đang học.", "ok")
    return redirect(url_for("authoring.course", course_id=course_id))
