"""Reading certificates: what waits for recognition, the register, one certificate for its owner, staff or the public."""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, false, func, or_, select, true, union

from lms import clock, storage
from lms.certificates.models import Certificate, Decision
from lms.courses.models import Course, CourseVersion, Enrolment, Progress
from lms.db import db, release
from lms.documents import CertificateData, certificate
from lms.errors import NotFound
from lms.people.models import Assignment, Person, PersonAlias, Unit
from lms.people.queries import Scope, in_force, is_person, unit_name_on, units_in
from lms.tables import safe_cell
from lms.vietnamese import PartialDate, fold_name, format_date

PAGE = 50
CHUNK = 1000
CODE_LETTERS = 16  # 80 bits in base32
REGISTER_COLUMNS = (
    "STT", "Số vào sổ", "Họ và tên", "Ngày sinh", "Đơn vị công tác", "Khóa bồi dưỡng", "Kết quả", "Quyết định công nhận", "Ngày cấp",
    "Người nhận ký", "Ghi chú",
)  # fmt: skip
LOOKALIKES = str.maketrans("018", "OIB")  # digits that base32 does not have, read for the letters they look like


@dataclass(frozen=True)
class Filters:
    """Which completions: of a course, a unit with all below it, completed between two local days (both included)."""

    course_id: int | None = None
    unit_id: int | None = None
    since: date | None = None
    until: date | None = None


def inside(scope: Scope, unit_id_column: Any) -> ColumnElement[bool]:
    """SQL: that unit lies in the scope (merged units with the one they went into)."""
    return true() if scope.everywhere else unit_id_column.in_(units_in(scope))


def with_person(query: Select[Any]) -> Select[Any]:
    """Enrolment joined with Person: the one who learns, not the duplicate a cycle may stand under."""
    found = query.outerjoin(PersonAlias, PersonAlias.person_id == Enrolment.officer_id)
    return found.join(Person, Person.id == func.coalesce(PersonAlias.into_id, Enrolment.officer_id))


def doubled() -> Select[int]:
    """Ids of the cycles that one person holds a second time, under the id of a duplicate merged into them: few or none.

    Of both the recognised one is shown, else the completed one (the earlier), else the person's own.
    """
    merged = union(select(PersonAlias.person_id), select(PersonAlias.into_id))
    person = func.coalesce(PersonAlias.into_id, Enrolment.officer_id)
    best = (
        Certificate.id.is_(None), Enrolment.completed_at.is_(None), Enrolment.completed_at, Enrolment.withdrawn_at.is_not(None),
        PersonAlias.person_id.is_not(None), Enrolment.id,
    )  # fmt: skip
    place = func.row_number().over(partition_by=(person, Enrolment.course_id, Enrolment.cycle), order_by=best)
    ranked = (
        select(Enrolment.id, place.label("place"))
        .outerjoin(PersonAlias, PersonAlias.person_id == Enrolment.officer_id)
        .outerjoin(Certificate, Certificate.enrolment_id == Enrolment.id)
        .where(Enrolment.officer_id.in_(merged))
        .correlate(None)
        .subquery()
    )
    return select(ranked.c.id).where(ranked.c.place > 1)


def waiting(filters: Filters, scope: Scope) -> Select[Any]:
    """Completed cycles without a certificate ("chờ công nhận"): of Enrolment, without columns of its own."""
    recognised = exists().where(Certificate.enrolment_id == Enrolment.id)
    query = (
        select()
        .select_from(Enrolment)
        .where(Enrolment.completed_at.is_not(None), ~recognised, Enrolment.id.not_in(doubled()), inside(scope, Enrolment.unit_id))
    )
    if filters.course_id:
        query = query.where(Enrolment.course_id == filters.course_id)
    if filters.unit_id:
        below = db.session.scalars(units_in(Scope(unit_ids=frozenset({filters.unit_id})))).all()
        query = query.where(Enrolment.unit_id.in_(below))
    if filters.since:
        query = query.where(Enrolment.completed_at >= clock.midnight(filters.since))
    if filters.until:
        query = query.where(Enrolment.completed_at < clock.midnight(filters.until + timedelta(days=1)))
    return query


