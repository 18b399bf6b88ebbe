"""Units: the tree, one unit with its history, decisions that change units."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.db import db
from lms.errors import Conflict
from lms.people import queries, services
from lms.people.forms import UnitEventForm
from lms.people.models import UNIT_EVENT_KINDS, UNIT_KINDS
from lms.people.views import bp
from lms.permissions import P
from lms.web.auth import requires
from lms.web.forms import whole


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
def unit_event() -> str | tuple[str, int] | Response:
    """A decision on units: fill in, see whom it moves, apply."""
    scope, today = current_user.scope(P.UNITS), clock.today()
    form = UnitEventForm(from_ids=request.args.getlist("unit", type=whole), on=today).offer(queries.unit_choices(scope, today))
    if not form.validate_on_submit():
        return _event_page(form), 422 if form.errors else 200
    if request.form.get("step") != "apply":
        return _event_page(form, queries.event_effects(form.from_ids.data or [], form.on.data or today))
    try:
        event = services.apply_unit_event(form.change(), clock.now(), current_user.person_id)
    except Conflict as refusal:
        db.session.rollback()
        return _event_page(form, problem=refusal.message), 409
    db.session.commit()
    flash(f"Đã thực hiện: {UNIT_EVENT_KINDS[event.kind].lower()}.", "ok")
    return redirect(url_for("people.unit", unit_id=(form.from_ids.data or [0])[0]))


def _event_page(form: UnitEventForm, effects=None, problem: str = "") -> str:
    names = {c.value: c.label for c in form.from_ids.choices or []}
    return render_template(
        "people/unit_event.html", form=form, effects=effects, problem=problem, names=names, events=UNIT_EVENT_KINDS
    )
