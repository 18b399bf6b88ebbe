"""Writing competence: the framework, what positions require, and reading results into evidence and awards."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update

from lms import clock
from lms.competence import valid_until
from lms.courses import queries as courses
from lms.courses.models import ResultHead
from lms.db import db, insert_into
from lms.tracking.models import Award, Bookmark, Evidence
from lms.tracking.queries import competence_ids
from lms.tracking.queries.reading import POLICY, Reading, read_all

CHUNK = 200  # officers read in one transaction


@dataclass(frozen=True)
class Difference:
    """What reading all results again says of one officer: evidence not stored, and evidence stored otherwise."""

    officer_id: int
    missing: int
    changed: int


def refresh(officer_id: int, at: datetime) -> int:
    """Read the officer's results since the bookmark into evidence and awards; how many pieces of evidence are new."""
    return refresh_many([officer_id], at)


def refresh_many(officer_ids: Collection[int], at: datetime) -> int:
    """The same for several officers at once. Their bookmarks are locked in order, so two readers queue up and nothing is read twice."""
    marks = _lock_bookmarks(officer_ids, at)
    if len(marks) == 1:
        ((officer_id, n),) = marks.items()
        results: Sequence[Any] = courses.results_after(officer_id, n)
    else:
        results = [row for row in courses.results_of(marks) if row.n > marks[row.officer_id]]
    if not results:
        return 0
    count = _append(read_all(results), at)
    newest = {row.officer_id: row.n for row in results}
    for officer_id, n in newest.items():
        db.session.execute(update(Bookmark).where(Bookmark.officer_id == officer_id).values(n=n, read_at=at))
    return count


def refresh_all(at: datetime) -> Iterator[int]:
    """Read everybody's new results, a chunk of officers at a time: the caller commits after each number of new pieces of evidence."""
    last = 0
    unread = (
        select(ResultHead.officer_id)
        .outerjoin(Bookmark, Bookmark.officer_id == ResultHead.officer_id)
        .where(Bookmark.n.is_(None) | (Bookmark.n < ResultHead.n))
        .order_by(ResultHead.officer_id)
        .limit(CHUNK)
    )
    while officer_ids := list(db.session.scalars(unread.where(ResultHead.officer_id > last))):
        last = officer_ids[-1]
        yield refresh_many(officer_ids, at)


def rebuild(at: datetime, check: bool = False) -> Iterator[list[Difference]]:
    """Read all results of all officers again and append what is missing; evidence stored otherwise is reported and stands.

    Yields the differences of each chunk of officers, for the caller to commit; with `check` nothing is written.
    """
    last = 0
    everybody = select(ResultHead.officer_id).order_by(ResultHead.officer_id).limit(CHUNK)
    while officer_ids := list(db.session.scalars(everybody.where(ResultHead.officer_id > last))):
        last = officer_ids[-1]
        marks = {} if check else _lock_bookmarks(officer_ids, at)
        results = courses.results_of(officer_ids)
        readings = read_all(results)
        differences = _compare(officer_ids, readings)
        if not check:
            _append(readings, at)
            newest = {row.officer_id: row.n for row in results if row.n > marks[row.officer_id]}
            for officer_id, n in newest.items():
                db.session.execute(update(Bookmark).where(Bookmark.officer_id == officer_id).values(n=n, read_at=at))
        yield differences


def _compare(officer_ids: Collection[int], readings: Sequence[Reading]) -> list[Difference]:
    """Only evidence of the policy in force is compared; what an older one wrote stands."""
    codes = {competence_id: code for code, competence_id in competence_ids().items()}
    columns = (Evidence.officer_id, Evidence.result_n, Evidence.competence_id, Evidence.level, Evidence.policy)
    stored = {
        (row.officer_id, row.result_n, codes[row.competence_id]): (row.level, row.policy)
        for row in db.session.execute(select(*columns).where(Evidence.officer_id.in_(officer_ids)))
    }
    missing: dict[int, int] = {}
    changed: dict[int, int] = {}
    for reading in readings:
        found = stored.get((reading.officer_id, reading.result_n, reading.code))
        if found is None:
            missing[reading.officer_id] = missing.get(reading.officer_id, 0) + 1
        elif found != (reading.level, reading.policy) and found[1] == reading.policy:
            changed[reading.officer_id] = changed.get(reading.officer_id, 0) + 1
    return [Difference(i, missing.get(i, 0), changed.get(i, 0)) for i in sorted(missing.keys() | changed.keys())]


def _lock_bookmarks(officer_ids: Collection[int], at: datetime) -> dict[int, int]:
    """Officer -> last number read; rows are made where there are none, and locked until the transaction ends."""
    _insert_new(Bookmark.__table__, [{"officer_id": i, "n": 0, "read_at": at} for i in sorted(officer_ids)])
    query = (
        select(Bookmark.officer_id, Bookmark.n)
        .where(Bookmark.officer_id.in_(officer_ids))
        .order_by(Bookmark.officer_id)
        .with_for_update()
    )
    return {row.officer_id: row.n for row in db.session.execute(query)}


def _append(readings: Sequence[Reading], at: datetime) -> int:
    """Write evidence and the awards it earns; what is there already is left as it is."""
    ids = competence_ids()
    rows = [
        {
            "officer_id": r.officer_id, "competence_id": ids[r.code], "result_n": r.result_n, "source_kind": r.source_kind,
            "course_id": r.course_id, "activity_id": r.activity_id, "source_id": r.source_id, "level": r.level, "percent": r.percent,
            "policy": r.policy, "unit_id": r.unit_id, "occurred_at": r.occurred_at, "recorded_at": at,
        }
        for r in readings
        if r.code in ids
    ]  # fmt: skip
    count = _insert_new(Evidence.__table__, rows)
    if earning := {r.officer_id for r in readings if r.level}:
        _award(earning, at)
    return count


def _award(officer_ids: Collection[int], at: datetime) -> None:
    """Every level is awarded once, on the first evidence that earned it."""
    query = (
        select(Evidence.id, Evidence.officer_id, Evidence.competence_id, Evidence.level, Evidence.policy, Evidence.occurred_at)
        .where(Evidence.officer_id.in_(officer_ids), Evidence.level > 0)
        .order_by(Evidence.occurred_at, Evidence.id)
    )
    first: dict[tuple[int, int, int, int], dict[str, Any]] = {}
    for row in db.session.execute(query):
        until = valid_until(POLICY, clock.local(row.occurred_at).date())
        first.setdefault(
            (row.officer_id, row.competence_id, row.level, row.policy),
            {
                "officer_id": row.officer_id, "competence_id": row.competence_id, "level": row.level, "evidence_id": row.id,
                "policy": row.policy, "awarded_at": row.occurred_at, "recorded_at": at, "valid_until": until, "calibration": 0,
            },
        )  # fmt: skip
    _insert_new(Award.__table__, list(first.values()))


def _insert_new(table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows that no UNIQUE constraint knows yet; how many they were."""
    if not rows:
        return 0
    once = insert_into(table).on_conflict_do_nothing().returning(*table.primary_key)
    return len(db.session.execute(once, rows).all())
