"""Work of quizzes for the queue and the calendar."""

from lms import clock
from lms.db import db
from lms.jobs.services import periodic
from lms.quizzes import services


@periodic(minute="*")
def close_expired_attempts() -> None:
    """Store the closing of attempts that the clock has closed, in transactions of a moderate size."""
    while services.close_expired(clock.now(), limit=50):
        db.session.commit()
