"""Recognitions: the list, one decision with those it names, and who may be named in a new one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, true

from lms.assignments.models import Confirmation, Product, Recognition, RecognitionLine
from lms.db import db
from lms.errors import NotFound
from lms.people import queries as people
from lms.people.models import Identifier, Person, PersonAlias, identifier_value
from lms.people.queries import Scope, in_scope, is_person
from lms.tracking.queries import Claim, competences
from lms.vietnamese import fold, fold_name, format_date

KINDS = {
    "council": "Hội đồng, chuyên gia công nhận", "initiative": "Sáng kiến được công nhận", "trainer": "Cử làm báo cáo viên",
}  # fmt: skip
LEVELS = (4, 5)
PAGE = 20
FOUND = 8  # officers that a search in the form shows


def title(row: Row | Recognition) -> str:
    """Quyết định số 12/QĐ-SNV."""
    return f"Quyết định số {row.number}/{row.symbol}"


def named(row: Row | Recognition) -> str:
    """Quyết định số 12/QĐ-SNV, ngày 05/01/2026, của Sở Nội vụ."""
    return f"{title(row)}, ngày {format_date(row.signed_on)}, của {row.issuer}"


def key_of(number: str, issuer: str, signed_on: date) -> str:
    """What two entries of one decision have in common, however it was typed: the number without leading zeros, issuer, day."""
    return f"{fold(number).lstrip('0')}|{fold_name(issuer)}|{signed_on.isoformat()}"


def same(number: str, issuer: str, signed_on: date) -> Row | None:
    """The decision of that number, issuer and day that is in the record already: id, number, symbol, signed_on, issuer."""
    columns = (Recognition.id, Recognition.number, Recognition.symbol, Recognition.signed_on, Recognition.issuer)
    return db.session.execute(select(*columns).where(Recognition.key == key_of(number, issuer, signed_on))).first()


def _of_line() -> Select:
    """Ids of the lines of a recognition, beside its products."""
    return (
        select(RecognitionLine.product_id)
        .join(Product, Product.id == RecognitionLine.product_id)
        .where(RecognitionLine.recognition_id == Recognition.id)
        .correlate(Recognition)
    )


def _visible(scope: Scope, on: date) -> ColumnElement[bool]:
    """Decisions that name somebody in scope."""
    return true() if scope.everywhere else _of_line().where(in_scope(scope, Product.officer_id, on)).exists()


def _found(search: str) -> ColumnElement[bool]:
    """Words of number, issuer and summary, or of the name of somebody named in it; marks do not matter."""
    words, names = fold(search).split()[:6], fold_name(search).split()[:6]
    said = and_(true(), *(Recognition.fold.contains(word, autoescape=True) for word in words))
    held = and_(true(), *(Person.name_fold.contains(word, autoescape=True) for word in names))
    return or_(said, _of_line().join(Person, Person.id == Product.officer_id).where(held).exists())


def _listed(scope: Scope, on: date, search: str) -> Select:
    return select().select_from(Recognition).where(_visible(scope, on), *([_found(search)] if search else []))


def count(scope: Scope, on: date, search: str = "") -> int:
    """How many decisions there are, or the search finds."""
    return db.session.scalar(_listed(scope, on, search).add_columns(func.count())) or 0


def recognitions(scope: Scope, on: date, search: str = "", page: int = 1) -> Sequence[Row]:
    """One page of decisions, the last signed first; `named`: lines, `standing`: those not withdrawn."""
    lines = _of_line().with_only_columns(func.count()).scalar_subquery()
    standing = _of_line().with_only_columns(func.count()).where(_stands()).scalar_subquery()
    query = _listed(scope, on, search).add_columns(
        Recognition.id, Recognition.kind, Recognition.number, Recognition.symbol, Recognition.signed_on, Recognition.issuer,
        Recognition.summary, lines.label("named"), standing.label("standing"),
    )  # fmt: skip
    query = query.order_by(Recognition.signed_on.desc(), Recognition.id.desc())
    return db.session.execute(query.limit(PAGE).offset(PAGE * (page - 1))).all()


def _newest() -> Select:
    return select(func.max(Confirmation.id)).where(Confirmation.product_id == Product.id).correlate(Product)


def _stands() -> ColumnElement[bool]:
    """SQL: the last word on the product has not withdrawn it."""
    return exists().where(Confirmation.id == _newest().scalar_subquery(), Confirmation.confirmed.is_(True))


def recognition(recognition_id: int, scope: Scope, on: date) -> Row:
    """One decision that names somebody in scope, with `by_name`, who entered it. Raises NotFound."""
    return _one(_decision().where(Recognition.id == recognition_id, _visible(scope, on)))


def own(recognition_id: int, officer_id: int) -> Row:
    """One decision that names the officer. Raises NotFound."""
    return _one(_decision().where(Recognition.id == recognition_id, _of_line().where(_is(officer_id)).exists()))


def of_officer(officer_id: int) -> Sequence[Row]:
    """The decisions that name the officer, the last signed first."""
    query = _decision().where(_of_line().where(_is(officer_id)).exists())
    return db.session.execute(query.order_by(Recognition.signed_on.desc(), Recognition.id.desc())).all()


def _is(officer_id: int) -> ColumnElement[bool]:
    return is_person(Product.officer_id, officer_id)


def _decision() -> Select:
    return select(Recognition.__table__, Person.full_name.label("by_name")).join(Person, Person.id == Recognition.by_id)


def _one(query: Select) -> Row:
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    return row


def lines(recognition_id: int, scope: Scope, on: date, officer_id: int | None = None) -> Sequence[Row]:
    """What the decision says of officers in scope (or of one officer only), by name: product_id, officer_id, person_id (whom it counts for),
    full_name, competence, level, standing, and of the last word reason, decided_at, by_name."""
    by = Person.__table__.alias("by")
    person = func.coalesce(PersonAlias.into_id, Product.officer_id)
    query = (
        select(
            Product.id.label("product_id"), Product.officer_id, person.label("person_id"), Person.full_name, Product.competence,
            Product.level, Confirmation.confirmed.label("standing"), Confirmation.reason, Confirmation.at.label("decided_at"),
            by.c.full_name.label("by_name"),
        )
        .join(RecognitionLine, RecognitionLine.product_id == Product.id)
        .outerjoin(PersonAlias, PersonAlias.person_id == Product.officer_id)
        .join(Person, Person.id == person)
        .join(Confirmation, Confirmation.id == _newest().scalar_subquery())
        .join(by, by.c.id == Confirmation.by_id)
        .where(RecognitionLine.recognition_id == recognition_id)
        .order_by(Person.name_key, Person.id, Product.competence, Product.id)
    )  # fmt: skip
    mine = in_scope(scope, Product.officer_id, on) if officer_id is None else _is(officer_id)
    return db.session.execute(query.where(mine)).all()


@dataclass(frozen=True)
class Officer:
    """Somebody to be named in a decision. `refusal`: why not, in words; empty when nothing speaks against it."""

    person_id: int
    name: str
    code: str
    unit: str
    refusal: str = ""


def candidates(scope: Scope, on: date, search: str) -> list[Officer]:
    """Who may be meant by a name, without marks too, or by code, e-mail or phone; those who work somewhere today first to be named."""
    rows, _ = people.officers(scope, on, people.Filter(search=search), limit=5 * FOUND)
    found = officers([row.id for row in rows], scope, on)
    known = [found[row.id] for row in rows]
    return sorted(known, key=lambda one: bool(one.refusal))[:FOUND]


def officers(ids: Collection[int], scope: Scope, on: date, by_id: int = 0) -> dict[int, Officer]:
    """Those persons as a form names them, each with what speaks against naming them; `by_id`: who enters the decision."""
    work, inside = people.work_of(ids, on), _inside(ids, scope, on)
    into = {row.person_id: row.full_name for row in db.session.execute(_merged(ids))}
    me = set(people.same_person_ids(by_id)) if by_id else set()
    codes = {row.person_id: row.value for row in db.session.execute(_codes(ids))}
    found = {}
    for row in db.session.execute(select(Person.id, Person.full_name).where(Person.id.in_(ids))):
        unit = work[row.id].unit_name or "" if row.id in work else ""
        one = Officer(row.id, row.full_name, codes.get(row.id, ""), unit)
        found[row.id] = replace(one, refusal=_refusal(one, into, inside, me))
    return found


def _refusal(one: Officer, into: Mapping[int, str], inside: Collection[int], me: Collection[int]) -> str:
    if one.person_id in me:
        return "Anh/Chị không tự công nhận cho mình; người khác có thẩm quyền nhập."
    if one.person_id in into:
        return f"Hồ sơ này trùng và đã gộp vào hồ sơ của {into[one.person_id]}; hãy chọn hồ sơ ấy."
    if not one.unit:
        return "Hiện không công tác ở đơn vị nào, nên không ghi công nhận mới."
    return "" if one.person_id in inside else "Công tác ở đơn vị ngoài phạm vi của Anh/Chị."


def _inside(ids: Collection[int], scope: Scope, on: date) -> set[int]:
    return set(db.session.scalars(select(Person.id).where(Person.id.in_(ids), in_scope(scope, Person.id, on))))


def _merged(ids: Collection[int]) -> Select:
    query = select(PersonAlias.person_id, Person.full_name).join(Person, Person.id == PersonAlias.into_id)
    return query.where(PersonAlias.person_id.in_(ids))


def _codes(ids: Collection[int]) -> Select:
    query = select(Identifier.person_id, Identifier.value).where(Identifier.person_id.in_(ids), Identifier.kind == "code")
    return query.where(Identifier.until.is_(None))


def by_codes(typed: Iterable[str]) -> dict[str, int | None]:
    """Codes of officers as typed -> the person, None where nobody has it; a duplicate's code leads to the person it was merged into."""
    values = {text: identifier_value("code", text) for text in typed}
    known = select(Identifier.value, func.coalesce(PersonAlias.into_id, Identifier.person_id).label("id"))
    known = known.outerjoin(PersonAlias, PersonAlias.person_id == Identifier.person_id)
    known = known.where(
        Identifier.kind == "code", Identifier.until.is_(None), Identifier.value.in_({v for v in values.values() if v})
    )
    ids = {row.value: row.id for row in db.session.execute(known)}
    return {text: ids.get(value) if value else None for text, value in values.items()}