@dataclass(frozen=True)
class Waiting:
    """How many completions wait: by unit id (in roster order; 0 = no unit) and by course id."""

    units: dict[int, int]
    courses: dict[int, int]

    @property
    def total(self) -> int:
        return sum(self.units.values())


def tally(filters: Filters, scope: Scope) -> Waiting:
    """What waits, counted in one pass: the page needs the sum, its filter the parts."""
    query = waiting(filters, scope).add_columns(Enrolment.unit_id, Enrolment.course_id, func.count().label("n"))
    rows = db.session.execute(query.group_by(Enrolment.unit_id, Enrolment.course_id)).all()
    ranks: dict[int, int] = {row.id: row.rank for row in db.session.execute(select(Unit.id, Unit.rank))}
    units, courses = Counter[int](), Counter[int]()
    for row in rows:
        units[row.unit_id or 0] += row.n
        courses[row.course_id] += row.n
    return Waiting({i: units[i] for i in sorted(units, key=lambda i: (i == 0, ranks.get(i, 0), i))}, dict(courses))


def pending(filters: Filters, scope: Scope, on: date, page: int, units: Mapping[int, int]) -> Sequence[Row]:
    """One page of what waits, by unit and given name: enrolment_id, person's name and birth, unit_name, course, completed_at, percent.

    `units`: how many wait in each unit, in roster order (see `tally`); only those of the page are read and sorted.
    """
    skip, before, first, here = PAGE * (page - 1), 0, 0, list[int]()
    for unit_id, n in units.items():
        if before < skip + PAGE and before + n > skip:
            first = first if here else before
            here.append(unit_id)
        before += n
    in_units = or_(Enrolment.unit_id.in_(here), Enrolment.unit_id.is_(None) if 0 in here else false())
    query = (
        _in_roster_order(waiting(filters, scope).where(in_units))
        .add_columns(
            Enrolment.id.label("enrolment_id"), Person.full_name, Person.birth_year, Course.code, CourseVersion.title,
            unit_name_on(Enrolment.unit_id, on).label("unit_name"), Enrolment.completed_at, Enrolment.percent,
        )
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .limit(PAGE)
        .offset(skip - first)
    )  # fmt: skip
    return db.session.execute(query).all()


def _in_roster_order(query: Select[Any]) -> Select[Any]:
    """By unit, then by given name; a person without a unit last."""
    ordered = with_person(query).outerjoin(Unit, Unit.id == Enrolment.unit_id)
    return ordered.order_by(Unit.id.is_(None), Unit.rank, Unit.id, Person.name_key, Enrolment.id)


def pending_ids(filters: Filters, scope: Scope | None, among: Collection[int] | None = None) -> list[int]:
    """Enrolments that wait (of `among`, when given), in the order in which they are numbered."""
    query = _in_roster_order(waiting(filters, scope or Scope())).add_columns(Enrolment.id)
    return list(db.session.scalars(query if among is None else query.where(Enrolment.id.in_(among))))


def to_freeze(enrolment_ids: Iterable[int], on: date) -> Sequence[Row]:
    """What certificates of these cycles are to say, as it stands on the day; cycles not completed or already recognised are left out."""
    main = (
        select(func.max(Assignment.id))
        .where(Assignment.person_id == Person.id, Assignment.main, in_force(on))
        .correlate(Person)
        .scalar_subquery()
    )
    begun = select(func.min(Progress.started_at)).where(Progress.enrolment_id == Enrolment.id).correlate(Enrolment)
    query = (
        _in_roster_order(waiting(Filters(), Scope(everywhere=True)))
        .add_columns(
            Enrolment.id.label("enrolment_id"), Enrolment.officer_id, Enrolment.course_id, Enrolment.enrolled_at,
            Enrolment.completed_at, Enrolment.percent, begun.scalar_subquery().label("begun_at"), Person.full_name, Person.gender,
            Person.birth_year, Person.birth_month, Person.birth_day, Assignment.title.label("position"),
            unit_name_on(func.coalesce(Assignment.unit_id, Enrolment.unit_id), on).label("unit_name"), Course.code, CourseVersion.title,
            CourseVersion.periods,
        )
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .outerjoin(Assignment, Assignment.id == main)
        .where(Enrolment.id.in_(list(enrolment_ids)))
    )  # fmt: skip
    return db.session.execute(query).all()


