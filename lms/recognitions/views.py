"""Pages of recognitions: the list, entering a decision step by step, one decision, taking it back; and what officers see."""

from dataclasses import dataclass, field, replace
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Row
from werkzeug import Response

from lms import clock
from lms.assignments.services import LARGEST, TAKEN, keep
from lms.assignments.services import MOST as MOST_FILES
from lms.courses.forms import offered
from lms.db import db
from lms.errors import Conflict
from lms.people.queries import Scope, work_of
from lms.permissions import P
from lms.recognitions import queries, services
from lms.recognitions.forms import MOST, UNCHOSEN, RecognitionForm, WithdrawForm, claims_in
from lms.tracking import queries as tracking
from lms.tracking import services as levels
from lms.tracking.queries import Claim
from lms.vietnamese import clean
from lms.web.auth import requires
from lms.web.files import attachment, sent
from lms.web.forms import whole

bp = Blueprint("recognitions", __name__, url_prefix="/recognitions")
Page = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Sheet:
    """A decision that is being entered, as it travels from step to step in the form. `into`: the decision that officers are added to."""

    form: RecognitionForm
    claims: list[Claim]
    files: list[dict[str, Any]]
    into: Row | None = None
    file_problem: str = ""
    found: list[queries.Officer] | None = None
    unknown: list[str] = field(default_factory=list)  # codes that nobody has
    problem: str = ""


def _scope() -> Scope:
    return current_user.scope(P.RECOGNISE)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt="recognitions.files")  # type: ignore[arg-type]


def _kept() -> list[dict[str, Any]]:
    """The scan kept in an earlier step, as signed then for this person: nobody names another's file."""
    try:
        person_id, files = _signer().loads(request.form.get("kept", ""))
    except BadData:
        return []
    return files if person_id == current_user.person_id else []


def _competences() -> list[tuple[str, str]]:
    return [("", "Chọn năng lực…"), *((row.code, f"{row.code} {row.name}") for row in tracking.competences())]


def _sheet() -> Sheet:
    files, problem = [], ""
    try:
        files = [keep(name, data) for name, data in sent("files", MOST_FILES, LARGEST)]
    except Conflict as refused:
        problem = refused.message
    into = request.values.get("into", type=whole)
    row = queries.recognition(into, _scope(), clock.today()) if into else None
    form = RecognitionForm()
    form.competence_all.choices = offered(_competences())
    return Sheet(form, claims_in(request.form), files or _kept(), row, problem)


def _edited(sheet: Sheet, act: str) -> Sheet:
    """One step of the list: find somebody, add, drop, or take a column of codes."""
    verb, _, value = act.partition(":")
    form, claims = sheet.form, sheet.claims
    if verb == "find" and form.q.data:
        return replace(sheet, found=queries.candidates(_scope(), clock.today(), form.q.data))
    if verb == "add" and value.isascii() and value.isdigit() and len(value) < 11:
        form.q.data = ""
        return replace(sheet, claims=[*claims, (whole(value), *(claims[-1][1:] if claims else ("", 0)))][:MOST])
    if verb == "drop":
        return replace(sheet, claims=[claim for place, claim in enumerate(claims) if str(place) != value])
    if verb == "paste":
        known = queries.by_codes(form.typed_codes)
        code, level = form.competence_all.data or "", form.level_all.data or 0
        listed = {claim[:2] for claim in claims}
        more = [(person, code, level) for person in dict.fromkeys(known.values()) if person and (person, code) not in listed]
        form.codes.data = "\n".join(unknown := [code for code, person in known.items() if not person])
        return replace(sheet, claims=[*claims, *more][:MOST], unknown=unknown)
    return sheet


def _form_page(sheet: Sheet, checked: bool = False) -> Page:
    """The form; `checked`: with what is still wrong."""
    today, form, into = clock.today(), sheet.form, sheet.into
    known = queries.officers({claim[0] for claim in sheet.claims}, _scope(), today, current_user.person_id)
    claims = [claim for claim in sheet.claims if claim[0] in known]
    faults = queries.faults(claims, _scope(), today, current_user.person_id, into.id if into else None) if checked else {}
    twin = None
    if checked and not into and form.number.data and form.issuer.data and form.signed_on.data:
        twin = queries.same(form.number.data, form.issuer.data, form.signed_on.data)
    kept = _signer().dumps([current_user.person_id, sheet.files]) if sheet.files else ""
    page = render_template(
        "recognitions/new.html", sheet=replace(sheet, claims=claims), form=form, known=known, faults=faults, twin=twin, checked=checked,
        kept=kept, taken=TAKEN, most=MOST_FILES, largest=LARGEST, level_choices=UNCHOSEN,
        competence_choices=_competences(),
    )  # fmt: skip
    return (page, 422) if checked else page


def _wrong(sheet: Sheet) -> bool:
    """Whether anything must be mended before the decision can be shown for confirmation."""
    form, into = sheet.form, sheet.into
    if not into and (not form.validate() or not sheet.files or sheet.file_problem):
        return True
    if not into and queries.same(form.number.data or "", form.issuer.data or "", form.signed_on.data):  # type: ignore[arg-type]
        return True
    faults = queries.faults(sheet.claims, _scope(), clock.today(), current_user.person_id, into.id if into else None)
    return not sheet.claims or bool(faults)


