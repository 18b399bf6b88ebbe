"""The officer's work products, and what they say of themselves."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from lms import clock
from lms.assignments import queries, services
from lms.assignments.forms import AppealForm, ProductForm, ratings_from
from lms.assignments.views import bp
from lms.assignments.views.files import choose_again, sent_files
from lms.assignments.views.work import Page
from lms.courses.forms import offered
from lms.db import db
from lms.errors import Conflict
from lms.permissions import P
from lms.web.auth import requires
from lms.web.files import attachment


def competence_choices() -> list[SelectChoice]:
    """The framework as choices of a form."""
    return offered([("", "Chọn năng lực…"), *((c.code, f"{c.code} {c.name}") for c in queries.competences())])


@bp.get("/products")
@requires(P.LEARN)
def products() -> Page:
    """One's own products and how they stand."""
    return render_template(
        "assignments/products.html", products=queries.products_of(current_user.person_id), states=queries.PRODUCT_STATES,
        names={c.code: c.name for c in queries.competences()},
    )  # fmt: skip


@bp.route("/products/new", methods=["GET", "POST"])
@requires(P.LEARN)
def new_product() -> Page:
    """Enter an issued paper."""
    form = ProductForm(request.args) if request.method == "GET" else ProductForm()  # the profile says which level is missing
    form.competence.choices = competence_choices()  # type: ignore[assignment]
    if not form.validate_on_submit():
        page = _new_page(form, choose_again())
        return (page, 422) if form.errors else page  # type: ignore[return-value]
    try:
        files = sent_files()
        row = services.enter(
            current_user.person_id, form.values() | {"files": files}, form.competence.data, form.level.data, clock.now()
        )
    except services.Entered as same:
        return _new_page(form, choose_again(), same.product_id), 422  # type: ignore[return-value]
    except Conflict as refused:
        return _new_page(form, refused.message), 422  # type: ignore[return-value]
    row_id = row.id
    db.session.commit()
    flash("Đã gửi. Thủ trưởng đơn vị sẽ xem và kết luận.", "ok")
    return redirect(url_for("assignments.product", product_id=row_id))


def _new_page(form: ProductForm, file_problem: str = "", same: int | None = None) -> Page:
    return render_template(
        "assignments/new_product.html", form=form, file_problem=file_problem, same=same, highest=queries.HIGHEST,
        taken=services.TAKEN, most=services.MOST, largest=services.LARGEST,
    )  # fmt: skip


def _product(product_id: int, form: AppealForm, status: int = 200, **more: Any) -> Page:
    found = queries.own_product(product_id, current_user.person_id)
    row = found.row
    page = render_template(
        "assignments/product.html", product=found, row=row, history=queries.history(product_id), states=queries.PRODUCT_STATES,
        appeals=queries.of_thing("confirmation", product_id=product_id), form=form, today=clock.today(), policy=queries.POLICY,
        last_day=queries.last_day(row.decided_at) if row.decided_at else None,
        names={c.code: c.name for c in queries.competences()}, taken=services.TAKEN, most=services.MOST, largest=services.LARGEST, **more,
    )  # fmt: skip
    return (page, status) if status != 200 else page


@bp.get("/products/<int:product_id>")
@requires(P.LEARN)
def product(product_id: int) -> Page:
    """One of one's own products with everything that was said of it."""
    return _product(product_id, AppealForm(formdata=None))


@bp.post("/products/<int:product_id>/withdraw")
@requires(P.LEARN)
def withdraw_product(product_id: int) -> Page:
    """Take back a product that still waits."""
    services.withdraw(product_id, current_user.person_id, clock.now())
    db.session.commit()
    flash("Đã rút sản phẩm. Thủ trưởng không còn thấy sản phẩm này trong danh sách chờ.", "ok")
    return redirect(url_for("assignments.product", product_id=product_id))


@bp.get("/products/<int:product_id>/files/<digest>")
@requires(P.LEARN)
def product_file(product_id: int, digest: str) -> Page:
    """A file of one's own product."""
    return attachment(queries.own_product(product_id, current_user.person_id).row.files, digest)


@bp.post("/products/<int:product_id>/appeal")
@requires(P.LEARN)
def appeal_confirmation(product_id: int) -> Page:
    """Ask for what the head said to be looked at again."""
    form = AppealForm()
    try:
        files = sent_files()
    except Conflict as refused:
        return _product(product_id, form, 422, file_problem=refused.message)
    if not form.validate():
        return _product(product_id, form, 422, file_problem=choose_again())
    services.appeal_confirmation(product_id, current_user.person_id, form.reason.data or "", files, clock.now())
    db.session.commit()
    flash("Đã gửi kiến nghị. Người khác với người đã kết luận sẽ xem và trả lời.", "ok")
    return redirect(url_for("assignments.product", product_id=product_id, _anchor="kien-nghi"))


@bp.route("/ratings", methods=["GET", "POST"])
@requires(P.LEARN)
def ratings() -> Page:
    """What one says of one's own levels: for the needs survey and for comparing, never counted."""
    competences = queries.competences()
    if request.method == "POST":
        found = ratings_from(request.form, [c.code for c in competences])
        changed = services.rate_oneself(current_user.person_id, found, clock.now())
        db.session.commit()
        flash(f"Đã lưu tự đánh giá: {changed} năng lực thay đổi." if changed else "Tự đánh giá giữ nguyên như lần trước.", "ok")
        return redirect(url_for("assignments.ratings"))
    return render_template("assignments/ratings.html", competences=competences, mine=queries.self_ratings(current_user.person_id))
