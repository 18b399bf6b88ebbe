"""Reading the record into evidence, and with it into awards and standings."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update

from lms.courses.models import ResultHead
from lms.db import db
from lms.tracking.models import Bookmark, Evidence
from lms.tracking.queries import competence_ids
from lms.tracking.queries.reading import Reading, record_after, record_of
from lms.tracking.services.awarding import award, insert_new

CHUNK = 200  # officers read in one transaction


def refresh(officer_id: int, at: datetime) -> int:
    """Read the officer's record since the bookmark into evidence and awards; how many pieces of evidence are new."""
    return refresh_many([officer_id], at)


def refresh_many(officer_ids: Collection[int], at: datetime) -> int:
    """The same for several officers at once. Their bookmarks are locked in order, so two readers queue up and nothing is read twice."""
    marks = lock_bookmarks(officer_ids, at)
    heads = record_heads(officer_ids)  # first: everything up to a number that is seen has been committed
    if len(marks) == 1:
        ((officer_id, n),) = marks.items()
        readings = record_after(officer_id, n)
    else:
        readings = record_of(marks)
    count = append([r for r in readings if marks[r.officer_id] < r.result_n <= heads.get(r.officer_id, 0)], at)
    move_bookmarks({officer_id: n for officer_id, n in heads.items() if n > marks[officer_id]}, at)
    return count


def refresh_all(at: datetime) -> Iterator[int]:
    """Read what is new in everybody's record, a chunk of officers at a time: the caller commits after each number of new pieces of evidence."""
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


def lock_bookmarks(officer_ids: Collection[int], at: datetime) -> dict[int, int]:
    """Officer -> last number read; rows are made where there are none, and locked until the transaction ends."""
    insert_new(Bookmark.__table__, [{"officer_id": i, "n": 0, "read_at": at} for i in sorted(officer_ids)])
    query = (
        select(Bookmark.officer_id, Bookmark.n)
        .where(Bookmark.officer_id.in_(officer_ids))
        .order_by(Bookmark.officer_id)
        .with_for_update()
    )
    return {row.officer_id: row.n for row in db.session.execute(query)}


def record_heads(officer_ids: Collection[int]) -> dict[int, int]:
    """Officer -> the last number of the record."""
    query = select(ResultHead.officer_id, ResultHead.n).where(ResultHead.officer_id.in_(officer_ids))
    return {row.officer_id: row.n for row in db.session.execute(query)}


def move_bookmarks(heads: Mapping[int, int], at: datetime) -> None:
    """Note that the record has been read up to these numbers."""
    for officer_id, n in heads.items():
        db.session.execute(update(Bookmark).where(Bookmark.officer_id == officer_id).values(n=n, read_at=at))


def append(readings: Sequence[Reading], at: datetime) -> int:
    """Write evidence, the awards it earns and where the officers stand; what is there already is left as it is."""
    ids = competence_ids()
    rows = [
        {
            "officer_id": r.officer_id, "competence_id": ids[r.code], "result_n": r.result_n, "source_kind": r.source_kind,
            "course_id": r.course_id, "activity_id": r.activity_id, "source_id": r.source_id, "level": r.level, "percent": r.percent,
            "answers": r.answers, "policy": r.policy, "unit_id": r.unit_id, "occurred_at": r.occurred_at, "recorded_at": r.recorded_at,
        }
        for r in readings
        if r.code in ids
    ]  # fmt: skip
    count = insert_new(Evidence.__table__, rows)
    first: dict[int, int] = {}
    for r in readings:
        if r.level or r.answers:
            first[r.officer_id] = min(r.result_n, first.get(r.officer_id, r.result_n))
    if first:
        award(first, at)
    return count