@bp.get("/")
@requires(P.RECOGNISE)
def recognitions() -> Page:
    """Decisions that name officers in scope: found by number, words or name."""
    search, page = clean(request.args.get("q", ""))[:100], max(1, request.args.get("page", 1, type=whole))
    scope, today = _scope(), clock.today()
    total = queries.count(scope, today, search)
    return render_template(
        "recognitions/recognitions.html", rows=queries.recognitions(scope, today, search, page), q=search, total=total, shown_page=page,
        pages=-(-total // queries.PAGE), kinds=queries.KINDS,
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires(P.RECOGNISE)
def new() -> Page:
    """Enter a decision: its particulars, its scan, the officers it names. Nothing is written here."""
    return _form_page(_edited(_sheet(), request.form.get("do", "")))


@bp.post("/preview")
@requires(P.RECOGNISE)
def preview() -> Page:
    """What the decision would give each officer, beside the level now held."""
    sheet, now = _sheet(), clock.now()
    if _wrong(sheet):
        return _form_page(sheet, checked=True)
    ids = {claim[0] for claim in sheet.claims}
    levels.refresh_many(ids, now)
    db.session.commit()  # what was in the record anyway
    paper = sheet.into or sheet.form.paper(sheet.files)
    return render_template(
        "recognitions/preview.html", sheet=sheet, form=sheet.form, paper=paper, known=queries.officers(ids, _scope(), clock.today()),
        outlook=tracking.foresee(sheet.claims, paper.signed_on, now), names={c.code: c.name for c in tracking.competences()},
        kinds=queries.KINDS, kept=_signer().dumps([current_user.person_id, sheet.files]), today=clock.today(),
    )  # fmt: skip


@bp.post("/save")
@requires(P.RECOGNISE)
def save() -> Page:
    """Write all of it, or nothing."""
    sheet, me, now = _sheet(), current_user.person_id, clock.now()
    if _wrong(sheet):
        return _form_page(sheet, checked=True)
    if sheet.into:
        row_id = sheet.into.id
        services.name_more(row_id, sheet.claims, _scope(), me, now)
    else:
        row_id = services.enter(sheet.form.paper(sheet.files), sheet.claims, _scope(), me, now).id
    db.session.commit()
    flash("Đã ghi quyết định; những người có tên được báo.", "ok")
    return redirect(url_for(".show", recognition_id=row_id))


@bp.get("/<int:recognition_id>")
@requires(P.RECOGNISE)
def show(recognition_id: int) -> Page:
    """One decision: whom it names, at which level, its scan, what was taken back."""
    row, today = queries.recognition(recognition_id, _scope(), clock.today()), clock.today()
    lines = queries.lines(recognition_id, _scope(), today)
    return render_template(
        "recognitions/show.html", row=row, lines=lines, kinds=queries.KINDS,
        work=work_of({line.person_id for line in lines}, today), names={c.code: c.name for c in tracking.competences()},
    )  # fmt: skip


@bp.get("/<int:recognition_id>/files/<digest>")
@requires(P.RECOGNISE)
def file(recognition_id: int, digest: str) -> Page:
    """The scan of a decision that names somebody in scope."""
    return attachment(queries.recognition(recognition_id, _scope(), clock.today()).files, digest)


def _chosen() -> set[int]:
    return set(request.values.getlist("line", type=whole))


@bp.get("/<int:recognition_id>/withdraw")
@requires(P.RECOGNISE)
def withdraw(recognition_id: int) -> Page:
    """Which lines to take back, by which decision, and why."""
    return _withdraw_page(recognition_id, WithdrawForm(formdata=None))


@bp.post("/<int:recognition_id>/withdraw")
@requires(P.RECOGNISE)
def save_withdrawal(recognition_id: int) -> Page:
    """Take back the decision, or what it says of some officers."""
    form, scope, me = WithdrawForm(), _scope(), current_user.person_id
    form.earliest = queries.recognition(recognition_id, scope, clock.today()).signed_on
    if not form.validate() or not _chosen():
        return _withdraw_page(recognition_id, form, 422)
    count = services.withdraw(recognition_id, _chosen(), form.basis, form.reason.data or "", scope, me, clock.now())
    db.session.commit()
    flash(f"Đã thu hồi {count} công nhận; những người có tên được báo kèm lý do.", "ok")
    return redirect(url_for(".show", recognition_id=recognition_id))


def _withdraw_page(recognition_id: int, form: WithdrawForm, status: int = 200) -> Page:
    row, today = queries.recognition(recognition_id, _scope(), clock.today()), clock.today()
    lines = [line for line in queries.lines(recognition_id, _scope(), today) if line.standing]
    page = render_template(
        "recognitions/withdraw.html", row=row, form=form, lines=lines, chosen=_chosen(), sent=status != 200,
        names={c.code: c.name for c in tracking.competences()},
    )  # fmt: skip
    return page, status


@bp.get("/mine")
@requires(P.LEARN)
def mine() -> Page:
    """The decisions that name the person signed in."""
    rows = queries.of_officer(current_user.person_id)
    return render_template("recognitions/mine.html", rows=rows, kinds=queries.KINDS)


@bp.get("/mine/<int:recognition_id>")
@requires(P.LEARN)
def named(recognition_id: int) -> Page:
    """One of these decisions, and what it says of the person."""
    row, me = queries.own(recognition_id, current_user.person_id), current_user.person_id
    lines = queries.lines(recognition_id, Scope(), clock.today(), officer_id=me)
    names = {c.code: c.name for c in tracking.competences()}
    return render_template("recognitions/named.html", row=row, lines=lines, kinds=queries.KINDS, names=names)


@bp.get("/mine/<int:recognition_id>/files/<digest>")
@requires(P.LEARN)
def own_file(recognition_id: int, digest: str) -> Page:
    """The scan of a decision that names the person."""
    return attachment(queries.own(recognition_id, current_user.person_id).files, digest)
