"""Reading jobs: each person sees their own."""

from collections.abc import Sequence

from sqlalchemy import select

from lms.db import db
from lms.errors import NotFound
from lms.jobs.models import Job


def job(job_id: int, owner_id: int) -> Job:
    """One job of that person. Raises NotFound for another's."""
    found = db.session.scalar(select(Job).where(Job.id == job_id, Job.owner_id == owner_id))
    if found is None:
        raise NotFound
    return found


def recent(owner_id: int, limit: int = 20) -> Sequence[Job]:
    """The person's newest jobs."""
    return db.session.scalars(select(Job).where(Job.owner_id == owner_id).order_by(Job.id.desc()).limit(limit)).all()
