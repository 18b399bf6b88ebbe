"""Officers: the list, one officer, data, duplicates."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.db import db
from lms.errors import Conflict
from lms.people import queries, services
from lms.people.forms import MergeForm, OfficerForm, choices
from lms.people.models import GENDERS, IDENTIFIER_NAMES, PERSON_KINDS
from lms.people.views import bp
from lms.permissions import ROLE_NAMES, P
from lms.vietnamese import PartialDate, clean, format_date
from lms.web.auth import requires
from lms.web.forms import whole

Page = str | tuple[str, int] | Response


def load(person_id: int, permission: P):
    """The officer, if that permission reaches the officer's unit. Raises NotFound."""
    return queries.officer(person_id, current_user.scope(permission), clock.today())


def load_to_change(person_id: int, permission: P):
    """The officer, as `load`. Raises Conflict when the officer's own role reaches further than the viewer's permission."""
    row = load(person_id, permission)
    if queries.outreaches(person_id, current_user.scope(permission), clock.today()):
        raise Conflict(
            "Cán bộ này giữ vai trò rộng hơn phạm vi Anh/Chị được giao. Chưa ghi gì; hãy nhờ quản trị toàn tỉnh thực hiện."
        )
    return row


@bp.get("/officers")
@requires(P.PEOPLE_SEE)
def officers() -> str:
    """Officers in scope by given name: searched without marks, narrowed by unit, position and account."""
    asked, today, scope = request.args, clock.today(), current_user.scope(P.PEOPLE_SEE)
    wanted = queries.Filter(
        search=clean(asked.get("q", ""))[:100],
        unit_id=asked.get("unit", type=whole),
        position_id=asked.get("position", type=whole),
        state=asked.get("state", "") if asked.get("state") in {"waiting", "active"} else "",
    )
    rows, more = queries.officers(scope, today, wanted, asked.get("after", type=whole))
    work = queries.work_of([row.id for row in rows], today)
    page = "people/_officers.html" if request.headers.get("HX-Request") else "people/officers.html"
    units, positions = (
        ([], []) if page.startswith("people/_") else (queries.unit_choices(scope, today), queries.position_choices())
    )
    return render_template(page, rows=rows, more=more, work=work, wanted=wanted, units=units, positions=positions)


@bp.get("/officers/<int:person_id>")
@requires(P.PEOPLE_SEE)
def officer(person_id: int) -> Page:
    """One officer: data, work, roles, account. The page of a duplicate leads to the person it was merged into."""
    if (kept := queries.canonical(person_id)) != person_id:
        return redirect(url_for("people.officer", person_id=kept))
    row, today = load(person_id, P.PEOPLE_SEE), clock.today()
    history = queries.assignments(queries.same_person_ids(person_id), today)
    known = queries.identifiers(person_id)
    words = {"kinds": PERSON_KINDS, "genders": GENDERS, "identifier_names": IDENTIFIER_NAMES, "role_names": ROLE_NAMES}
    return render_template(
        "people/officer.html", person=row, birth=_shown(birth_of(row)), history=history, known=known, roles=queries.roles(person_id, today),
        masked=queries.masked, today=today, **words,
    )  # fmt: skip


def birth_of(row) -> PartialDate | None:
    """The birth date of a person's row, as far as it is known."""
    return PartialDate(row.birth_year, row.birth_month, row.birth_day) if row.birth_year else None


@bp.route("/officers/new", methods=["GET", "POST"])
@requires(P.PEOPLE_EDIT)
def create_officer() -> Page:
    """Take an officer into the record; the next page asks for the unit."""
    form = OfficerForm(kind="cong_chuc", gender="")
    if not form.validate_on_submit():
        return render_template("people/edit_officer.html", form=form, person=None, theirs=None), 422 if form.errors else 200
    at, values = clock.now(), form.values()
    known = [(kind, form[kind].data) for kind in IDENTIFIER_NAMES if form[kind].data]
    try:
        person = services.create_person(**values, at=at, by_id=current_user.person_id, identifiers=known)
    except Conflict as refusal:
        db.session.rollback()
        return render_template("people/edit_officer.html", form=form, person=None, theirs=None, problem=refusal.message), 409
    services.create_account(person.id, at)
    db.session.commit()
    return redirect(url_for("people.assign_officer", person_id=person.id))


