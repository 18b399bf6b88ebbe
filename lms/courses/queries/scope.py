"""Which courses and banks a scope reaches: a grant names a course, and the bank of the same code goes with it."""

from sqlalchemy import Select, select

from lms.courses.models import Course
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
