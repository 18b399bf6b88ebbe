"""Which courses and banks somebody may write in: a grant names a course, and the bank of the same code goes with it."""

from collections.abc import Sequence

from sqlalchemy import Row, Select, select

from lms.courses.models import Course
from lms.db import db
from lms.errors import NotFound
from lms.people.queries import Scope
from lms.questions.models import Bank


def courses_in(scope: Scope) -> Select[int]:
    """SQL: ids of the courses in scope. A scope of units reaches none: units do not own courses."""
    query = select(Course.id)
    return query if scope.everywhere else query.where(Course.id.in_(scope.course_ids))


def banks_in(scope: Scope) -> Select[int]:
    """SQL: ids of the banks in scope."""
    if scope.everywhere:
        return select(Bank.id)
    return select(Bank.id).join(Course, Course.code == Bank.code).where(Course.id.in_(scope.course_ids))


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
