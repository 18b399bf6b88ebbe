"""The province as it stood at the end of a day, counted from the record and kept.

A snapshot is written in chunks, none of which holds the write lock for long, and published by one flip; what was not published is seen by
nobody and is forgotten.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from lms.audit.services import record
from lms.clock import local
from lms.competence.rules import RULES_2
from lms.db import db, release
from lms.errors import NotFound
from lms.jobs.models import Job
from lms.jobs.services import enqueue
from lms.tracking.models import (
    Calibration,
    PolicyVersion,
    Snapshot,
    SnapshotCell,
    SnapshotGroup,
    SnapshotMark,
    SnapshotOfficer,
)  # fmt: skip
from lms.tracking.queries import census
from lms.tracking.queries.periods import is_closing
from lms.tracking.queries.snapshots import removable

KIND = "tracking.snapshot"
CHUNK = 1000  # persons counted in one transaction
ROWS = 4000  # rows written or forgotten in one transaction
ABANDONED = timedelta(days=1)
PARTS = (SnapshotCell, SnapshotGroup, SnapshotOfficer, SnapshotMark)


@dataclass
class Sums:
    """What adds up over persons: by (unit, position), and by (unit, position, competence)."""

    groups: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 5))
    cells: dict[tuple[int, int, int], list[Any]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0, 0.0, 0.0, 0]))

    def add(self, post: census.Post, found: census.Answer, chances: dict[tuple[int, int], tuple[float, float]] | None) -> None:
        """Count one person. `chances` None: the day is past, nothing is modelled."""
        place = (post.unit_id, post.position_id or 0)
        group = self.groups[place]
        for i, counts in enumerate((True, found.fit is not None, found.fit, found.ct3 is not None, found.ct3)):
            group[i] += bool(counts)
        lacking = set(found.lacking)
        for competence_id, level in found.levels.items():
            cell = self.cells[*place, competence_id]
            cell[0] += 1
            met = competence_id not in lacking
            cell[1] += met
            if chances is not None and level <= census.BY_ANSWERS:
                known = chances.get((post.person_id, competence_id))
                p = 1.0 if met else known[level - 1] if known else None
                if p is None:
                    cell[5] += 1
                else:
                    cell[2] += 1
                    cell[3] += p
                    cell[4] += p * (1 - p)


def begin_snapshot(as_of: date, at: datetime, reason: str, by_id: int | None) -> int:
    """A snapshot that nobody sees yet: of the end of the day `as_of`, as the record knows it at `at`."""
    policy = db.session.scalar(select(func.max(PolicyVersion.number)).where(PolicyVersion.since <= at))
    calibration = db.session.scalar(select(func.max(Calibration.number)).where(Calibration.in_force_at <= at))
    row = Snapshot(
        as_of=as_of, known_at=at, policy=policy or RULES_2.version, calibration=calibration or 0, reason=reason, by_id=by_id
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def count_snapshot(snapshot_id: int, at: datetime) -> Iterator[tuple[int, int]]:
    """Count everybody on the roster, and publish. Yields (persons done, persons in all) after each piece, for the caller to commit."""
    row = db.session.get_one(Snapshot, snapshot_id)
    as_of, known_at = row.as_of, row.known_at
    asked, posts, sums = census.asked_on(as_of), census.roster(as_of, known_at), Sums()
    modelled = as_of >= local(at).date() - timedelta(days=1)
    release()  # reading everybody took a while
    for begin in range(0, len(posts), CHUNK):
        _count(snapshot_id, as_of, known_at, posts[begin : begin + CHUNK], asked, sums, modelled)
        yield min(begin + CHUNK, len(posts)), len(posts)
    for model, rows in ((SnapshotGroup, _group_rows(snapshot_id, sums)), (SnapshotCell, _cell_rows(snapshot_id, sums))):
        for begin in range(0, len(rows), ROWS):
            db.session.execute(insert(model), rows[begin : begin + ROWS])
            yield len(posts), len(posts)
    db.session.execute(update(Snapshot).where(Snapshot.id == snapshot_id).values(published_at=at))
    yield len(posts), len(posts)


def _count(
    snapshot_id: int,
    as_of: date,
    known_at: datetime,
    posts: Sequence[census.Post],
    asked: census.Asked,
    sums: Sums,
    modelled: bool,
) -> None:
    """Count some persons: first it is noted how far each one's record was read, then only what lies before that mark is counted."""
    ids = [post.person_id for post in posts]
    if marks := census.reading_marks(ids, known_at):
        db.session.execute(insert(SnapshotMark), [{"snapshot_id": snapshot_id, **mark} for mark in marks])
    held = census.levels(snapshot_id, as_of, known_at, ids)
    chances = census.chances(ids) if modelled else None
    rows = []
    for post in posts:
        found = census.answer(post.position_ids, held.get(post.person_id, {}), asked)
        sums.add(post, found, chances)
        rows.append(officer_row(snapshot_id, post, found))
    db.session.execute(insert(SnapshotOfficer), rows)


