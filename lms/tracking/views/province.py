"""Pages of Sở Nội vụ: the province at the end of a day, the names behind each figure, and why a figure changed."""

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Row
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.db import db
from lms.errors import NotFound
from lms.people.models import UNIT_KINDS
from lms.people.queries import Scope, position_choices, unit_choices
from lms.permissions import P
from lms.tracking import services
from lms.tracking.forms import UNITS, AskSnapshot, CompareChoice, NamesChoice, ProvinceChoice
from lms.tracking.queries import census, comparison, snapshots
from lms.tracking.sheet import MIMES
from lms.tracking.views import SOURCES, bp
from lms.tracking.views.charts import SHADES, heat, shade, trend
from lms.web.auth import requires
from lms.web.forms import whole

EVERYWHERE = Scope(everywhere=True)


def _choices() -> dict[str, Any]:
    """What the filters offer."""
    units = unit_choices(EVERYWHERE, clock.today())
    return {
        "recent": snapshots.recent(),
        "units": units,
        "positions": position_choices(),
        "kinds": UNIT_KINDS,
        "unit_modes": UNITS,
    }


def _snapshot(form: ProvinceChoice) -> Row | None:
    """The snapshot asked for, or the newest. Raises NotFound for an address that leads nowhere."""
    if not form.validate():
        raise NotFound
    return snapshots.published(form.snapshot.data)


@bp.get("/province")
@requires(P.PROVINCE_COMPETENCE)
def province() -> str:
    """The province by unit, position and competence at the end of a day; CT3; the course over reporting periods."""
    form = ProvinceChoice(request.args)
    snapshot = _snapshot(form)
    if snapshot is None:
        return render_template("tracking/province.html", form=form, found=None)
    found, ct3 = snapshots.province(snapshot, form.filter(), clock.today()), census.indicator("CT3", snapshot.as_of)
    columns = [entry for entry in found.competences if form.area.data in (None, "", entry[0].area_code)]
    areas = snapshots.by_area(found.competences)
    points = [(name, ((c.ct3_met, c.ct3_asked), (c.fit_met, c.fit_asked))) for _, name, c in found.trend]
    kept = {name: value for name, value in request.args.items() if value}
    return render_template(
        "tracking/province.html", form=form, found=found, ct3=ct3, columns=columns, areas=areas, shade=shade, shades=SHADES, kept=kept,
        heat=heat(found.lines, columns), trend=trend(points, ct3.target if ct3 else 100), unit_name=_unit_name(form, found), **_choices(),
    )  # fmt: skip


def _unit_name(form: ProvinceChoice, found: snapshots.Province) -> str:
    return snapshots.unit_name(form.unit.data, found.snapshot.as_of) if form.unit.data else ""


