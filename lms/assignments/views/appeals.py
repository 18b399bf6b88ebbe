"""Appeals: which wait and until when, and answering them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from lms import clock
from lms.assignments import queries, services
from lms.assignments.forms import AnswerForm, SheetForm, lacking
from lms.assignments.services import Sheet
from lms.assignments.views import bp
from lms.assignments.views.work import Page
from lms.db import db
from lms.errors import Conflict
from lms.permissions import P
from lms.web.auth import requires
from lms.web.files import attachment


def _load(appeal_id: int) -> Any:
    return queries.appeal(appeal_id, queries.reach_of(current_user), clock.today(), current_user.person_id)


@bp.get("/appeals")
@requires(P.APPEALS)
def appeals() -> Page:
    """Appeals one answers for: open ones by their day, or those answered."""
    answered = request.args.get("answered") == "1"
    rows = queries.appeals(queries.reach_of(current_user), clock.today(), current_user.person_id, answered)
    ids = {r.assignment_version_id for r in rows if r.assignment_version_id}
    return render_template(
        "assignments/appeals.html", rows=rows, answered=answered, today=clock.today(), subject=queries.subject,
        policy=queries.POLICY, tasks={i: queries.assignment(i) for i in ids},
    )  # fmt: skip


def _form(row: Any) -> AnswerForm:
    """The form of an answer: against a word it offers the levels above what was said."""
    form = AnswerForm(formdata=None) if request.method == "GET" else AnswerForm()
    return form.offer(row.word_level, min(row.level, queries.HIGHEST)) if row.kind == "confirmation" else form.offer(0, 0)


def _page(row: Any, form: AnswerForm, status: int = 200, problem: str = "") -> Page:
    page = render_template(
        "assignments/answer.html", row=row, form=form, today=clock.today(), subject=queries.subject(row), seats=queries.SEATS,
        problem=problem, **(_mark(row) if row.kind == "mark" else _word(row)),
    )  # fmt: skip
    return (page, status) if status != 200 else page


def _mark(row: Any) -> dict[str, Any]:
    """The submission with its marks, and the new marking: as it was sent, or begun from the marks in force."""
    submission = queries.own(row.submission_id, row.officer_id)
    task, marks = queries.assignment(submission.assignment_version_id), queries.markings(submission.id)
    sheet = _sheet(row) or services.begun_from(queries.counted(marks, task))
    missing = lacking(task.criteria, sheet) if request.method == "POST" else []
    shown = {"marks": list(queries.in_force(marks).values()), "shown": sheet, "missing": missing}
    return {"submission": submission, "task": task, **shown}


def _word(row: Any) -> dict[str, Any]:
    """The product with what was said of it."""
    return {"product": queries.own_product(row.product_id, row.officer_id), "history": queries.history(row.product_id)}


@bp.get("/appeals/<int:appeal_id>")
@requires(P.APPEALS)
def answer(appeal_id: int) -> Page:
    """One appeal beside what it is about."""
    row = _load(appeal_id)
    return _page(row, _form(row))


@bp.post("/appeals/<int:appeal_id>")
@requires(P.APPEALS)
def save_answer(appeal_id: int) -> Page:
    """Answer with the reason; upheld, with the new levels."""
    row, reach, at = _load(appeal_id), queries.reach_of(current_user), clock.now()
    form, sheet = _form(row), _sheet(row)
    valid, upheld = form.validate(), form.verdict.data == "upheld"
    if not valid or (upheld and sheet and lacking(queries.assignment(row.assignment_version_id).criteria, sheet)):
        return _page(row, form, 422)
    try:
        services.answer(appeal_id, reach, upheld, form.text.data or "", current_user.person_id, at, sheet, form.level.data or 0)
    except Conflict as refused:
        db.session.rollback()
        return _page(_load(appeal_id), form, 422, refused.message)
    db.session.commit()
    flash("Đã trả lời kiến nghị; người kiến nghị được báo.", "ok")
    return redirect(url_for("assignments.appeals"))


def _sheet(row: Any) -> Sheet | None:
    """The new marking as sent, when the appeal is about a mark."""
    if row.kind != "mark" or request.method == "GET":
        return None
    return SheetForm().sheet(queries.assignment(row.assignment_version_id).criteria, request.form)


@bp.get("/appeals/<int:appeal_id>/files/<digest>")
@requires(P.APPEALS)
def appeal_file(appeal_id: int, digest: str) -> Page:
    """A file of an appeal one answers for, or of the work it is about."""
    row = _load(appeal_id)
    about = (
        queries.own(row.submission_id, row.officer_id).files
        if row.kind == "mark"
        else queries.own_product(row.product_id, row.officer_id).row.files
    )
    return attachment([*row.files, *about], digest)
