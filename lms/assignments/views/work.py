"""The officer's side of an assignment: the task with its rubric, writing, handing in, the marks."""

from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.assignments import queries, services
from lms.assignments.forms import AppealForm, WorkForm
from lms.assignments.queries import Work
from lms.assignments.services import Other
from lms.assignments.views import bp
from lms.assignments.views.files import choose_again, sent_files
from lms.courses.queries import Study, study
from lms.db import db
from lms.errors import Conflict
from lms.permissions import P
from lms.web.auth import requires
from lms.web.files import attachment
from lms.web.templating import clock_time

Page = str | tuple[str, int] | Response | BaseResponse


def _load(activity_id: int) -> tuple[Study, Work]:
    found = study(current_user.person_id, activity_id)
    return found, services.load(found)


def _form_of(work: Work) -> WorkForm:
    draft = work.draft
    last = work.newest if draft is None else None  # handing in again begins with what was handed in last
    text, paper = (draft.text, draft.paper) if draft else (last.text, last.paper) if last else ("", {})
    form = WorkForm(formdata=None, data={"text": text, "based_on": draft.revision if draft else 0, **paper, "issued_on": None})
    form.issued_on.raw_data = [paper.get("issued_on", "")] if paper.get("issued_on") else None
    return form


def _page(found: Study, work: Work, form: WorkForm, status: int = 200, **more: Any) -> Page:
    page = render_template(
        "assignments/show.html", study=found, course=found.version, work=work, task=work.assignment, form=form, today=clock.today(),
        states=queries.STATES, takes=queries.TAKES, late=queries.late_days, most=services.MOST, largest=services.LARGEST,
        taken=services.TAKEN, names={c.code: c.name for c in queries.competences()}, **more,
    )  # fmt: skip
    return (page, status) if status != 200 else page


@bp.get("/<int:activity_id>")
@requires(P.LEARN)
def show(activity_id: int) -> Page:
    """The task, its rubric before anything is written, what was handed in so far, and the place to write."""
    found, work = _load(activity_id)
    return _page(found, work, _form_of(work))


@bp.post("/<int:activity_id>")
@requires(P.LEARN)
def save(activity_id: int) -> Page:
    """Keep the draft, or with `go=submit` keep it and hand it in. From the page's program: JSON, without files."""
    form, at = WorkForm(), clock.now()
    try:
        files = sent_files()
    except Conflict as refused:
        return _refused(activity_id, form, refused.message)
    found, work = _load(activity_id)
    if not form.validate():
        return _page(found, work, form, 422, file_problem=choose_again())
    saved = services.save(found, work, form.content(files), form.based_on.data or 0, at)
    if isinstance(saved, Other):
        return _elsewhere(found, work, form)
    if form.go.data == "submit":
        return _submitted(found, at)
    db.session.commit()
    if request.accept_mimetypes.best == "application/json":
        return jsonify(revision=saved.revision, saved=clock_time(at))
    flash(f"Đã lưu nháp lúc {clock_time(at)}. Bài chưa nộp; chỉ Anh/Chị xem được.", "ok")
    return redirect(url_for("assignments.show", activity_id=activity_id, _anchor="bai-lam"))


def _refused(activity_id: int, form: WorkForm, message: str) -> Page:
    """A file was not taken: what was typed stays on the page."""
    found, work = _load(activity_id)
    return _page(found, work, form, 422, file_problem=message)


def _elsewhere(found: Study, work: Work, form: WorkForm) -> Page:
    """Saved in another window meanwhile: both texts on the page, nothing stored until the officer says which."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(revision=0), 409  # type: ignore[return-value]
    other = work.draft
    form.based_on.raw_data, form.based_on.data = None, other.revision if other else 0
    return _page(found, work, form, 409, other=other)


def _submitted(found: Study, at: Any) -> Page:
    row = services.submit(found, services.load(found), current_user.person_id, at)
    row_id = row.id
    db.session.commit()
    flash("Đã nộp bài. Kết quả chấm sẽ được báo ở mục Thông báo.", "ok")
    return redirect(url_for("assignments.result", submission_id=row_id))


@bp.post("/<int:activity_id>/files/<digest>/remove")
@requires(P.LEARN)
def remove_file(activity_id: int, digest: str) -> Page:
    """Take a file out of the draft."""
    _, work = _load(activity_id)
    services.remove_file(work, digest, clock.now())
    db.session.commit()
    flash("Đã bỏ tệp khỏi bản nháp.", "ok")
    return redirect(url_for("assignments.show", activity_id=activity_id, _anchor="bai-lam"))


@bp.get("/<int:activity_id>/files/<digest>")
@requires(P.LEARN)
def draft_file(activity_id: int, digest: str) -> Page:
    """A file of one's own draft."""
    _, work = _load(activity_id)
    return attachment(work.draft.files if work.draft else [], digest)


def _result(submission_id: int, form: AppealForm, status: int = 200, **more: Any) -> Page:
    row = queries.own(submission_id, current_user.person_id)
    task, marks = queries.assignment(row.assignment_version_id), queries.markings(submission_id)
    work = queries.work(row.enrolment_id, row.activity_id, row.assignment_version_id)
    counted = queries.counted(marks, task) if row.settled_at else []
    page = render_template(
        "assignments/result.html", row=row, task=task, work=work, states=queries.STATES, counted=counted, seats=queries.SEATS,
        appeals=queries.of_thing("mark", submission_id=submission_id), form=form, today=clock.today(), policy=queries.POLICY,
        last_day=queries.last_day(row.settled_at) if row.settled_at else None, late=queries.late_days,
        against=max((m.id for m in marks), default=0), taken=services.TAKEN, most=services.MOST, largest=services.LARGEST, **more,
    )  # fmt: skip
    return (page, status) if status != 200 else page


@bp.get("/submissions/<int:submission_id>")
@requires(P.LEARN)
def result(submission_id: int) -> Page:
    """One's own submission: as it was handed in, and once marked, level by level with the comments."""
    return _result(submission_id, AppealForm(formdata=None))


@bp.get("/submissions/<int:submission_id>/files/<digest>")
@requires(P.LEARN)
def submission_file(submission_id: int, digest: str) -> Page:
    """A file of one's own submission."""
    return attachment(queries.own(submission_id, current_user.person_id).files, digest)


@bp.post("/submissions/<int:submission_id>/appeal")
@requires(P.LEARN)
def appeal_mark(submission_id: int) -> Page:
    """Ask for a mark to be looked at again."""
    form = AppealForm()
    try:
        files = sent_files()
    except Conflict as refused:
        return _result(submission_id, form, 422, file_problem=refused.message)
    if not form.validate():
        return _result(submission_id, form, 422, file_problem=choose_again())
    services.appeal_mark(submission_id, current_user.person_id, form.reason.data or "", files, clock.now())
    db.session.commit()
    flash("Đã gửi kiến nghị. Người khác với người đã chấm sẽ xem và trả lời.", "ok")
    return redirect(url_for("assignments.result", submission_id=submission_id, _anchor="kien-nghi"))
