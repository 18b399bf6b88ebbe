"""Markers: what waits, the marking page with its rubric, and one assignment as a whole."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from lms import clock
from lms.assignments import queries, services
from lms.assignments.forms import SheetForm, lacking
from lms.assignments.views import bp
from lms.assignments.views.work import Page
from lms.db import db
from lms.errors import Conflict
from lms.grading import rubric
from lms.permissions import P
from lms.web.auth import requires
from lms.web.files import attachment


@bp.get("/marking")
@requires(P.MARK)
def queue() -> Page:
    """Submissions that wait for this marker, what they marked last, and the assignments of their courses."""
    scope, me = current_user.scope(P.MARK), current_user.person_id
    rows, done, works = queries.queue(scope, me), queries.marked_by(scope, me), queries.assignments_in(scope)
    ids = {r.assignment_version_id for r in [*rows, *done]} | {w.version_id for w in works}
    return render_template(
        "assignments/queue.html", rows=rows, done=done, works=works, tasks={i: queries.assignment(i) for i in ids},
        seats=queries.SEATS, late=queries.late_days, today=clock.today(),
    )  # fmt: skip


def _sheet_page(submission_id: int, form: SheetForm, status: int = 200, problem: str = "") -> Page:
    row = queries.in_scope(submission_id, current_user.scope(P.MARK))
    task, marks = queries.assignment(row.assignment_version_id), queries.markings(submission_id)
    in_force = queries.in_force(marks)
    mine = next((m for m in in_force.values() if m.marker_id == current_user.person_id), None)
    shown = mine if request.method == "GET" else form.sheet(task.criteria, request.form)
    own = row.officer_id == current_user.person_id
    page = render_template(
        "assignments/mark.html", row=row, task=task, mine=mine, shown=shown, form=form, problem=problem, seats=queries.SEATS,
        others=[m for m in in_force.values() if m is not mine] if mine and not row.waits_for else [], late=queries.late_days,
        history=[m for m in marks if m.marker_id == current_user.person_id], own=own,
        missing=lacking(task.criteria, shown) if shown and request.method == "POST" else [],
        open=not own and "appeal" not in in_force and (mine is not None or row.waits_for is not None),
    )  # fmt: skip
    return (page, status) if status != 200 else page


@bp.get("/marking/<int:submission_id>")
@requires(P.MARK)
def mark(submission_id: int) -> Page:
    """The submission beside its rubric. Others' marks stay hidden until one's own is given and the submission is settled."""
    return _sheet_page(submission_id, SheetForm(formdata=None))


@bp.post("/marking/<int:submission_id>")
@requires(P.MARK)
def save_mark(submission_id: int) -> Page:
    """One marker's levels and comments; given again they correct, with the reason."""
    scope, form = current_user.scope(P.MARK), SheetForm()
    row = queries.in_scope(submission_id, scope)
    criteria = queries.assignment(row.assignment_version_id).criteria
    sheet = form.sheet(criteria, request.form)
    if not form.validate() or lacking(criteria, sheet):
        return _sheet_page(submission_id, form, 422)
    try:
        settled = services.mark(submission_id, scope, current_user.person_id, sheet, clock.now())
    except Conflict as refused:
        db.session.rollback()
        return _sheet_page(submission_id, form, 422, refused.message)
    db.session.commit()
    flash(_said(settled), "ok")
    return redirect(url_for("assignments.queue"))


def _said(settled: rubric.Settlement) -> str:
    if settled.waits_for:
        return f"Đã ghi. Bài này cần {queries.SEATS[settled.waits_for]}; học viên chưa thấy điểm."
    return f"Đã ghi. Bài chấm xong: {'đạt' if settled.passed else 'chưa đạt'}; học viên đã được báo."


@bp.get("/marking/<int:submission_id>/files/<digest>")
@requires(P.MARK)
def marking_file(submission_id: int, digest: str) -> Page:
    """A file of a submission in scope."""
    return attachment(queries.in_scope(submission_id, current_user.scope(P.MARK)).files, digest)


@bp.get("/overview/<int:activity_id>")
@requires(P.MARK)
def overview(activity_id: int) -> Page:
    """One assignment: who handed in, how it stands, what markers agree on, and the marked samples."""
    rows = queries.of_activity(activity_id, current_user.scope(P.MARK), clock.today())
    newest = queries.newest(activity_id)
    task = queries.assignment(newest.id) if newest else None
    agreement = rubric.agreement(task.criteria, queries.pairs(activity_id)) if task else None
    return render_template("assignments/overview.html", rows=rows, task=task, agreement=agreement, **_standing(rows))


def _standing(rows: Any) -> dict[str, Any]:
    """State of each row, and how many there are of each."""
    last: dict[int, int] = {}
    for row in rows:
        last[row.enrolment_id] = max(last.get(row.enrolment_id, 0), row.number)
    states = {}
    for row in rows:
        attempts = queries.assignment(row.assignment_version_id).attempts
        left = max(0, attempts - last[row.enrolment_id]) if attempts else None
        states[row.id] = queries.state_of(row, last=row.number == last[row.enrolment_id], left=left)
    return {"states": states, "names": queries.STATES, "late": queries.late_days}
