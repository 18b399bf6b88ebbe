"""Work products, what heads said of them, and what officers say of themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, func, literal, null, select, union_all

from lms.assignments.models import Appeal, Confirmation, Product, ProductWithdrawal, Recognition, RecognitionLine, SelfRating
from lms.competence import POLICY_1
from lms.db import db
from lms.errors import NotFound
from lms.people.models import Assignment, Person
from lms.people.queries import Scope, in_force, in_scope, is_person, told_apart, unit_name_on
from lms.vietnamese import fold, paper_key

STATES = {"waiting": "Chờ xác nhận", "confirmed": "Đã xác nhận", "declined": "Không xác nhận", "withdrawn": "Đã rút"}
HIGHEST = POLICY_1.ceilings["product"]  # what a head may confirm; higher levels are given by a recognition
PAGE = 100


@dataclass(frozen=True)
class Shown:
    """A product with the word on it that is in force (None while it waits) and who said it."""

    row: Row

    @property
    def state(self) -> str:
        """Key of STATES."""
        if self.row.withdrawn_at:
            return "withdrawn"
        return "waiting" if self.row.confirmed is None else "confirmed" if self.row.confirmed else "declined"

    @property
    def most(self) -> int:
        """The highest level it may be confirmed at: what was asked for, under the ceiling of its source."""
        return min(self.row.level, HIGHEST)

    @property
    def title(self) -> str:
        """How lists name it."""
        if self.row.kind == "ability":
            return "Xác nhận năng lực trong công việc"
        return f"{self.row.number}/{self.row.symbol}" if self.row.symbol else self.row.number


def _products() -> Select:
    """What officers enter and heads confirm; recognitions have pages of their own (lms.recognitions)."""
    newest = select(func.max(Confirmation.id)).where(Confirmation.product_id == Product.id).correlate(Product).scalar_subquery()
    by = Person.__table__.alias("by")
    columns = (
        Confirmation.confirmed, Confirmation.level.label("confirmed_level"), Confirmation.reason, Confirmation.at.label("decided_at"),
        Confirmation.id.label("confirmation_id"), Confirmation.by_id.label("decided_by"), by.c.full_name.label("decided_by_name"),
        Person.full_name, ProductWithdrawal.at.label("withdrawn_at"),
    )  # fmt: skip
    return (
        select(Product.__table__, *columns)
        .join(Person, Person.id == Product.officer_id)
        .outerjoin(Confirmation, Confirmation.id == newest)
        .outerjoin(ProductWithdrawal, ProductWithdrawal.product_id == Product.id)
        .outerjoin(by, by.c.id == Confirmation.by_id)
        .where(Product.kind != "decision")
    )


def products_of(officer_id: int) -> list[Shown]:
    """The officer's products, newest first."""
    query = _products().where(is_person(Product.officer_id, officer_id)).order_by(Product.id.desc()).limit(PAGE)
    return [Shown(row) for row in db.session.execute(query)]


def own_product(product_id: int, officer_id: int) -> Shown:
    """One product of the officer's own. Raises NotFound."""
    return _one(_products().where(Product.id == product_id, is_person(Product.officer_id, officer_id)))


def same_paper(officer_id: int, competence: str, number: str, symbol: str, issued_on: date, issuer: str) -> int | None:
    """The product under which the officer has entered that paper for that competence already, unless it was withdrawn."""
    there = (is_person(Product.officer_id, officer_id), Product.competence == competence, Product.issued_on == issued_on)
    rows = db.session.execute(
        _products().where(*there, Product.kind == "paper", ProductWithdrawal.at.is_(None)).order_by(Product.id)
    )
    asked = (paper_key(number, symbol), fold(issuer))
    return next((row.id for row in rows if (paper_key(row.number, row.symbol), fold(row.issuer)) == asked), None)


def product_in(product_id: int, scope: Scope, on: date) -> Shown:
    """One product of an officer in scope, with what tells the officer apart. Raises NotFound."""
    return _one(_products().add_columns(*told_apart(on)).where(Product.id == product_id, in_scope(scope, Product.officer_id, on)))


def _one(query: Select) -> Shown:
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    return Shown(row)


def to_confirm(scope: Scope, on: date, head_id: int, decided: bool) -> list[Shown]:
    """Products of officers in scope other than the head's own: those waiting, oldest first, or those decided, newest first."""
    query = _products().add_columns(*told_apart(on))
    query = query.where(in_scope(scope, Product.officer_id, on), ~is_person(Product.officer_id, head_id))
    if decided:
        query = query.where(Confirmation.id.is_not(None)).order_by(Confirmation.id.desc())
    else:
        query = query.where(Confirmation.id.is_(None), ProductWithdrawal.at.is_(None)).order_by(Product.id)
    return [Shown(row) for row in db.session.execute(query.limit(PAGE))]


def waiting(scope: Scope, on: date, head_id: int) -> int:
    """How many products wait for a head."""
    over = union_all(select(Confirmation.product_id), select(ProductWithdrawal.product_id))
    query = select(func.count()).select_from(Product).where(Product.id.not_in(over), in_scope(scope, Product.officer_id, on))
    return db.session.scalar(query.where(~is_person(Product.officer_id, head_id))) or 0


