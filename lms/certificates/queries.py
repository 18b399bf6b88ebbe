"""Reading certificates: what waits for recognition, the register, one certificate for its owner, staff or the public."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, true

from lms import clock, storage
from lms.certificates.models import Certificate, Decision
from lms.courses.models import Course, CourseVersion, Enrolment, Progress
from lms.db import db
from lms.documents import CertificateData, certificate
from lms.errors import NotFound
from lms.people.models import Assignment, Person, Unit
from lms.people.queries import Scope, in_force, is_person, unit_name_on, units_in
from lms.tables import safe_cell
from lms.vietnamese import PartialDate, fold, format_date

PAGE = 50
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


def waiting(filters: Filters, scope: Scope) -> Select[Any]:
    """Completed cycles without a certificate ("chờ công nhận"): Enrolment joined with Person and Unit, without columns of its own."""
    query = (
        select()
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.officer_id)
        .outerjoin(Unit, Unit.id == Enrolment.unit_id)
        .outerjoin(Certificate, Certificate.enrolment_id == Enrolment.id)
        .where(Enrolment.completed_at.is_not(None), Certificate.id.is_(None), inside(scope, Enrolment.unit_id))
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


def pending(filters: Filters, scope: Scope, on: date, page: int = 1) -> Sequence[Row]:
    """One page of what waits, by unit and given name: enrolment_id, person's name and birth, unit_name, course, completed_at, percent;
    `total` is the whole number."""
    query = (
        waiting(filters, scope)
        .add_columns(
            Enrolment.id.label("enrolment_id"), Person.full_name, Person.birth_year, Course.code, CourseVersion.title,
            unit_name_on(Enrolment.unit_id, on).label("unit_name"), Enrolment.completed_at, Enrolment.percent,
            func.count().over().label("total"),
        )
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .order_by(*ROSTER_ORDER)
        .limit(PAGE)
        .offset(PAGE * (page - 1))
    )  # fmt: skip
    return db.session.execute(query).all()


ROSTER_ORDER = (Unit.rank, Unit.id, Person.name_key, Enrolment.id)


def pending_ids(filters: Filters, scope: Scope | None, among: Collection[int] | None = None) -> list[int]:
    """Enrolments that wait (of `among`, when given), in the order in which they are numbered."""
    query = waiting(filters, scope or Scope()).add_columns(Enrolment.id).order_by(*ROSTER_ORDER)
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
        waiting(Filters(), Scope(everywhere=True))
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
        .order_by(*ROSTER_ORDER)
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


def register(scope: Scope, search: str = "", page: int | None = 1) -> Sequence[Row]:
    """The register, newest number first, found by register number or name (marks may be left out): Certificate's columns, the
    decision's number and day, `total`. `page` None: all of it, oldest first."""
    query = (
        select(Certificate, Decision.number.label("decision"), Decision.day, func.count().over().label("total"))
        .join(Decision, Decision.id == Certificate.decision_id)
        .join(Person, Person.id == Certificate.officer_id)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(inside(scope, Enrolment.unit_id))
    )
    if words := fold(search).split():
        named = and_(*(Person.name_fold.contains(word, autoescape=True) for word in words))
        query = query.where(or_(Certificate.number.startswith(search.strip(), autoescape=True), named))
    keys = (Certificate.year, Certificate.issuer, Certificate.n)
    if page is None:
        return db.session.execute(query.order_by(*keys)).all()
    return db.session.execute(query.order_by(*(key.desc() for key in keys)).limit(PAGE).offset(PAGE * (page - 1))).all()


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


def courses_waiting(scope: Scope) -> Sequence[Row]:
    """Courses with completions that wait: id, code, n."""
    query = waiting(Filters(), scope).add_columns(Course.id, Course.code, func.count().label("n"))
    return db.session.execute(
        query.join(Course, Course.id == Enrolment.course_id).group_by(Course.id, Course.code).order_by(Course.code)
    ).all()


def units_waiting(scope: Scope, on: date) -> Sequence[Row]:
    """Units with completions that wait: id, name, n."""
    query = waiting(Filters(), scope).add_columns(Unit.id, unit_name_on(Unit.id, on).label("name"), func.count().label("n"))
    return db.session.execute(query.where(Unit.id.is_not(None)).group_by(Unit.id, Unit.rank).order_by(Unit.rank, Unit.id)).all()


def register_csv(rows: Iterable[Row]) -> bytes:
    """The register as CSV in UTF-8 with BOM: the columns of a sổ cấp giấy chứng nhận (domain analysis, 5.2)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(REGISTER_COLUMNS)
    for count, row in enumerate(rows, start=1):
        c: Certificate = row.Certificate
        said = c.frozen
        born = format_date(PartialDate(*said["born"])) if said["born"] else ""
        note = f"Thu hồi {format_date(clock.local(c.revoked_at).date())}: {c.revoked_reason}" if c.revoked_at else ""
        issued = format_date(date.fromisoformat(said["issued"]))
        line = [c.number, said["holder"], born, said["unit"], said["course"], said["result"], row.decision, issued, "", note]
        writer.writerow([count, *map(safe_cell, line)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