@bp.get("/province/officers")
@requires(P.PROVINCE_COMPETENCE)
def province_officers() -> str:
    """The persons behind a figure of the province."""
    form = NamesChoice(request.args)
    snapshot, page = _snapshot(form), max(1, request.args.get("page", 1, type=whole))
    if snapshot is None:
        raise NotFound
    asked = (form.filter(), clock.today(), form.which.data, form.competence.data)
    rows, total = snapshots.names(snapshot, *asked, page=page)
    kept = {name: value for name, value in request.args.items() if value and name != "page"}
    return render_template(
        "tracking/province_officers.html", form=form, snapshot=snapshot, rows=rows, total=total, page=page, kept=kept,
        pages=-(-total // snapshots.PAGE), which=snapshots.WHICH, competences=snapshots.competences(),
        core=census.asked_on(snapshot.as_of).core, **_choices(),
    )  # fmt: skip


@bp.post("/province/officers")
@requires(P.PROVINCE_COMPETENCE)
def export_officers() -> BaseResponse:
    """The same list as a file: at once when it is small, else by a job. Every export is noted in the log."""
    form, kind = NamesChoice(request.args), request.form.get("format", "")
    snapshot, by_id, at = _snapshot(form), current_user.person_id, clock.now()
    if snapshot is None or kind not in MIMES:
        raise NotFound
    wanted = services.NamesWanted(snapshot.id, form.filter(), form.which.data, form.competence.data)
    if services.names_counted(wanted, clock.today()) > services.AT_ONCE:
        job = services.export_names_later(wanted, kind, by_id, at)
        db.session.commit()
        return redirect(url_for("jobs.show", job_id=job.id))
    data = services.export(services.names_sheet(wanted, clock.today()), kind, wanted.said(), by_id, at)
    db.session.commit()
    return attachment(data, kind, f"nang-luc-{snapshot.as_of.isoformat()}")


def attachment(data: bytes, kind: str, name: str) -> Response:
    """A file to keep."""
    return Response(data, mimetype=MIMES[kind], headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'})


@bp.route("/province/ask", methods=["GET", "POST"])
@requires(P.PROVINCE_COMPETENCE)
def ask_snapshot() -> str | tuple[str, int] | BaseResponse:
    """Have the province counted at the end of any day, today or past."""
    form = AskSnapshot()
    if request.method == "GET" or not form.validate():
        page = render_template(
            "tracking/ask_snapshot.html", form=form, recent=snapshots.recent(), own=snapshots.removable(current_user.person_id)
        )
        return page if request.method == "GET" else (page, 422)
    job = services.ask_snapshot(form.as_of.data, current_user.person_id, clock.now())
    db.session.commit()
    return redirect(url_for("jobs.show", job_id=job.id))


@bp.post("/province/ask/<int:snapshot_id>")
@requires(P.PROVINCE_COMPETENCE)
def remove_snapshot(snapshot_id: int) -> BaseResponse:
    """Remove figures that the viewer has asked for; noted in the log."""
    services.remove_snapshot(snapshot_id, current_user.person_id, clock.now())
    db.session.commit()
    flash("Đã bỏ lần tính này khỏi danh sách số liệu.", "ok")
    return redirect(url_for(".ask_snapshot"))


@bp.get("/province/compare")
@requires(P.PROVINCE_COMPETENCE)
def compare() -> str:
    """Two snapshots side by side: by whom a figure differs, and why."""
    form, recent = CompareChoice(request.args), snapshots.recent()
    if not form.validate():
        raise NotFound
    before, after = _pair(form, recent)
    if before is None or after is None:
        return render_template("tracking/compare.html", form=form, found=None, recent=recent)
    inside = snapshots.units_below(form.unit.data) if form.unit.data else None
    found = comparison.compare(before, after, form.figure.data, inside)
    return render_template(
        "tracking/compare.html", form=form, found=found, before=before, after=after, recent=recent, figures=comparison.FIGURES,
        reasons=comparison.REASONS, competences=snapshots.competences(), sources=SOURCES, units=unit_choices(EVERYWHERE, clock.today()),
        unit_name=snapshots.unit_name(form.unit.data, after.as_of) if form.unit.data else "", **_listed(found, before, after),
    )  # fmt: skip


def _listed(found: comparison.Comparison, before: Row, after: Row) -> dict[str, Any]:
    """The persons of one page, of the reason chosen or of all."""
    reason, page = request.args.get("reason", ""), max(1, request.args.get("page", 1, type=whole))
    listed = [change for change in found.changes if reason in ("", change.reason)]
    shown = listed[(page - 1) * snapshots.PAGE : page * snapshots.PAGE]
    if page > 1 and not shown:
        raise NotFound
    return {
        "reason": reason if reason in comparison.REASONS else "", "shown": shown, "total": len(listed), "page": page,
        "pages": -(-len(listed) // snapshots.PAGE), "names": comparison.named(shown, before, after),
        "kept": {name: value for name, value in request.args.items() if value and name not in ("page", "reason")},
    }  # fmt: skip


def _pair(form: CompareChoice, recent: Sequence[Row]) -> tuple[Row | None, Row | None]:
    """The two snapshots asked for; without a choice the newest, and the nearest one of an earlier day."""
    after = snapshots.published(form.after.data)
    if after is None:
        return None, None
    if form.before.data:
        return snapshots.published(form.before.data), after
    before = [row for row in recent if row.as_of < after.as_of] or [
        row for row in recent if (row.as_of, row.id) < (after.as_of, after.id)
    ]
    return (before[0] if before else None), after
