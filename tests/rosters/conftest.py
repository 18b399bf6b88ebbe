"""Completions in units that merge."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lms.db import db
from lms.people.models import Unit, UnitEvent, UnitLineage, UnitVersion
from lms.people.queries import Scope
from tests import factories

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
EVERYWHERE = Scope(everywhere=True)


@pytest.fixture
def k01(session):
    return factories.course("K01")


@pytest.fixture
def completed(session, k01):
    """completed(name, unit, at=..., percent=85): an officer of the unit who completed K01."""

    def completed(name, unit, at=AT, percent=85, due=None, since=factories.SINCE, **more):
        officer = factories.person(name, **more)
        factories.assignment(officer, unit, since=since)
        cycle = factories.enrolment(officer, k01, at=at)
        cycle.unit_id, cycle.due, cycle.last_at = unit.id, due, at
        if percent is not None:
            cycle.completed_at, cycle.completion_origin, cycle.percent = at, "here", Decimal(percent)
        db.session.flush()
        return cycle

    return completed


@pytest.fixture
def merge(session):
    """merge(old units, new unit, on): the old units end the day before and become the new one; nobody's rows are touched."""

    def merge(old, new, on):
        event = factories._add(UnitEvent(kind="merge", decision="NQ 1", on=on, recorded_at=AT))
        for unit in old:
            last = date.fromordinal(on.toordinal() - 1)
            factories._add(UnitLineage(event_id=event.id, from_id=unit.id, to_id=new.id))
            session.get(Unit, unit.id).ended = last
            session.query(UnitVersion).filter_by(unit_id=unit.id, until=None).update({"until": last})
        session.flush()

    return merge
