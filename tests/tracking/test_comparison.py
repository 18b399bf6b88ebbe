"""Why the figure is not what it was: by names, with reasons, summing up to the difference."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms import clock
from lms.people import services as people
from lms.people.models import Assignment
from lms.tracking import services
from lms.tracking.models import Award, AwardNote, Bookmark
from lms.tracking.queries import comparison, snapshots
from tests import factories
from tests.factories import _add
from tests.province import World


@pytest.fixture
def world(session):
    return World()


def reasons(before, after, figure="ct3_met", unit_ids=None):
    """person -> (sign, reason), after checking that the signs add up."""
    found = comparison.compare(snapshots.published(before), snapshots.published(after), figure, unit_ids)
    assert found.before + sum(change.sign for change in found.changes) == found.after
    assert sum(came - went for _, came, went in found.by_reason) == found.after - found.before
    return {change.person_id: (change.sign, change.reason) for change in found.changes}


def end(session, person, last):
    session.scalars(select(Assignment).where(Assignment.person_id == person.id)).one().until = last
    session.flush()


def test_new_expired_and_late_awards(session, world):
    new, expired, late, same = (world.officer(name) for name in ("Mới", "Hết", "Muộn", "Nguyên"))
    world.meets(same)
    world.meets(expired, until=world.day(20))
    before = world.take(world.day(30))
    world.meets(new, on=world.day(10))
    world.award(new, "C5.4", on=world.day(9))  # CT3 does not ask for it
    world.meets(late, on=world.day(50), recorded_at=clock.now() - timedelta(seconds=1))
    after = world.take(world.day(0))
    assert reasons(before, after) == {new.id: (1, "awarded"), expired.id: (-1, "expired"), late.id: (1, "late_award")}
    change = next(
        c
        for c in comparison.compare(snapshots.published(before), snapshots.published(after), "ct3_met").changes
        if c.person_id == new.id
    )
    assert change.awards == tuple((world.ids[c], 2, world.day(10), "rubric", None) for c in ("C1.1", "C1.2"))


def test_who_joined_left_and_moved(session, world):
    left, joined, moved, late = (world.officer(name) for name in ("Rời", "Vào", "Chuyển", "Muộn"))
    for person in (left, joined, moved, late):
        world.meets(person)
    post = {p: session.scalars(select(Assignment).where(Assignment.person_id == p.id)).one() for p in (joined, late)}
    post[joined].since = world.day(10)
    post[late].recorded_at = clock.now() + timedelta(days=1)  # entered after the first snapshot
    session.flush()
    before = world.take(world.day(30))
    post[late].recorded_at = clock.now()
    end(session, left, world.day(15))
    end(session, moved, world.day(15))
    factories.assignment(moved, world.b, world.v4, since=world.day(14))
    after = world.take(world.day(0))
    assert reasons(before, after) == {
        left.id: (-1, "left"), joined.id: (1, "joined"), moved.id: (-1, "moved"), late.id: (1, "late_roster"),
    }  # fmt: skip
    assert reasons(before, after, "people") == {left.id: (-1, "left"), joined.id: (1, "joined"), late.id: (1, "late_roster")}
    assert reasons(before, after, "people", {world.a.id})[moved.id] == (-1, "moved")
    assert reasons(before, after, "people", {world.b.id}) == {moved.id: (1, "moved")}


def test_requirements_that_change(session, world):
    olga, otto = world.officer("Olga"), world.officer("Otto")
    world.meets(olga)
    world.meets(otto, level=3)
    before = world.take(world.day(30))
    services.put_requirements("V3", {"C1.1": 3, "C1.2": 2, "C5.4": 1}, ["C1.1", "C1.2"], world.day(10))
    assert reasons(before, world.take(world.day(0))) == {olga.id: (-1, "required")}


def test_a_decision_and_a_merger(session, world):
    olga, otto, double = world.officer("Olga"), world.officer("Otto"), world.officer("Otto", world.b)
    world.meets(olga)
    world.award(otto, "C1.1")
    world.award(double, "C1.2")
    before = world.take(world.day(30))
    award = session.scalars(select(Award).where(Award.officer_id == olga.id)).first()
    session.get(Bookmark, olga.id).n = 3
    _add(
        AwardNote(
            award_id=award.id,
            n=3,
            kind="ended",
            day=world.day(5),
            ends_on=None,
            reason="",
            by_id=None,
            recorded_at=world.noon(world.day(5)),
        )
    )
    people.merge(double.id, otto.id, clock.now(), None)
    after = world.take(world.day(0))
    assert reasons(before, after) == {olga.id: (-1, "decided"), otto.id: (1, "merged")}
    assert reasons(before, after, "people") == {double.id: (-1, "merged")}


def test_the_same_day_counted_twice_differs_by_what_was_recorded_meanwhile(session, world):
    olga = world.officer("Olga")
    before = world.take(world.day(30))
    world.meets(olga, on=world.day(40), recorded_at=clock.now() - timedelta(seconds=1))
    after = world.take(world.day(30))
    assert reasons(before, after) == {olga.id: (1, "late_award")}
    assert reasons(before, before) == {}
