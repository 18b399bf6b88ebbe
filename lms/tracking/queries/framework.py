"""The competence framework."""

from sqlalchemy import select

from lms.db import db
from lms.tracking.models import Competence


def competence_ids() -> dict[str, int]:
    """Competence code -> id."""
    return {row.code: row.id for row in db.session.execute(select(Competence.code, Competence.id))}
