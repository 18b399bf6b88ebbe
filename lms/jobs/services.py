"""Asking for work, and doing it.

A handler is a generator: it does a chunk, yields a Step, and the worker commits; so no transaction is long, and a handler that is
killed goes on from the cursor of its last Step. Handlers and calendar entries register themselves in each feature's tasks.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from lms import clock
from lms.db import db
from lms.errors import Conflict
from lms.jobs.models import Job

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 3
BROKEN = "Công việc dừng vì lỗi hệ thống. Phần đã ghi vẫn còn; hãy báo quản trị kèm số của công việc này."


@dataclass(frozen=True)
class Step:
    """How far a handler has come; `cursor` is what it needs to go on from here, `result` what the job page shows."""

    done: int
    total: int
    cursor: dict[str, Any] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)


Handler = Callable[[Job], Iterator[Step]]
HANDLERS: dict[str, Handler] = {}
CALENDAR: list[tuple[dict[str, str], Callable[[], None]]] = []


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the handler of a kind of job."""

    def register(function: Handler) -> Handler:
        HANDLERS[kind] = function
        return function

    return register


def periodic(**crontab: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function for the calendar (huey's crontab words: minute, hour, day_of_week); the worker commits after it."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        CALENDAR.append((crontab, function))
        return function

    return register


def enqueue(kind: str, title: str, payload: dict[str, Any], owner_id: int | None, at: datetime) -> Job:
    """Ask for work in the caller's transaction; workers are woken when it commits."""
    job = Job(kind=kind, title=title, owner_id=owner_id, payload=payload, created_at=at)
    db.session.add(job)
    db.session.flush()
    db.session.info["wake_workers"] = True
    return job


def again(job_id: int, owner_id: int | None, at: datetime) -> Job:
    """A new job that goes on where a failed one stopped: the same work, from the cursor of its last step.

    A row of its own, so that a worker of the old one that is still about finds its lease gone. Raises Conflict when that one has not failed.
    """
    old = db.session.get_one(Job, job_id, populate_existing=True)
    if old.state != "failed":
        raise Conflict("Công việc này chưa dừng; không có gì để làm tiếp.")
    job = enqueue(old.kind, old.title, old.payload, owner_id, at)
    job.cursor, job.done, job.total = old.cursor, old.done, old.total
    return job


def take_next(at: datetime) -> int | None:
    """Lease the oldest job that waits or whose worker died; None when there is none. Commits, as the lease must be seen by all.

    A job under which workers died again and again is given up: it would take the next one down too.
    """
    orphaned = (Job.state == "running") & (Job.lease_until < at)
    _give_up(orphaned & (Job.attempts >= MAX_ATTEMPTS), at)
    free = or_(Job.state == "queued", orphaned)
    while job_id := db.session.scalar(select(Job.id).where(free).order_by(Job.id).limit(1)):
        taken = db.session.execute(
            update(Job)
            .where(Job.id == job_id, free)
            .values(state="running", lease_until=at + LEASE, attempts=Job.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        db.session.commit()
        if taken.rowcount:  # type: ignore[attr-defined]
            return job_id
    db.session.rollback()
    return None


def _give_up(which: ColumnElement[bool], at: datetime) -> None:
    values = {"state": "failed", "problem": BROKEN, "finished_at": at, "lease_until": None}
    if db.session.execute(update(Job).where(which).values(**values).execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
        db.session.commit()


def run(job_id: int) -> None:
    """Do one leased job to its end, committing after every step; a failure is noted on the row, in words when it is a Conflict.

    A worker whose lease another has taken over meanwhile stops, and its unfinished step is undone.
    """
    job = db.session.get_one(Job, job_id)
    mine = job.attempts
    try:
        for step in HANDLERS[job.kind](job):
            job = db.session.get_one(Job, job_id, with_for_update=True, populate_existing=True)
            if (job.state, job.attempts) != ("running", mine):
                db.session.rollback()
                return
            job.done, job.total, job.cursor, job.result = step.done, step.total, step.cursor, {**job.result, **step.result}
            job.lease_until = clock.now() + LEASE
            db.session.commit()
        _finish(job_id, mine, "done", "")
    except Conflict as refusal:
        _finish(job_id, mine, "failed", refusal.message)
    except Exception:
        _finish(job_id, mine, "failed", BROKEN)
        raise


def _finish(job_id: int, mine: int, state: str, problem: str) -> None:
    db.session.rollback()
    values = {"state": state, "problem": problem, "finished_at": clock.now(), "lease_until": None}
    db.session.execute(update(Job).where(Job.id == job_id, Job.state == "running", Job.attempts == mine).values(**values))
    db.session.commit()
