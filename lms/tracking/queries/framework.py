"""The competence framework."""

from collections.abc import Sequence

from sqlalchemy import Row, select

from lms.db import db
from lms.people.models import Position
from lms.tracking.models import Competence, Requirement


def competence_ids() -> dict[str, int]:
    """Competence code -> id."""
    return {row.code: row.id for row in db.session.execute(select(Competence.code, Competence.id))}


def competences() -> Sequence[Row]:
    """The framework in its order: code, name, area_code, area_name, levels (five descriptors)."""
    columns = (Competence.code, Competence.name, Competence.area_code, Competence.area_name, Competence.levels)
    return db.session.execute(select(*columns).order_by(Competence.rank)).all()


def descriptor(competence_id: int, level: int) -> str:
    """What the framework says of a level; empty for level 0."""
    levels = db.session.scalar(select(Competence.levels).where(Competence.id == competence_id)) if level else None
    return levels[level - 1] if levels else ""


def positions_with_requirements() -> set[str]:
    """Codes of positions of which something is, or was, required."""
    query = select(Position.code).where(Position.id.in_(select(Requirement.position_id)))
    return set(db.session.scalars(query))
