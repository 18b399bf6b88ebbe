"""Pages of rosters."""

from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.db import db
from lms.errors import NotFound
from lms.permissions import P
from lms.rosters import queries, services
from lms.rosters.forms import Choice
from lms.rosters.sheet import MIMES
from lms.vietnamese import number_words
from lms.web.auth import requires
from lms.web.forms import whole

bp = Blueprint("rosters", __name__, url_prefix="/rosters")


@bp.get("/")
@requires(P.ROSTERS)
def index() -> str | tuple[str, int]:
    """Who has completed what, in the viewer's scope, by the filter in the address."""
    form = Choice(request.args)
    scope, as_of = current_user.scope(P.ROSTERS), clock.today()
    choices = {"statuses": queries.STATUSES, "courses": queries.courses(), "units": queries.units(scope, as_of)}
    if not form.validate():
        return render_template("rosters/index.html", form=form, rows=[], total=0, shown_page=1, pages=0, **choices), 422
    filters, as_of = form.filters(), form.as_of.data or as_of
    number = max(1, request.args.get("page", 1, type=whole))
    rows, total = queries.page(filters, scope, as_of, number), queries.count(filters, scope, as_of)
    if not rows and number > 1:
        raise NotFound
    return render_template(
        "rosters/index.html", form=form, rows=rows, total=total, in_words=number_words(total), shown_page=number, pages=-(-total // queries.PAGE),
        query=urlencode({k: v for k, v in request.args.items() if k != "page" and v}), at=clock.now(), as_of=as_of, **choices,
    )  # fmt: skip


@bp.post("/export")
@requires(P.ROSTERS)
def export() -> BaseResponse:
    """The roster of the filter as a file: at once when it is small, else by a job. Every export is noted in the log."""
    form, kind = Choice(request.args), request.form.get("format", "")
    if not form.validate() or kind not in MIMES:
        return redirect(url_for(".index", **request.args.to_dict()))  # type: ignore[arg-type]
    by_id, at = current_user.person_id, clock.now()
    asked = (form.filters(), current_user.scope(P.ROSTERS), form.as_of.data or clock.today())
    if queries.count(*asked) > services.AT_ONCE:
        job = services.export_later(*asked, kind, by_id, at)
        db.session.commit()
        return redirect(url_for("jobs.show", job_id=job.id))
    data = services.export(*asked, kind, by_id, at)
    db.session.commit()
    return _attachment(data, kind, asked[2])


def _attachment(data: bytes, kind: str, as_of: date) -> Response:
    name = f"danh-sach-hoan-thanh-{as_of.isoformat()}.{kind}"
    return Response(data, mimetype=MIMES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'})
