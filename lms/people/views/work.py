"""Assignments, roles and activation slips of officers."""

from datetime import date, timedelta
from typing import cast

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.people import queries, services
from lms.people.forms import AssignmentForm, EndForm, RoleForm
from lms.people.views import bp
from lms.people.views.officers import Page, load, load_to_change
from lms.permissions import ROLE_NAMES, P
from lms.web.auth import requires
from lms.web.forms import whole


def _new(person_id: int):
    """An officer in reach, or one just taken in who has no unit yet and so is in nobody's reach but of those who edit."""
    return queries.officer(person_id, current_user.scope(P.PEOPLE_EDIT), clock.today(), unassigned_too=True)


@bp.route("/officers/<int:person_id>/assign", methods=["GET", "POST"])
@requires(P.PEOPLE_EDIT)
def assign_officer(person_id: int) -> Page:
    """Transfer an officer, or add an assignment held besides."""
    row, today = _new(person_id), clock.today()
    form = AssignmentForm(how="transfer", since=today)
    form.offer(queries.unit_choices(current_user.scope(P.PEOPLE_EDIT), today), queries.position_choices())
    held = queries.assignments([person_id], today)
    if not form.validate_on_submit():
        return render_template(
            "people/assign_officer.html", form=form, person=row, held=held, problem=""
        ), 422 if form.errors else 200
    try:
        _assign(person_id, form)
    except Conflict as refusal:
        db.session.rollback()
        return render_template("people/assign_officer.html", form=form, person=row, held=held, problem=refusal.message), 409
    db.session.commit()
    flash("Đã ghi phân công.", "ok")
    return redirect(url_for("people.officer", person_id=person_id))


def _assign(person_id: int, form: AssignmentForm) -> None:
    since = cast(date, form.since.data)
    what = (person_id, form.unit_id.data, form.position_id.data, form.title.data or "", since)
    at, by_id = clock.now(), current_user.person_id
    if form.how.data == "transfer":
        services.transfer(*what, at, by_id)
    else:
        services.assign(*what, False, at, by_id)


@bp.post("/officers/<int:person_id>/assignments/<int:assignment_id>/end")
@requires(P.PEOPLE_EDIT)
def end_assignment(person_id: int, assignment_id: int) -> Response:
    """End an assignment on its last day."""
    load(person_id, P.PEOPLE_EDIT)
    form = EndForm()
    if not form.validate():
        raise Conflict(f"Chưa kết thúc phân công: {form.until.errors[0]}")
    services.end_assignment(assignment_id, cast(date, form.until.data), clock.now(), current_user.person_id, person_id=person_id)
    db.session.commit()
    flash("Đã kết thúc phân công.", "ok")
    return redirect(url_for("people.officer", person_id=person_id))


@bp.route("/officers/<int:person_id>/roles", methods=["GET", "POST"])
@requires(P.GRANT)
def roles(person_id: int) -> Page:
    """Give a role; below stand all roles the officer has and had."""
    row, today, scope = load(person_id, P.GRANT), clock.today(), current_user.scope(P.GRANT)
    form = RoleForm(since=today, course_id=request.args.get("course", type=whole))
    form.offer(queries.unit_choices(scope, today), scope.everywhere)
    problem = ""
    if form.validate_on_submit():
        try:
            _give(person_id, form)
            db.session.commit()
            flash("Đã giao vai trò.", "ok")
            return redirect(url_for("people.roles", person_id=person_id))
        except Conflict as refusal:
            db.session.rollback()
            problem = refusal.message
    page = render_template(
        "people/roles.html", form=form, person=row, roles=queries.roles(person_id, today), role_names=ROLE_NAMES, problem=problem
    )
    return page, 409 if problem else 422 if form.errors else 200


def _give(person_id: int, form: RoleForm) -> None:
    since, by_id = cast(date, form.since.data), current_user.person_id
    services.give_role(person_id, form.role.data, *form.scope(), since, form.until.data, by_id, clock.now())


@bp.post("/officers/<int:person_id>/roles/<int:grant_id>/end")
@requires(P.GRANT)
def end_role(person_id: int, grant_id: int) -> Response:
    """A role ends; yesterday was its last day."""
    load_to_change(person_id, P.GRANT)
    services.end_role(grant_id, clock.today() - timedelta(days=1), current_user.person_id, clock.now(), person_id=person_id)
    db.session.commit()
    flash("Vai trò đã kết thúc.", "ok")
    return redirect(url_for("people.roles", person_id=person_id))


@bp.get("/slips")
@requires(P.PEOPLE_ACTIVATE)
def slips() -> str:
    """Choose the unit whose officers get slips; says how many wait in it."""
    today, scope = clock.today(), current_user.scope(P.PEOPLE_ACTIVATE)
    unit_id = request.args.get("unit", type=whole)
    waiting = queries.slip_candidates(scope, today, current_user.scope(P.GRANT), unit_id=unit_id) if unit_id else []
    return render_template("people/slips.html", units=queries.unit_choices(scope, today), unit_id=unit_id, waiting=len(waiting))


@bp.post("/slips")
@requires(P.PEOPLE_ACTIVATE)
def print_slips() -> str:
    """Issue slips and show them once, ready to print: for one officer, or for those of a unit who never signed in.

    The page is the reply itself: the codes are nowhere else, so there is no address to come back to.
    """
    person_id, unit_id = request.form.get("person_id", type=whole), request.form.get("unit_id", type=whole)
    if not person_id and not unit_id:
        raise NotFound
    scope, giver = current_user.scope(P.PEOPLE_ACTIVATE), current_user.scope(P.GRANT)
    ids = queries.slip_candidates(scope, clock.today(), giver, person_id, unit_id)
    if not ids:
        raise Conflict("Không có phiếu nào để in: mọi người đã kích hoạt, hoặc đây là tài khoản chỉ quản trị mới được cấp phiếu.")
    at = clock.now()
    made = [services.issue_slip(i, current_user.person_id, at) for i in ids[:300]]
    db.session.commit()
    return render_template("people/print_slips.html", slips=made, left=len(ids) - len(made), unit_id=unit_id)
