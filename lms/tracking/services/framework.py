"""The framework, and what positions require."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from lms.db import db
from lms.errors import NotFound
from lms.people.models import Position
from lms.tracking.models import Competence, Requirement
from lms.tracking.queries import competence_ids


def put_competence(code: str, area_code: str, area_name: str, name: str, levels: Sequence[str], rank: int) -> Competence:
    """Enter or rename one competence of the framework; `levels`: descriptors of levels 1 to 5."""
    row = db.session.scalar(select(Competence).where(Competence.code == code)) or Competence(code=code)
    row.area_code, row.area_name, row.name, row.levels, row.rank = area_code, area_name, name, list(levels), rank
    db.session.add(row)
    db.session.flush()
    return row


def put_requirements(position_code: str, required: Mapping[str, int], core: Collection[str], since: date) -> None:
    """Say what a position requires from a day on: competence code -> level 1 to 5, and which are core.

    What does not change stays as it is; what changes ends the day before and begins anew. Raises NotFound for an unknown position
    or competence.
    """
    position_id = db.session.scalar(select(Position.id).where(Position.code == position_code))
    ids = competence_ids()
    if position_id is None or required.keys() - ids.keys():
        raise NotFound
    wanted = {ids[code]: (level, code in core) for code, level in required.items()}
    running = select(Requirement).where(Requirement.position_id == position_id, Requirement.until.is_(None))
    for row in db.session.scalars(running):
        if wanted.get(row.competence_id) == (row.level, row.core):
            del wanted[row.competence_id]
        elif row.since >= since:
            db.session.delete(row)  # never came into force
        else:
            row.until = since - timedelta(days=1)
    for competence_id, (level, is_core) in wanted.items():
        db.session.add(Requirement(position_id=position_id, competence_id=competence_id, level=level, core=is_core, since=since))
    db.session.flush()