def faults(claims: Sequence[Claim], scope: Scope, on: date, by_id: int, recognition_id: int | None = None) -> dict[int, str]:
    """What is wrong with each line (officer, competence, level) of a decision, by its place in the list; `recognition_id`: the decision that
    they are added to. Empty when all may be written."""
    known = officers({officer_id for officer_id, _, _ in claims}, scope, on, by_id)
    codes = {row.code for row in competences()}
    before = lines(recognition_id, Scope(everywhere=True), on) if recognition_id else ()
    standing = {(row.person_id, row.competence) for row in before if row.standing}
    found: dict[int, str] = {}
    seen: set[tuple[int, str]] = set()
    for place, (officer_id, code, level) in enumerate(claims):
        one = known.get(officer_id)
        if said := "Không tìm thấy người này." if one is None else one.refusal:
            found[place] = said
        elif code not in codes:
            found[place] = "Chưa chọn năng lực." if not code else f"Khung năng lực đang dùng không có {code}."
        elif level not in LEVELS:
            found[place] = "Quyết định công nhận ghi nhận cấp 4 hoặc cấp 5."
        elif (officer_id, code) in standing:
            found[place] = "Quyết định này đã công nhận năng lực ấy cho người này."
        elif (officer_id, code) in seen:
            found[place] = "Trùng với một dòng ở trên: cùng người, cùng năng lực."
        seen.add((officer_id, code))
    return found