def officer_row(snapshot_id: int, post: census.Post, found: census.Answer) -> dict[str, Any]:
    """The columns of one person in a snapshot."""
    lacking = "".join(f"{c}," for c in sorted(found.lacking))
    return {
        "snapshot_id": snapshot_id, "person_id": post.person_id, "unit_id": post.unit_id, "position_id": post.position_id,
        "position_ids": list(post.position_ids), "fit": found.fit, "ct3": found.ct3, "lacking": f",{lacking}" if lacking else "",
    }  # fmt: skip


def _group_rows(snapshot_id: int, sums: Sums) -> list[dict[str, int]]:
    names = ("people", "fit_asked", "fit_met", "ct3_asked", "ct3_met")
    return [
        {"snapshot_id": snapshot_id, "unit_id": unit_id, "position_id": position_id, **dict(zip(names, counts, strict=True))}
        for (unit_id, position_id), counts in sorted(sums.groups.items())
    ]


def _cell_rows(snapshot_id: int, sums: Sums) -> list[dict[str, Any]]:
    names = ("asked", "met", "modelled", "expected", "variance", "unknown")
    return [
        {
            "snapshot_id": snapshot_id, "unit_id": unit_id, "position_id": position_id, "competence_id": competence_id,
            **dict(zip(names, counts, strict=True)),
        }
        for (unit_id, position_id, competence_id), counts in sorted(sums.cells.items())
    ]  # fmt: skip


def check_snapshot(snapshot_id: int) -> Iterator[list[int]]:
    """Count a published snapshot again from the record, by its own roster and marks; yields the persons of each chunk of whom the
    record says otherwise now. Writes nothing."""
    row = db.session.get_one(Snapshot, snapshot_id)
    asked, last = census.asked_on(row.as_of), 0
    kept = select(SnapshotOfficer.__table__).where(SnapshotOfficer.snapshot_id == snapshot_id).order_by(SnapshotOfficer.person_id)
    while rows := db.session.execute(kept.where(SnapshotOfficer.person_id > last).limit(CHUNK)).all():
        last = rows[-1].person_id
        held = census.levels(snapshot_id, row.as_of, row.known_at, [r.person_id for r in rows])
        yield [r.person_id for r in rows if _said(r) != _again(r, held.get(r.person_id, {}), asked)]


def _said(row: Any) -> tuple[bool | None, bool | None, set[int]]:
    return row.fit, row.ct3, {int(c) for c in row.lacking.split(",") if c}


def _again(row: Any, held: dict[int, int], asked: census.Asked) -> tuple[bool | None, bool | None, set[int]]:
    found = census.answer(row.position_ids, held, asked)
    return found.fit, found.ct3, set(found.lacking)


def forget_snapshots(at: datetime) -> Iterator[int]:
    """Forget nightly snapshots but the newest, and what was never published; closing days and what somebody asked for are kept.
    Yields after each piece, for the caller to commit."""
    newest = (
        select(func.max(Snapshot.id)).where(Snapshot.published_at.is_not(None), Snapshot.reason == "nightly").scalar_subquery()
    )
    old = (Snapshot.reason == "nightly") & Snapshot.published_at.is_not(None) & (Snapshot.id != newest)
    abandoned = Snapshot.published_at.is_(None) & (Snapshot.known_at < at - ABANDONED)
    gone = db.session.scalars(select(Snapshot.id).where(old | abandoned)).all()
    db.session.execute(update(Snapshot).where(Snapshot.id.in_(gone)).values(published_at=None))
    yield from _forget(gone)


def _forget(snapshot_ids: Collection[int]) -> Iterator[int]:
    for snapshot_id in snapshot_ids:
        for model in PARTS:
            key, own = list(model.__table__.primary_key)[1], model.__table__.c.snapshot_id == snapshot_id
            further = select(key).where(own).order_by(key).offset(ROWS).limit(1)
            while (bound := db.session.scalar(further)) is not None:
                yield db.session.execute(delete(model).where(own, key <= bound)).rowcount  # type: ignore[attr-defined]
            db.session.execute(delete(model).where(own))
        db.session.execute(delete(Snapshot).where(Snapshot.id == snapshot_id))
        yield 1


def reason_for(as_of: date) -> str:
    """Why a nightly snapshot of that day is kept: it closes a reporting period, or it is only the newest."""
    return "closing" if is_closing(as_of) else "nightly"


def remove_snapshot(snapshot_id: int, by_id: int, at: datetime) -> None:
    """Take out of the lists what the person has asked for; its rows go in the next night. Raises NotFound for any other snapshot."""
    if snapshot_id not in removable(by_id):
        raise NotFound
    row = db.session.get_one(Snapshot, snapshot_id)
    row.published_at = None
    record(by_id, "tracking.remove_snapshot", "snapshot", snapshot_id, at, day=row.as_of.isoformat())


def ask_snapshot(as_of: date, by_id: int, at: datetime) -> Job:
    """Have the province counted at the end of a day; the work that the person has asked for already, and that still waits, serves too."""
    payload = {"as_of": as_of.isoformat(), "reason": "asked"}
    waiting = select(Job).where(Job.kind == KIND, Job.owner_id == by_id, Job.state.in_(("queued", "running")))
    for job in db.session.scalars(waiting):
        if job.payload == payload:
            return job
    return enqueue(KIND, f"Tính năng lực toàn tỉnh đến hết ngày {as_of:%d/%m/%Y}", payload, by_id, at)
