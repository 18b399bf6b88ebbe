"""The banks somebody may write in."""

from collections.abc import Sequence

from sqlalchemy import Row, select

from lms.courses.queries.scope import banks_in
from lms.db import db
from lms.errors import NotFound
from lms.people.queries import Scope
from lms.questions.models import Bank


def banks(scope: Scope) -> Sequence[Row]:
    """The banks in scope: id, code, title."""
    return db.session.execute(
        select(Bank.id, Bank.code, Bank.title).where(Bank.id.in_(banks_in(scope))).order_by(Bank.code)
    ).all()


def bank(bank_id: int, scope: Scope) -> Row:
    """One bank in scope. Raises NotFound."""
    query = select(Bank.id, Bank.code, Bank.title).where(Bank.id == bank_id, Bank.id.in_(banks_in(scope)))
    if row := db.session.execute(query).first():
        return row
    raise NotFound
