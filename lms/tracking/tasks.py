"""Work of tracking for the calendar."""

from lms import clock
from lms.db import db
from lms.jobs.services import periodic
from lms.tracking import services

CHUNK = 200  # officers a transaction


@periodic(minute="*/5")
def read_new_results() -> None:
    """What officers achieved becomes evidence and awards, a chunk of officers a transaction."""
    for _ in services.refresh_all(clock.now()):
        db.session.commit()


@periodic(minute="20", hour="17")
def watch_awards() -> None:
    """Each night at 00:20 in Đồng Tháp (the calendar counts in UTC): levels about to end, and those whose legal basis was replaced."""
    for work in (services.warn_of_ends, services.mark_stale):
        last = 0
        while last := work(clock.now(), after=last, limit=CHUNK):
            db.session.commit()
