"""Heads of units: products that wait for their word, and abilities they confirm."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from lms import clock
from lms.assignments import queries, services
from lms.assignments.forms import AbilityForm, DecisionForm
from lms.assignments.views import bp
from lms.assignments.views.products import competence_choices
from lms.assignments.views.work import Page
from lms.courses.forms import offered
from lms.db import db
from lms.permissions import P
from lms.web.auth import requires
from lms.web.files import attachment

TAKEN_BACK = {
    "paper": "Đã ghi là không xác nhận; cán bộ được báo kèm lý do.", "ability": "Đã rút lại xác nhận; cán bộ được báo kèm lý do.",
}  # fmt: skip


@bp.get("/confirmations")
@requires(P.CONFIRM)
def confirmations() -> Page:
    """Products of officers in scope: those that wait, or those decided."""
    decided = request.args.get("decided") == "1"
    scope = current_user.scope(P.CONFIRM)
    rows = queries.to_confirm(scope, clock.today(), current_user.person_id, decided)
    return render_template(
        "assignments/confirmations.html", rows=rows, decided=decided, states=queries.PRODUCT_STATES,
        names={c.code: c.name for c in queries.competences()},
    )  # fmt: skip


def _page(product_id: int, form: DecisionForm) -> Page:
    found = queries.product_in(product_id, current_user.scope(P.CONFIRM), clock.today())
    competence = next((c for c in queries.competences() if c.code == found.row.competence), None)
    return render_template(
        "assignments/confirm.html", product=found, row=found.row, form=form.offer(found.row.level), states=queries.PRODUCT_STATES,
        competence=competence, history=queries.history(product_id), own=found.row.officer_id == current_user.person_id,
        appeals=queries.of_thing("confirmation", product_id=product_id), today=clock.today(),
    )  # fmt: skip


@bp.get("/confirmations/<int:product_id>")
@requires(P.CONFIRM)
def confirm(product_id: int) -> Page:
    """One product with its history, and the head's word."""
    return _page(product_id, DecisionForm(formdata=None))


@bp.post("/confirmations/<int:product_id>")
@requires(P.CONFIRM)
def decide(product_id: int) -> Page:
    """Confirm at a level, or decline; always with the reason."""
    scope, form = current_user.scope(P.CONFIRM), DecisionForm()
    found = queries.product_in(product_id, scope, clock.today())
    if not form.offer(found.row.level).validate():
        return _page(product_id, form), 422  # type: ignore[return-value]
    row = services.decide(product_id, scope, form.level.data, form.reason.data or "", current_user.person_id, clock.now())
    confirmed = row.confirmed
    db.session.commit()
    flash("Đã xác nhận; cán bộ được báo kèm lý do." if confirmed else TAKEN_BACK[found.row.kind], "ok")
    return redirect(url_for("assignments.confirmations"))


@bp.get("/confirmations/<int:product_id>/files/<digest>")
@requires(P.CONFIRM)
def confirmation_file(product_id: int, digest: str) -> Page:
    """A file of a product in scope."""
    return attachment(queries.product_in(product_id, current_user.scope(P.CONFIRM), clock.today()).row.files, digest)


@bp.route("/confirmations/new", methods=["GET", "POST"])
@requires(P.CONFIRM)
def confirm_ability() -> Page:
    """Confirm a competence as shown in daily work, without a paper."""
    scope, me, form = current_user.scope(P.CONFIRM), current_user.person_id, AbilityForm()
    form.person_id.choices = offered([(0, "Chọn người…"), *queries.officers_to_confirm(scope, clock.today(), me)])
    form.competence.choices = competence_choices()  # type: ignore[assignment]
    if not form.validate_on_submit():
        page = render_template("assignments/confirm_ability.html", form=form)
        return (page, 422) if form.errors else page
    services.confirm_ability(
        form.person_id.data, scope, form.competence.data, form.level.data, form.reason.data or "", me, clock.now()
    )
    db.session.commit()
    flash("Đã ghi xác nhận; cán bộ được báo kèm lý do.", "ok")
    return redirect(url_for("assignments.confirmations", decided=1))
