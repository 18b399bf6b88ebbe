"""The worker: huey with a queue file of its own, woken after commits, with the calendar."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from huey import MemoryHuey, SqliteHuey, crontab
from sqlalchemy import event

from lms import clock
from lms.db import db
from lms.jobs import services


def work_off() -> int:
    """Do every job that waits, one after another; how many were done."""
    count = 0
    while (job_id := services.take_next(clock.now())) is not None:
        services.run(job_id)
        count += 1
    return count


def make_huey(app: Flask) -> Any:
    """The queue of this application. Woken by a commit that enqueued, by the calendar, and every minute in case a wake-up was lost."""
    if app.testing:
        huey = MemoryHuey(immediate=False)
    else:
        app.config["DATA_DIR"].mkdir(parents=True, exist_ok=True)
        huey = SqliteHuey(filename=str(app.config["DATA_DIR"] / "queue.sqlite3"))

    @huey.task()
    def wake() -> None:
        with app.app_context():
            work_off()

    huey.periodic_task(crontab(minute="*"), name="sweep")(_inside(app, lambda: None))
    for when, function in services.CALENDAR:
        huey.periodic_task(crontab(**when), name=function.__name__)(_inside(app, function))

    @event.listens_for(db.session, "after_commit")
    def wake_workers(session: Any) -> None:
        # The session is shared by all applications of a process: each wakes the workers of its own.
        if current_app._get_current_object() is app and session.info.pop("wake_workers", False):  # type: ignore[attr-defined]
            wake()

    return huey


def _inside(app: Flask, function: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            function()
            db.session.commit()
            work_off()

    run.__name__ = function.__name__
    return run