def last_decision() -> Decision | None:
    """The newest decision: who signs is offered again."""
    return db.session.scalar(select(Decision).order_by(Decision.id.desc()).limit(1))


def mine(officer_id: int) -> Sequence[Certificate]:
    """The officer's certificates, newest first."""
    own = select(Certificate).where(is_person(Certificate.officer_id, officer_id))
    return db.session.scalars(own.order_by(Certificate.approved_at.desc(), Certificate.id.desc())).all()


def waiting_of(officer_id: int) -> Sequence[Row]:
    """The officer's completions that wait for recognition: code, title, completed_at."""
    query = (
        waiting(Filters(), Scope(everywhere=True))
        .add_columns(Course.code, CourseVersion.title, Enrolment.completed_at)
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(is_person(Enrolment.officer_id, officer_id))
        .order_by(Enrolment.completed_at.desc())
    )
    return db.session.execute(query).all()


REGISTER = (Certificate.year, Certificate.issuer, Certificate.n)  # the order of the register: ix_certificate_register
LINE = (
    Certificate.id, Certificate.number, Certificate.frozen, Certificate.revoked_at, Certificate.revoked_reason, Decision.number.label("decision"),
)  # fmt: skip


def _registered(scope: Scope, search: str) -> Select[Any]:
    """Certificates of the scope found by register number or name, without columns; only what is asked for is joined."""
    query = select().select_from(Certificate)
    if not scope.everywhere:
        query = query.join(Enrolment, Enrolment.id == Certificate.enrolment_id).where(inside(scope, Enrolment.unit_id))
    if words := fold_name(search).split():
        named = select(Person.id).where(*(Person.name_fold.contains(word, autoescape=True) for word in words))
        merged = select(PersonAlias.person_id).where(PersonAlias.into_id.in_(named))
        held = or_(Certificate.officer_id.in_(named), Certificate.officer_id.in_(merged))
        query = query.where(or_(Certificate.number.startswith(search.strip(), autoescape=True), held))
    return query


def registered(scope: Scope, search: str = "") -> int:
    """How many certificates the register has, or the search finds."""
    return db.session.scalar(_registered(scope, search).add_columns(func.count())) or 0


def register(scope: Scope, search: str = "", page: int = 1) -> Sequence[Row]:
    """One page of the register, newest number first, found by register number or name (marks may be left out): LINE's columns."""
    ids = _registered(scope, search).add_columns(Certificate.id).order_by(*(key.desc() for key in REGISTER))
    return _lines(db.session.scalars(ids.limit(PAGE).offset(PAGE * (page - 1))).all())


def whole_register(scope: Scope, search: str = "", let_others_write: bool = False) -> Iterator[Row]:
    """All of the register, oldest number first, a chunk at a time; `let_others_write` ends the (reading) transaction after each."""
    ids = db.session.scalars(_registered(scope, search).add_columns(Certificate.id).order_by(*REGISTER)).all()
    for begin in range(0, len(ids), CHUNK):
        rows = _lines(ids[begin : begin + CHUNK])
        if let_others_write:
            release()
        yield from rows


def _lines(ids: Sequence[int]) -> Sequence[Row]:
    query = select(*LINE).join(Decision, Decision.id == Certificate.decision_id).where(Certificate.id.in_(ids))
    found = {row.id: row for row in db.session.execute(query)}
    return [found[i] for i in ids]


def one(certificate_id: int, scope: Scope | None, officer_id: int | None = None) -> tuple[Certificate, Decision]:
    """One certificate with its decision, for staff whose scope holds it, or for its owner. Raises NotFound for anybody else."""
    query = (
        select(Certificate, Decision)
        .join(Decision, Decision.id == Certificate.decision_id)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(Certificate.id == certificate_id)
    )
    own = is_person(Certificate.officer_id, officer_id)
    row = db.session.execute(query.where(or_(own, inside(scope, Enrolment.unit_id)) if scope else own)).first()
    if row is None:
        raise NotFound
    return row.Certificate, row.Decision


