"""Units: the tree, one unit with its history, decisions that change units."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.db import db
from lms.errors import Conflict
from lms.people import queries, services
from lms.people.forms import SplitForm, UnitEventForm, split_form
from lms.people.models import UNIT_EVENT_KINDS, UNIT_KINDS
from lms.people.views import bp
from lms.permissions import P
from lms.web.auth import requires
from lms.web.forms import whole

Page = str | tuple[str, int] | Response


@bp.get("/units")
@requires(P.UNITS)
def units() -> str:
    """The units of the province as they are today, with how many people work in each."""
    today, scope = clock.today(), current_user.scope(P.UNITS)
    tree = queries.unit_tree(scope, today)
    examples = queries.unit_tree(scope, today, examples=True)
    return render_template("people/units.html", tree=tree, examples=examples, kinds=UNIT_KINDS, today=today)


@bp.get("/units/<int:unit_id>")
@requires(P.UNITS)
def unit(unit_id: int) -> str:
    """One unit: what it was called and when, where it came from and what became of it, who works there."""
    row, today = queries.unit(unit_id, current_user.scope(P.UNITS)), clock.today()
    people, more = queries.officers(current_user.scope(P.UNITS), today, queries.Filter(unit_id=unit_id))
    return render_template(
        "people/unit.html", unit=row, versions=queries.versions_of(unit_id, today), lineage=queries.lineage_of(unit_id),
        people=people, more=more, kinds=UNIT_KINDS, events=UNIT_EVENT_KINDS,
    )  # fmt: skip


@bp.route("/units/events/new", methods=["GET", "POST"])
@requires(P.UNITS)
def unit_event() -> Page:
    """A decision on units: fill in, for a split say who goes where, see whom it moves, apply."""
    scope, today = current_user.scope(P.UNITS), clock.today()
    form = UnitEventForm(from_ids=request.args.getlist("unit", type=whole), on=today).offer(queries.unit_choices(scope, today))
    if not form.validate_on_submit():
        return _event_page(form), 422 if form.errors else 200
    if form.kind.data == "split":
        return _split(form)
    if request.form.get("step") != "apply":
        return _event_page(form, queries.event_effects(form.from_ids.data or [], form.on.data or today))
    done = _apply(form.change())
    return done if isinstance(done, Response) else (_event_page(form, problem=done), 409)


def _apply(change: services.Change) -> Response | str:
    """Carry the decision out and lead on to the unit; why not, when it does not fit."""
    try:
        event = services.apply_unit_event(change, clock.now(), current_user.person_id)
    except Conflict as refusal:
        db.session.rollback()
        return refusal.message
    db.session.commit()
    flash(f"Đã thực hiện: {UNIT_EVENT_KINDS[event.kind].lower()}.", "ok")
    return redirect(url_for("people.unit", unit_id=change.from_ids[0]))


def _event_page(form: UnitEventForm, effects=None, problem: str = "") -> str:
    names = {c.value: c.label for c in form.from_ids.choices or []}
    return render_template(
        "people/unit_event.html", form=form, effects=effects, problem=problem, names=names, events=UNIT_EVENT_KINDS
    )


def _split(form: UnitEventForm) -> Page:
    """The further steps of a split: who goes where, what that comes to, do it. Who came or left meanwhile is named, not moved unseen."""
    where, step = _where(form), request.form.get("step")
    if step not in {"preview", "apply"}:
        return _split_page(form, where)
    if not where.validate():
        return _split_page(form, where), 422
    change = replace(form.change(), moves=where.moves(), below=where.units(), seen=where.seen_ids())
    if step == "apply":
        done = _apply(change)
        return done if isinstance(done, Response) else (_split_page(form, _where(form), problem=done), 409)
    here, seen = {person.person_id for person in where.people}, where.seen_ids()
    if here != seen:
        return _split_page(form, where, problem=services.people_changed(here - seen, seen - here)), 409
    return _split_page(form, where, queries.event_effects(change.from_ids, change.on))


def _where(form: UnitEventForm) -> SplitForm:
    """The form of who goes where, for the people the unit has at this moment."""
    change = form.change()
    return split_form(
        change, _origin(form), queries.staff_of(change.from_ids[0], change.on), queries.units_below(change.from_ids[0])
    )


def _origin(form: UnitEventForm) -> str:
    return next(str(c.label) for c in form.from_ids.choices or [] if c.value in (form.from_ids.data or []))


def _split_page(form: UnitEventForm, where: SplitForm, effects=None, problem: str = "") -> str:
    return render_template("people/_split.html", form=form, where=where, effects=effects, problem=problem, origin=_origin(form))
