"""Work of courses for the queue and the calendar."""

from lms import clock
from lms.courses import services
from lms.db import db
from lms.jobs.services import periodic

CHUNK = 200  # officers a transaction: it stays short while others are served


@periodic(minute="10")
def apply_rules() -> None:
    """Every hour: who has come since."""
    while services.apply_rules(clock.now(), limit=CHUNK):
        db.session.commit()


@periodic(minute="0", hour="0")
def remind() -> None:
    """Each morning at 7 in Đồng Tháp (the calendar counts in UTC): what is due in a week or tomorrow."""
    last = 0
    while last := services.remind(clock.now(), after=last, limit=CHUNK):
        db.session.commit()
