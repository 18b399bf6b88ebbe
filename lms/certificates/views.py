"""Pages of certificates."""

import hashlib
from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.certificates import queries, services
from lms.certificates.forms import Approval, Pick, Revocation
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.people.queries import network_of
from lms.permissions import P
from lms.vietnamese import clean
from lms.web.auth import public, requires
from lms.web.forms import whole

bp = Blueprint("certificates", __name__, url_prefix="/certificates")

TRIES = 30  # unknown codes of one network in a minute, in one process: plenty for a person, nothing against 80 bits
NETWORKS = 10_000  # of which misses are remembered
_misses: dict[str, list[datetime]] = {}
PDF = "application/pdf"


@bp.get("/")
@requires(P.LEARN)
def mine() -> str:
    """The viewer's certificates, and completions that wait for recognition."""
    officer_id = current_user.person_id
    return render_template(
        "certificates/mine.html", certificates=queries.mine(officer_id), waiting=queries.waiting_of(officer_id)
    )


@bp.get("/<int:certificate_id>/pdf")
@requires(P.LEARN)
def pdf(certificate_id: int) -> Response:
    """The PDF, for its owner and for staff whose scope holds it."""
    found, _ = queries.one(certificate_id, _scope(), current_user.person_id)
    name = found.number.replace("/", "-")
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(queries.pdf(found), mimetype=PDF, headers=headers)


def _scope() -> queries.Scope | None:
    return current_user.scope(P.CERTIFICATES) if current_user.can(P.CERTIFICATES) else None


@bp.get("/pending")
@requires(P.CERTIFICATES)
def pending() -> str:
    """Completions that wait, by course, unit and period, with the decision's form below."""
    last = queries.last_decision()
    form = Approval(obj=last, formdata=None)
    form.number.data, form.day.data = "", None
    return _pending_page(form)


