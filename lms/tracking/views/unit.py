"""Pages of heads and focal points: the competence of their unit."""

from flask import render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.assignments.queries import products_waiting
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.people.queries import Scope
from lms.permissions import P
from lms.tracking import queries, services
from lms.tracking.queries import unit as reading
from lms.tracking.sheet import MIMES
from lms.tracking.views import bp
from lms.tracking.views.province import attachment
from lms.web.auth import requires
from lms.web.forms import whole


def _unit_asked(scope: Scope) -> tuple[list, int | None]:
    """The units to choose from, and the one chosen. Raises NotFound for one outside the scope."""
    units = list(queries.units_of(scope, clock.today()))
    unit_id = request.args.get("unit", type=whole)
    if unit_id and unit_id not in {row.id for row in units}:
        raise NotFound
    return units, unit_id


@bp.get("/unit")
@requires(P.UNIT_COMPETENCE)
def unit() -> str:
    """Officers of the viewer's units against the core competences of their positions; what is missing where, who needs what."""
    scope, today, at = current_user.scope(P.UNIT_COMPETENCE), clock.today(), clock.now()
    units, unit_id = _unit_asked(scope)
    page, lacking = max(1, request.args.get("page", 1, type=whole)), request.args.get("lacking", type=whole)
    everybody = reading.whole_map(scope, today, unit_id)
    waiting = products_waiting(Scope(unit_ids=frozenset({unit_id})) if unit_id else scope, today, current_user.person_id)
    shown = everybody.without(lacking) if everybody and lacking else everybody
    found = shown.on(page) if shown else reading.heat_map(scope, today, unit_id, page)
    return render_template(
        "tracking/unit.html", map=found, units=units, unit_id=unit_id, everybody=everybody, at=at, waiting=waiting,
        lacking=next((c for c in found.columns if c.id == lacking), None), needs=reading.who_needs_what(everybody) if everybody else [],
        gaps=reading.gaps_by_position(everybody) if everybody else [],
    )  # fmt: skip


@bp.post("/unit")
@requires(P.UNIT_COMPETENCE)
def export_unit() -> BaseResponse:
    """The heat map as a file; noted in the log."""
    scope, at, kind = current_user.scope(P.UNIT_COMPETENCE), clock.now(), request.form.get("format", "")
    units, unit_id = _unit_asked(scope)
    if kind not in MIMES:
        raise NotFound
    everybody = reading.whole_map(scope, clock.today(), unit_id)
    if everybody is None:
        raise Conflict("Phạm vi này chưa có ai, hoặc quá đông để xuất một lần. Hãy chọn một đơn vị rồi xuất lại.")
    what = {"unit": unit_id or (units[0].id if len(units) == 1 else None), "what": "năng lực đơn vị"}
    data = services.export(services.unit_sheet(everybody), kind, what, current_user.person_id, at)
    db.session.commit()
    return attachment(data, kind, f"nang-luc-don-vi-{clock.today().isoformat()}")
