"""Work of tracking for the calendar."""

from lms import clock
from lms.db import db
from lms.jobs.services import periodic
from lms.tracking import services


@periodic(minute="*/5")
def read_new_results() -> None:
    """What officers achieved becomes evidence and awards, a chunk of officers a transaction."""
    for _ in services.refresh_all(clock.now()):
        db.session.commit()
