"""Which levels count on a day."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from lms import clock
from lms.db import db
from lms.people.models import PersonAlias
from lms.tracking.models import Award, AwardNote
from lms.tracking.queries.ledger import stands_under


def counting(on: date, noted: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """SQL: the award counts at the end of the local day `on`: given by then, not beyond its validity and grace, and not ended by a
    decision, nor by a legal basis replaced longer ago than the rules allow (the newest note of an award holds).

    `noted`: which notes were known, where that is asked; all of them otherwise.
    """
    own = (AwardNote.award_id == Award.id, AwardNote.day <= on, true() if noted is None else noted)
    newest = select(func.max(AwardNote.n)).where(*own).correlate_except(AwardNote).scalar_subquery()
    over = or_(AwardNote.kind == "ended", and_(AwardNote.kind == "stale", AwardNote.ends_on < on))
    ended = (
        select(AwardNote.id)
        .where(AwardNote.award_id == Award.id, AwardNote.n == newest, over)
        .correlate_except(AwardNote)
        .exists()
    )
    given = Award.awarded_at < clock.midnight(on + timedelta(days=1))
    return and_(given, or_(Award.counts_until.is_(None), Award.counts_until >= on), ~ended)


def held_levels(officer_ids: Collection[int], on: date) -> dict[tuple[int, int], int]:
    """(officer, competence id) -> highest level counting on the day. What stands under a merged duplicate counts for the person."""
    person = func.coalesce(PersonAlias.into_id, Award.officer_id)
    query = (
        select(person, Award.competence_id, func.max(Award.level))
        .outerjoin(PersonAlias, PersonAlias.person_id == Award.officer_id)
        .where(stands_under(Award.officer_id, officer_ids), counting(on))
        .group_by(person, Award.competence_id)
    )
    # Straight from the connection: a unit's page reads thousands of these.
    return {(row[0], row[1]): row[2] for row in db.session.connection().execute(query).all()}
