"""Standings grow old without new answers: answers weigh less with time, and rules and parameters change."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from lms.clock import local
from lms.db import db
from lms.people.models import PersonAlias
from lms.tracking.models import Standing
from lms.tracking.queries.ledger import entries
from lms.tracking.queries.parameters import Laws
from lms.tracking.services.awarding import put_standings
from lms.tracking.services.reading import lock_bookmarks

OLDEST = timedelta(days=30)  # of a half-life of four years: less than 2 % of the weight
AT_ONCE = 40  # officers in one transaction: computing them takes less than a fifth of a second


def renew(officer_ids: Collection[int], at: datetime) -> None:
    """Compute again where these officers stand, at once: what stands under a merged duplicate counts for the person left."""
    into = select(PersonAlias.into_id).where(PersonAlias.person_id.in_(officer_ids))
    merged = select(PersonAlias.person_id).where(PersonAlias.person_id.in_(officer_ids))
    people = sorted({*officer_ids, *db.session.scalars(into)} - set(db.session.scalars(merged)))
    lock_bookmarks(people, at)
    put_standings(entries(people), Laws().at(at), at)


def age_standings(at: datetime) -> Iterator[int]:
    """Compute again the standings that are older than 30 days or rest on rules or parameters no longer in force. The caller commits after
    each number of officers done. Bookmarks are locked, so nothing newer is written over."""
    law, last = Laws().at(at), 0
    outdated = or_(
        Standing.at < local(at).date() - OLDEST,
        Standing.policy != law.rules.version,
        Standing.calibration != law.calibration,
    )
    query = select(Standing.officer_id).where(outdated, Standing.officer_id.not_in(select(PersonAlias.person_id))).distinct()
    query = query.order_by(Standing.officer_id).limit(AT_ONCE)
    while people := list(db.session.scalars(query.where(Standing.officer_id > last))):
        last = people[-1]
        lock_bookmarks(people, at)
        put_standings(entries(people), law, at)
        yield len(people)
