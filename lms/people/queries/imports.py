"""Reading imports: the list, one with its rows."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Row, and_, case, exists, func, or_, select

from lms import clock
from lms.db import db
from lms.errors import NotFound
from lms.jobs.models import Job
from lms.people.models import ImportOperation, ImportRow, Person

ROWS = 50
_ORDER = case({"error": 0, "ask": 1, "changed": 2, "new": 3}, value=ImportRow.action, else_=4)


WORKING = ("reading", "confirming", "reversing")
COMMAND_TIME = timedelta(hours=1)  # an import by command has no job; none takes that long


def is_interrupted() -> ColumnElement[bool]:
    """SQL: the import is on its way to a state, and what was to bring it there is dead."""
    failed = exists().where(Job.id == ImportOperation.job_id, Job.state == "failed")
    left = and_(ImportOperation.job_id.is_(None), ImportOperation.at < clock.now() - COMMAND_TIME)
    return and_(ImportOperation.state.in_(WORKING), or_(failed, left))


def interrupted(operation: ImportOperation) -> bool:
    """Whether this import has stopped half-way, and nothing goes on by itself."""
    if operation.state not in WORKING:
        return False
    return bool(db.session.scalar(select(is_interrupted()).where(ImportOperation.id == operation.id)))


def imports(by_id: int | None) -> Sequence[Row]:
    """The newest imports, of one person or (None) of all: the operation's columns with by_name and interrupted."""
    query = select(
        ImportOperation.__table__, Person.full_name.label("by_name"), is_interrupted().label("interrupted")
    ).join(Person, Person.id == ImportOperation.by_id)  # fmt: skip
    if by_id is not None:
        query = query.where(ImportOperation.by_id == by_id)
    return db.session.execute(query.order_by(ImportOperation.id.desc()).limit(30)).all()


def import_operation(operation_id: int, by_id: int | None) -> ImportOperation:
    """One import; `by_id` None sees those of all. Raises NotFound for another's."""
    found = db.session.get(ImportOperation, operation_id)
    if found is None or (by_id is not None and found.by_id != by_id):
        raise NotFound
    return found


def import_rows(operation_id: int, action: str = "", page: int = 1) -> tuple[Sequence[Row], int]:
    """A page of staged rows, errors and questions first, and how many pages there are."""
    where = [ImportRow.operation_id == operation_id] + ([ImportRow.action == action] if action else [])
    total = db.session.scalar(select(func.count()).select_from(ImportRow).where(*where)) or 0
    query = select(ImportRow.__table__).where(*where).order_by(_ORDER, ImportRow.id)
    return db.session.execute(query.limit(ROWS).offset((page - 1) * ROWS)).all(), -(-total // ROWS)


def refused_rows(operation_id: int) -> list[tuple[int, dict, str]]:
    """Rows that were not taken, in the order of the file: line, data, reasons."""
    query = select(ImportRow.line, ImportRow.data, ImportRow.problems).where(
        ImportRow.operation_id == operation_id, ImportRow.action.in_(["error", "ask"])
    )
    rows = db.session.execute(query.order_by(ImportRow.id))
    return [(row.line, row.data, "; ".join(f"{p['field']}: {p['message']}".lstrip(": ") for p in row.problems)) for row in rows]


def kept_rows(operation_id: int) -> list[tuple[int, str, str]]:
    """Rows a reversal could not take back: line, name, why."""
    query = select(ImportRow.line, ImportRow.data).where(
        ImportRow.operation_id == operation_id, ImportRow.action.in_(["new", "changed"])
    )
    rows = db.session.execute(query.order_by(ImportRow.id))
    return [(row.line, row.data["full_name"], row.data["kept"]) for row in rows if row.data.get("kept")]