@bp.route("/officers/<int:person_id>/edit", methods=["GET", "POST"])
@requires(P.PEOPLE_EDIT)
def edit_officer(person_id: int) -> Page:
    """Correct an officer's data; when somebody else has saved meanwhile, both readings are shown and nothing is lost."""
    row = load_to_change(person_id, P.PEOPLE_EDIT)
    form = OfficerForm(data=_present(row))
    if not form.validate_on_submit():
        return _edit_page(form, row, status=422 if form.errors else 200)
    try:
        saved = _save(person_id, form)
    except Conflict as refusal:
        db.session.rollback()
        return _edit_page(form, row, problem=refusal.message, status=409)
    if not saved:
        return _edit_page(form, row, theirs=_present(row), status=409)
    db.session.commit()
    flash("Đã lưu thông tin cán bộ.", "ok")
    return redirect(url_for("people.officer", person_id=person_id))


def _present(row) -> dict:
    known = {r.kind: r.value for r in queries.identifiers(row.id)}
    present = {"full_name": row.full_name, "birth": birth_of(row), "gender": row.gender or "", "kind": row.kind}
    return present | {kind: known.get(kind, "") for kind in IDENTIFIER_NAMES} | {"seen": row.updated_at.isoformat()}


def _save(person_id: int, form: OfficerForm) -> bool:
    try:
        seen = datetime.fromisoformat(form.seen.data or "")
    except ValueError:
        return False
    at = clock.now()
    if seen.tzinfo is None or not services.update_person(person_id, seen, form.values(), at, current_user.person_id):
        return False
    for kind in IDENTIFIER_NAMES:
        services.set_identifier(person_id, kind, form[kind].data or "", at)
    return True


def _shown(value: object) -> str:
    """A field's value as a page shows it."""
    if isinstance(value, PartialDate):
        return format_date(value)
    return {**PERSON_KINDS, **GENDERS}.get(str(value or ""), str(value or ""))


def _differences(form: OfficerForm, theirs: dict) -> list[tuple[str, str, str]]:
    """What was saved meanwhile beside what was typed: (label, theirs, typed)."""
    pairs = [(f.label.text, _shown(theirs.get(f.name)), _shown(f.data)) for f in form if f.name != "seen"]
    return [pair for pair in pairs if pair[1] != pair[2]]


def _edit_page(form: OfficerForm, row, theirs: dict | None = None, problem: str = "", status: int = 200) -> tuple[str, int]:
    """The form; with `theirs` the page says what another saved, and sending again writes what stands in the form."""
    differences = _differences(form, theirs) if theirs else None
    if theirs is not None:
        form.seen.data = theirs["seen"]
    page = render_template("people/edit_officer.html", form=form, person=row, theirs=differences, problem=problem)
    return page, status


@bp.route("/officers/<int:person_id>/merge", methods=["GET", "POST"])
@requires(P.PEOPLE_EDIT)
def merge_officer(person_id: int) -> Page:
    """This person is another who is in the record already: choose whom, see what happens, and join them."""
    row = load_to_change(person_id, P.PEOPLE_EDIT)
    found = queries.likely_duplicates(person_id)
    form = MergeForm()
    form.into_id.choices = choices([(r.id, f"{r.full_name} ({r.birth_year or 'chưa rõ năm sinh'})") for r in found])
    if not form.validate_on_submit():
        work = queries.work_of([r.id for r in found], clock.today())
        return render_template(
            "people/merge_officer.html", form=form, person=row, found=found, work=work
        ), 422 if form.errors else 200
    load_to_change(form.into_id.data, P.PEOPLE_EDIT)
    services.merge(person_id, form.into_id.data, clock.now(), current_user.person_id)
    db.session.commit()
    flash("Đã gộp hai hồ sơ. Kết quả học tập của cả hai được giữ nguyên.", "ok")
    return redirect(url_for("people.officer", person_id=form.into_id.data))