def read_code(typed: str) -> str:
    """A code as it was typed or scanned: spaces, hyphens and case do not matter, 0 is read as O, 1 as I, 8 as B."""
    return re.sub(r"[^A-Z2-7]", "", typed.upper().translate(LOOKALIKES))


def by_code(typed: str) -> tuple[Certificate, Decision]:
    """The certificate of a verification code. Raises NotFound."""
    code = read_code(typed)
    query = select(Certificate, Decision).join(Decision, Decision.id == Certificate.decision_id).where(Certificate.code == code)
    row = db.session.execute(query).first() if len(code) == CODE_LETTERS else None
    if row is None:
        raise NotFound
    return row.Certificate, row.Decision


def by_digest(digest: str) -> Certificate | None:
    """The certificate whose PDF has this sha256."""
    return db.session.scalar(select(Certificate).where(Certificate.pdf_digest == digest))


def without_pdf(decision_id: int, limit: int) -> Sequence[Certificate]:
    """Certificates of a decision whose PDF is not made yet, by number."""
    query = select(Certificate).where(Certificate.decision_id == decision_id, Certificate.pdf_digest.is_(None))
    return db.session.scalars(query.order_by(Certificate.n).limit(limit)).all()


def pdf(found: Certificate) -> bytes:
    """The certificate's PDF: the bytes kept, or, while they are not made yet, the same bytes drawn from what was frozen."""
    return storage.existing(found.pdf_digest).read_bytes() if found.pdf_digest else draw(found.frozen)


def draw(frozen: Mapping[str, Any]) -> bytes:
    """The PDF of what a certificate says. The same words give the same bytes."""
    born = PartialDate(*frozen["born"]) if frozen["born"] else None
    days = {name: date.fromisoformat(frozen[name]) if frozen[name] else None for name in ("started", "finished", "issued")}
    words = {k: v for k, v in frozen.items() if k in CertificateData.__slots__ and k not in days and k != "born"}
    words["signer_title"] = tuple(frozen["signer_title"])
    return certificate(CertificateData(born=born, **days, **words))  # type: ignore[arg-type]


def names(person_ids: Iterable[int | None]) -> dict[int, str]:
    """Person id -> full name."""
    query = select(Person.id, Person.full_name).where(Person.id.in_([i for i in person_ids if i]))
    return {row.id: row.full_name for row in db.session.execute(query)}


def courses_waiting(tallied: Waiting) -> Sequence[Row]:
    """Courses with completions that wait, by code: id, code."""
    query = select(Course.id, Course.code).where(Course.id.in_(tallied.courses)).order_by(Course.code)
    return db.session.execute(query).all()


def units_waiting(tallied: Waiting, on: date) -> dict[int, str]:
    """Units with completions that wait, in roster order: unit id -> name."""
    names = select(Unit.id, unit_name_on(Unit.id, on).label("name")).where(Unit.id.in_(tallied.units))
    named = {row.id: row.name for row in db.session.execute(names)}
    return {unit_id: named[unit_id] for unit_id in tallied.units if unit_id}


def register_csv(rows: Iterable[Row]) -> Iterator[bytes]:
    """The register as CSV in pieces, UTF-8 with BOM: the columns of a sổ cấp giấy chứng nhận (domain analysis, 5.2)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(REGISTER_COLUMNS)
    yield b"\xef\xbb\xbf"
    for count, row in enumerate(rows, start=1):
        said = row.frozen
        born = format_date(PartialDate(*said["born"])) if said["born"] else ""
        note = f"Thu hồi {format_date(clock.local(row.revoked_at).date())}: {row.revoked_reason}" if row.revoked_at else ""
        issued = format_date(date.fromisoformat(said["issued"]))
        line = [row.number, said["holder"], born, said["unit"], said["course"], said["result"], row.decision, issued, "", note]
        writer.writerow([count, *map(safe_cell, line)])
        if text.tell() > 200_000:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
