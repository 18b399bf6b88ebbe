"""Appeals: which wait and until when, and answering them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from lms import clock
from lms.assignments import queries, services
from lms.assignments.forms import AnswerForm, SheetForm
from lms.assignments.services import Sheet
from lms.assignments.views import bp
from lms.assignments.views.work import Page
from lms.courses.forms import offered
from lms.db import db
from lms.errors import Conflict
from lms.permissions import P
from lms.web.auth import requires
from lms.web.files import attachment


def _load(appeal_id: int) -> Any:
    return queries.appeal(appeal_id, current_user.scope(P.APPEALS), clock.today(), current_user.person_id)


@bp.get("/appeals")
@requires(P.APPEALS)
def appeals() -> Page:
    """Appeals in scope: open ones by their day, or those answered."""
    answered = request.args.get("answered") == "1"
    rows = queries.appeals(current_user.scope(P.APPEALS), clock.today(), current_user.person_id, answered)
    ids = {r.assignment_version_id for r in rows if r.assignment_version_id}
    return render_template(
        "assignments/appeals.html", rows=rows, answered=answered, today=clock.today(), kinds=queries.KINDS, policy=queries.POLICY,
        tasks={i: queries.assignment(i) for i in ids},
    )  # fmt: skip


def _page(row: Any, form: AnswerForm, status: int = 200, problem: str = "") -> Page:
    thing: dict[str, Any] = {}
    if row.kind == "mark":
        submission = queries.own(row.submission_id, row.officer_id)
        task = queries.assignment(submission.assignment_version_id)
        marks = queries.markings(submission.id)
        shown = SheetForm(formdata=None).sheet(task.criteria, request.form) if request.method == "POST" else None
        thing = {"submission": submission, "task": task, "shown": shown, "marks": list(queries.in_force(marks).values())}
    else:
        product = queries.own_product(row.product_id, row.officer_id)
        form.level.choices = offered((n, f"Cấp {n}") for n in range(product.row.level, 0, -1))
        thing = {"product": product, "history": queries.history(row.product_id)}
    page = render_template(
        "assignments/answer.html", row=row, form=form, today=clock.today(), kinds=queries.KINDS, seats=queries.SEATS, problem=problem,
        product_states=queries.PRODUCT_STATES, late=queries.late_days, **thing,
    )  # fmt: skip
    return (page, status) if status != 200 else page


@bp.get("/appeals/<int:appeal_id>")
@requires(P.APPEALS)
def answer(appeal_id: int) -> Page:
    """One appeal beside what it is about."""
    return _page(_load(appeal_id), AnswerForm(formdata=None))


@bp.post("/appeals/<int:appeal_id>")
@requires(P.APPEALS)
def save_answer(appeal_id: int) -> Page:
    """Answer with the reason; upheld, with the new levels."""
    row, form, scope = _load(appeal_id), AnswerForm(), current_user.scope(P.APPEALS)
    if not form.validate():
        return _page(row, form, 422)
    upheld = form.verdict.data == "upheld"
    try:
        services.answer(
            appeal_id, scope, upheld, form.text.data or "", current_user.person_id, clock.now(), _sheet(row), form.level.data or 0
        )
    except Conflict as refused:
        db.session.rollback()
        return _page(_load(appeal_id), form, 422, refused.message)
    db.session.commit()
    flash("Đã trả lời kiến nghị; người kiến nghị được báo.", "ok")
    return redirect(url_for("assignments.appeals"))


def _sheet(row: Any) -> Sheet | None:
    """The new marking in the form, when the appeal is about a mark."""
    if row.kind != "mark":
        return None
    return SheetForm().sheet(queries.assignment(row.assignment_version_id).criteria, request.form)


@bp.get("/appeals/<int:appeal_id>/files/<digest>")
@requires(P.APPEALS)
def appeal_file(appeal_id: int, digest: str) -> Page:
    """A file of an appeal in scope, or of the work it is about."""
    row = _load(appeal_id)
    about = (
        queries.own(row.submission_id, row.officer_id).files
        if row.kind == "mark"
        else queries.own_product(row.product_id, row.officer_id).row.files
    )
    return attachment([*row.files, *about], digest)