def history(product_id: int) -> Sequence[Row]:
    """Every word on a product, oldest first, with who said it; `on_appeal`: it is the answer to an appeal."""
    answers = (
        Appeal.product_id == Confirmation.product_id,
        Appeal.answered_at == Confirmation.at,
        Appeal.answered_by == Confirmation.by_id,
    )
    query = (
        select(Confirmation.__table__, Person.full_name, exists().where(*answers).label("on_appeal"))
        .join(Person, Person.id == Confirmation.by_id)
        .where(Confirmation.product_id == product_id)
        .order_by(Confirmation.revision)
    )
    return db.session.execute(query).all()


def officers_to_confirm(scope: Scope, on: date, head_id: int) -> list[tuple[int, str]]:
    """Officers in scope whose ability the head may confirm, by name: id, and name with what tells two of one name apart, and with the unit
    where there are several."""
    unit = unit_name_on(_main_unit(on), on)
    query = (
        select(Person.id, Person.full_name, unit.label("unit"), *told_apart(on))
        .where(in_scope(scope, Person.id, on), Person.id != head_id)
        .order_by(Person.name_key)
        .limit(500)
    )
    rows = db.session.execute(query).all()
    several = len({row.unit for row in rows}) > 1
    return [(row.id, _label(row, several)) for row in rows]


def _label(row: Row, with_unit: bool) -> str:
    code = f"mã {row.code}" if row.code else ""
    parts = [*([row.position, code] if row.namesake else []), *([row.unit] if with_unit else [])]
    more = ", ".join(filter(None, parts))
    return f"{row.full_name} ({more})" if more else row.full_name


def _main_unit(on: date) -> Any:
    held = select(Assignment.unit_id).where(Assignment.person_id == Person.id, in_force(on)).correlate(Person)
    return held.order_by(Assignment.main.desc(), Assignment.id).limit(1).scalar_subquery()


def _confirmations() -> Select:
    """Confirmations in the columns of courses.queries.results_after, so that tracking reads both by one number; `signed_on` of a recognition."""
    words = select(
        Confirmation.id, Confirmation.officer_id, Confirmation.n, Product.kind.label("source_kind"),
        Confirmation.product_id.label("source_id"), Confirmation.revision, null().label("percent"),
        Confirmation.confirmed.label("passed"), Product.competence, Confirmation.level, Confirmation.unit_id,
        Confirmation.at.label("occurred_at"), Confirmation.at.label("recorded_at"), null().label("course_id"), literal(0).label("activity_id"),
        Recognition.signed_on,
    )  # fmt: skip
    words = words.join(Product, Product.id == Confirmation.product_id)
    words = words.outerjoin(RecognitionLine, RecognitionLine.product_id == Product.id)
    return words.outerjoin(Recognition, Recognition.id == RecognitionLine.recognition_id)


def confirmations_after(officer_id: int, n: int) -> Sequence[Row]:
    """What heads said of the officer's products under a number above n, in the order of their numbers."""
    return db.session.execute(
        _confirmations().where(Confirmation.officer_id == officer_id, Confirmation.n > n).order_by(Confirmation.n)
    ).all()


def confirmations_of(officer_ids: Iterable[int]) -> Sequence[Row]:
    """The same of several officers, by officer and number."""
    query = _confirmations().where(Confirmation.officer_id.in_(list(officer_ids)))
    return db.session.execute(query.order_by(Confirmation.officer_id, Confirmation.n)).all()


def papers_of(product_ids: Iterable[int]) -> dict[int, str]:
    """Product -> the paper that it is, as people name it: số 15/KH-UBND."""
    query = select(Product.id, Product.number, Product.symbol).where(Product.id.in_(list(product_ids)), Product.kind == "paper")
    return {row.id: f"Văn bản số {row.number}/{row.symbol}" for row in db.session.execute(query)}


def decisions_of(product_ids: Iterable[int]) -> dict[int, Row]:
    """Product -> the recognition that it stands for: id, kind, number, symbol, signed_on, issuer."""
    query = (
        select(
            RecognitionLine.product_id,
            Recognition.id,
            Recognition.kind,
            Recognition.number,
            Recognition.symbol,
            Recognition.signed_on,
            Recognition.issuer,
        )
        .join(Recognition, Recognition.id == RecognitionLine.recognition_id)
        .where(RecognitionLine.product_id.in_(list(product_ids)))
    )
    return {row.product_id: row for row in db.session.execute(query)}


_rating = SelfRating.__table__
SELF_RATINGS = select(_rating).where(is_person(_rating.c.officer_id, bindparam("officer"))).order_by(_rating.c.id)


def self_ratings(officer_id: int) -> dict[str, Row]:
    """Competence -> what the officer said of it last."""
    return {row.competence: row for row in db.session.execute(SELF_RATINGS, {"officer": officer_id})}
