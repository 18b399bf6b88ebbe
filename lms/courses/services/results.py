"""What an officer does in a course: begin, keep the place, finish. Results take the officer's next number and decide completion."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, literal, select, update

from lms.clock import local
from lms.courses.models import Enrolment, Progress, Result, ResultHead
from lms.courses.queries import version
from lms.courses.services.completion import complete
from lms.db import Mark, db, insert_into
from lms.errors import NotFound
from lms.people import queries as people

RULE_VERSION = 1  # of what `detail` says and how completion is decided


def record_result(
    enrolment_id: int, activity_id: int, source_kind: str, source_id: int, percent: Decimal | None, passed: bool,
    detail: Mapping[str, Any], occurred_at: datetime, at: datetime, revision: int = 1,
) -> Result:  # fmt: skip
    """Append a graded or done activity under the officer's next number; with it the activity is done and the course perhaps completed.

    `percent`: what the activity now stands at, by its own method (highest, latest ...); of the last mandatory quiz it becomes the
    percent of the course. `detail`: {"shares": {competence: {"level", "points", "max", "apply"}}} with decimals as text.
    The same source and revision again changes nothing and returns what was recorded. Raises NotFound.
    """
    officer_id = db.session.scalar(select(Enrolment.officer_id).where(Enrolment.id == enrolment_id))
    if officer_id is None:
        raise NotFound
    unit = people.main_assignment(officer_id, local(occurred_at).date())
    source = {
        "enrolment_id": enrolment_id, "activity_id": activity_id, "source_kind": source_kind, "source_id": source_id,
        "revision": revision,
    }  # fmt: skip
    added = _append(
        {
            **source, "officer_id": officer_id, "percent": percent, "passed": passed, "detail": dict(detail),
            "unit_id": unit.unit_id if unit else None, "occurred_at": occurred_at, "recorded_at": at, "rule_version": RULE_VERSION,
        }
    )  # fmt: skip
    if added:
        _advance(enrolment_id, activity_id, percent, passed, occurred_at, at)
    return db.session.scalars(select(Result).filter_by(**source)).one()


def next_number(officer_id: int) -> int:
    """Take the next number of the officer's record. It stays locked until commit, so n+1 cannot be seen before n."""
    db.session.execute(insert_into(ResultHead).values(officer_id=officer_id, n=0).on_conflict_do_nothing())
    return _move_head(officer_id, 1)


def give_back_number(officer_id: int) -> None:
    """Undo next_number of the same transaction, where nothing was recorded under it: nobody has seen the number."""
    _move_head(officer_id, -1)


def _move_head(officer_id: int, by: int) -> int:
    head = update(ResultHead).where(ResultHead.officer_id == officer_id).values(n=ResultHead.n + by).returning(ResultHead.n)
    return db.session.scalars(head.execution_options(synchronize_session=False)).one()


def _append(values: dict[str, Any]) -> bool:
    """Insert a result under the next number."""
    n = next_number(values["officer_id"])
    same = ["enrolment_id", "activity_id", "source_kind", "source_id", "revision"]
    once = insert_into(Result).values(n=n, **values).on_conflict_do_nothing(index_elements=same).returning(Result.id)
    if db.session.scalar(once) is None:
        give_back_number(values["officer_id"])
        return False
    return True


def _advance(
    enrolment_id: int, activity_id: int, percent: Decimal | None, passed: bool, occurred_at: datetime, at: datetime
) -> None:
    touch(enrolment_id, activity_id, occurred_at, done=passed)
    # Taking the row first and then counting: a version being published at this moment waits, or is already seen.
    course = version(_set(enrolment_id, last_activity_id=activity_id, last_at=occurred_at))
    done = select(Progress.activity_id).where(Progress.enrolment_id == enrolment_id, Progress.done_at.is_not(None))
    standing = course.standing(db.session.scalars(done))
    values: dict[str, Any] = {"done_count": standing.done, "need_count": standing.need}
    if percent is not None and activity_id == course.last_quiz:
        # A completed cycle keeps the result it was completed with: a certificate may say it already.
        values["percent"] = case((Enrolment.completed_at.is_(None), literal(percent, Mark())), else_=Enrolment.percent)
    _set(enrolment_id, **values)
    if standing.complete:
        complete(enrolment_id, course, occurred_at, at)


def touch(enrolment_id: int, activity_id: int, at: datetime, done: bool = False, place: int | None = None) -> None:
    """Note that an activity was begun, done, or read down to a place (per mille). What was done once stays done."""
    values = {"started_at": at, "done_at": at if done else None, "place": place or 0}
    row = insert_into(Progress).values(enrolment_id=enrolment_id, activity_id=activity_id, **values)
    change: dict[str, Any] = {"done_at": func.coalesce(Progress.done_at, row.excluded.done_at)}
    if place is not None:
        change["place"] = row.excluded.place
    db.session.execute(row.on_conflict_do_update(index_elements=["enrolment_id", "activity_id"], set_=change))


def save_place(enrolment_id: int, activity_id: int, place: int, at: datetime) -> None:
    """Keep where the officer is in a lesson (per mille of its height), and that this is where to go on."""
    touch(enrolment_id, activity_id, at, place=max(0, min(1000, place)))
    _set(enrolment_id, last_activity_id=activity_id, last_at=at)


def finish_lesson(enrolment_id: int, activity_id: int, at: datetime) -> Result:
    """A lesson read to its end: recorded once, however often the button is pressed."""
    return record_result(enrolment_id, activity_id, "lesson", 0, None, True, {}, at, at)


def _set(enrolment_id: int, **values: Any) -> int:
    """Change the cycle's row and return the version it follows."""
    change = update(Enrolment).where(Enrolment.id == enrolment_id).values(**values).returning(Enrolment.version_id)
    return db.session.scalars(change.execution_options(synchronize_session="fetch")).one()