def _pending_page(form: Approval) -> str:
    pick, scope, today = Pick(request.values), current_user.scope(P.CERTIFICATES), clock.today()
    filters = pick.filters() if pick.validate() else queries.Filters()
    everything = queries.tally(queries.Filters(), scope)
    found = everything if filters == queries.Filters() else queries.tally(filters, scope)
    page = max(1, request.values.get("page", 1, type=whole))
    return render_template(
        "certificates/pending.html", form=form, pick=pick, rows=queries.pending(filters, scope, today, page, found.units),
        total=found.total, shown_page=page, pages=-(-found.total // queries.PAGE), waiting=everything,
        courses=queries.courses_waiting(everything), units=queries.units_waiting(everything, today),
        chosen=request.form.getlist("enrolment"), query=urlencode({k: v for k, v in request.args.items() if k != "page" and v}),
    )  # fmt: skip


@bp.post("/pending")
@requires(P.CERTIFICATES)
def approve() -> BaseResponse | str | tuple[str, int]:
    """Recognise the ticked completions, or all that the filter finds, under the decision typed in."""
    form, pick = Approval(), Pick(request.args)
    wanted = request.form.getlist("enrolment", type=whole)
    all_found = "all" in request.form and pick.validate()
    if not form.validate() or not (wanted or all_found):
        form.none_chosen = not (wanted or all_found)
        return _pending_page(form), 422
    count, job_id = _approve(form, queries.pending_ids(pick.filters(), _scope(), None if all_found else wanted))
    flash(f"Đã công nhận {count} kết quả theo Quyết định {form.number.data}. Tệp PDF đang được lập.", "ok")
    return redirect(url_for("jobs.show", job_id=job_id))


def _approve(form: Approval, enrolment_ids: list[int]) -> tuple[int, int]:
    """A chunk of certificates a transaction, so that nobody waits for the write lock; (how many, the PDF job's id)."""
    by_id, at, count, job_id = current_user.person_id, clock.now(), 0, 0
    decision = services.decide(form.paper(), by_id, at)
    for begin in range(0, len(enrolment_ids), services.AT_ONCE):
        chunk = enrolment_ids[begin : begin + services.AT_ONCE]
        if made := services.approve(decision, chunk, current_app.config["PUBLIC_URL"], by_id, at):
            count += len(made)
            job_id = services.ask_for_pdfs(
                decision, by_id, at
            )  # in the transaction that gives the numbers: no certificate without its file
        db.session.commit()
    if not count:
        raise Conflict("Các kết quả đã chọn vừa được công nhận rồi. Không có gì được ghi thêm.")
    return count, job_id


@bp.get("/register")
@requires(P.CERTIFICATES)
def register() -> str:
    """The register of certificates: found by number or name."""
    search, page = clean(request.args.get("q", ""))[:100], max(1, request.args.get("page", 1, type=whole))
    scope = current_user.scope(P.CERTIFICATES)
    total = queries.registered(scope, search)
    return render_template(
        "certificates/register.html", rows=queries.register(scope, search, page), q=search, total=total, shown_page=page,
        pages=-(-total // queries.PAGE),
    )  # fmt: skip


@bp.post("/register/export")
@requires(P.CERTIFICATES)
def export() -> BaseResponse:
    """The register (or what the search finds) as CSV: at once when it is small, else by a job. Noted in the log."""
    search, scope, by_id, at = (
        clean(request.form.get("q", ""))[:100],
        current_user.scope(P.CERTIFICATES),
        current_user.person_id,
        clock.now(),
    )
    if queries.registered(scope, search) > services.EXPORT_AT_ONCE:
        job = services.export_later(scope, search, by_id, at)
        db.session.commit()
        return redirect(url_for("jobs.show", job_id=job.id))
    data = services.export(scope, search, by_id, at)
    db.session.commit()
    headers = {"Content-Disposition": f'attachment; filename="{services.REGISTER_FILE}"'}
    return Response(data, mimetype=services.CSV, headers=headers)


@bp.get("/<int:certificate_id>")
@requires(P.CERTIFICATES)
def show(certificate_id: int) -> str:
    """One certificate for staff: what it says, what happened to it, the form to revoke it."""
    return _show_page(certificate_id, Revocation(formdata=None))


def _show_page(certificate_id: int, form: Revocation) -> str:
    found, decision = queries.one(certificate_id, current_user.scope(P.CERTIFICATES))
    names = queries.names([found.approved_by, found.revoked_by])
    return render_template("certificates/show.html", c=found, decision=decision, form=form, names=names)


@bp.post("/<int:certificate_id>/revoke")
@requires(P.CERTIFICATES)
def revoke(certificate_id: int) -> BaseResponse | tuple[str, int]:
    """Take a certificate back, with reason and decision."""
    form = Revocation()
    page = _show_page(certificate_id, form) if not form.validate() else ""
    if page:
        return page, 422
    queries.one(certificate_id, current_user.scope(P.CERTIFICATES))
    services.revoke(certificate_id, form.reason.data, form.decision.data, current_user.person_id, clock.now())
    db.session.commit()
    flash("Đã thu hồi. Trang tra cứu công khai nói rõ điều này và người được cấp đã được báo.", "ok")
    return redirect(url_for(".show", certificate_id=certificate_id))


@bp.get("/verify")
@public
def verify() -> BaseResponse | str:
    """Look a certificate up by the code under its QR."""
    if typed := request.args.get("code", "").strip():
        return redirect(url_for(".verified", code=queries.read_code(typed) or "-"))
    return render_template("certificates/verify.html")


@bp.get("/verify/<code>")
@public
def verified(code: str) -> str | tuple[str, int]:
    """What a certificate's code stands for: valid, revoked, or unknown. Only name, masked birth date, course, dates and state are shown."""
    at = clock.now()
    network = network_of(request.remote_addr)
    recent = [miss for miss in _misses.get(network, []) if miss > at - timedelta(minutes=1)]
    if len(recent) >= TRIES:
        abort(429)
    try:
        found, _ = queries.by_code(code)
    except NotFound:
        _misses.pop(network, None)
        _misses[network] = [*recent, at]
        if len(_misses) > NETWORKS:
            del _misses[next(iter(_misses))]  # the one whose last miss is oldest
        return render_template("certificates/verified.html", c=None, code=code, at=at), 404
    return render_template("certificates/verified.html", c=found, code=found.code, at=at)


@bp.post("/verify")
@public
def compare() -> str:
    """Whether a PDF is, byte for byte, one that was issued. The file is read and not kept."""
    upload = request.files.get("pdf")
    digest = hashlib.sha256(upload.read() if upload else b"").hexdigest()
    return render_template("certificates/verify.html", compared=bool(upload), match=queries.by_digest(digest))
