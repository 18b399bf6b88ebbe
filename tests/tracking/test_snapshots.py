"""Snapshots of small provinces worked out by hand."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lms import clock
from lms.people import services as people
from lms.people.models import Assignment
from lms.tracking import services
from lms.tracking.models import (
    Award,
    AwardNote,
    Bookmark,
    Snapshot,
    SnapshotCell,
    SnapshotGroup,
    SnapshotMark,
    SnapshotOfficer,
    Standing,
)
from tests import factories
from tests.factories import _add
from tests.province import World

CORE = ("C1.1", "C1.2")


@pytest.fixture
def world(session):
    return World()


def test_people_are_counted_by_unit_and_competence(session, world):
    olga, otto, tara = world.officer("Olga"), world.officer("Otto"), world.officer("Tara", world.b)
    ada = world.officer("Ada", position=world.v4)
    world.meets(olga)
    world.award(otto, "C1.1")
    world.award(otto, "C1.2", level=1)
    taken = world.take()
    assert world.figures(taken) == {world.a.id: (3, 2, 1), world.b.id: (1, 1, 0)}
    said = {row.person_id: (row.fit, row.ct3, row.lacking) for row in session.scalars(select(SnapshotOfficer))}
    c11, c12, c54 = (world.ids[code] for code in (*CORE, "C5.4"))
    assert said == {
        olga.id: (True, True, f",{c54},"),
        otto.id: (False, False, f",{c12},{c54},"),
        tara.id: (False, False, f",{c11},{c12},{c54},"),
        ada.id: (False, None, f",{c54},"),
    }
    cells = {(c.unit_id, c.position_id, c.competence_id): (c.asked, c.met) for c in session.scalars(select(SnapshotCell))}
    assert cells[world.a.id, world.v3.id, c11] == (2, 2)
    assert cells[world.a.id, world.v3.id, c12] == (2, 1)
    assert cells[world.a.id, world.v4.id, c54] == (1, 0)
    assert cells[world.b.id, world.v3.id, c11] == (1, 0)


def test_a_move_in_the_middle_counts_where_the_officer_was(session, world):
    olga = world.officer("Olga", until=world.day(50))
    factories.assignment(olga, world.b, world.v3, since=world.day(49))
    world.meets(olga)
    assert world.figures(world.take(world.day(60))) == {world.a.id: (1, 1, 1)}
    assert world.figures(world.take(world.day(40))) == {world.b.id: (1, 1, 1)}


def test_an_award_counts_from_its_day_to_its_end(session, world):
    olga = world.officer("Olga")
    world.meets(olga, on=world.day(100), until=world.day(20))
    assert [world.figures(world.take(world.day(n)))[world.a.id][2] for n in (101, 100, 20, 19)] == [0, 1, 1, 0]


def test_what_was_decided_of_an_award_counts_from_its_day(session, world):
    olga = world.officer("Olga")
    world.meets(olga)
    award = session.scalars(select(Award)).first()
    session.get(Bookmark, olga.id).n = 3
    note = {"by_id": None, "reason": "Thu hồi", "recorded_at": world.noon(world.day(30))}
    _add(AwardNote(award_id=award.id, n=3, kind="ended", day=world.day(30), ends_on=None, **note))
    assert [world.figures(world.take(world.day(n)))[world.a.id][2] for n in (31, 30)] == [1, 0]


def test_a_merged_person_counts_once_with_everything(session, world):
    olga, double = world.officer("Olga"), world.officer("Olga", world.b)
    world.award(olga, "C1.1")
    world.award(double, "C1.2")
    assert world.figures(world.take()) == {world.a.id: (1, 1, 0), world.b.id: (1, 1, 0)}
    people.merge(double.id, olga.id, clock.now(), None)
    merged = world.take()
    assert world.figures(merged) == {world.a.id: (1, 1, 1)}
    marks = session.scalars(select(SnapshotMark).where(SnapshotMark.snapshot_id == merged))
    assert sorted((m.person_id, m.officer_id, m.n) for m in marks) == [(olga.id, olga.id, 1), (olga.id, double.id, 1)]


def test_two_positions_ask_for_the_higher_level_and_count_at_the_main_unit(session, world):
    services.put_requirements("V4", {"C1.1": 3, "C5.4": 1}, ["C1.1", "C5.4"], date(2025, 2, 1))
    olga = world.officer("Olga")
    factories.assignment(olga, world.b, world.v4, main=False)
    world.meets(olga)
    taken = world.take()
    assert world.figures(taken) == {world.a.id: (1, 1, 1)}  # CT3 asks what its own position asks
    assert session.scalars(select(SnapshotOfficer.fit).where(SnapshotOfficer.snapshot_id == taken)).all() == [False]


def test_requirements_are_those_of_the_day(session, world):
    services.put_requirements("V3", {"C1.1": 3, "C1.2": 2, "C5.4": 1}, list(CORE), world.day(10))
    world.meets(world.officer("Olga"))
    assert [world.figures(world.take(world.day(n)))[world.a.id][2] for n in (11, 10)] == [1, 0]


def test_a_snapshot_is_counted_again_to_the_same_figures_after_late_rows(session, world):
    olga, otto = world.officer("Olga"), world.officer("Otto")
    world.meets(olga)
    taken = world.take(world.day(5))
    world.meets(otto, on=world.day(30), recorded_at=clock.now())  # brought in late
    award = session.scalars(select(Award).where(Award.officer_id == olga.id)).first()
    session.get(Bookmark, olga.id).n = 3
    note = {"by_id": None, "reason": "Thu hồi", "recorded_at": clock.now()}
    _add(AwardNote(award_id=award.id, n=3, kind="ended", day=world.day(40), ends_on=None, **note))
    assert [person for chunk in services.check_snapshot(taken) for person in chunk] == []
    assert world.figures(taken) == {world.a.id: (2, 2, 1)}
    assert world.figures(world.take(world.day(5))) == {world.a.id: (2, 2, 1)}
    said = select(SnapshotOfficer.person_id).where(SnapshotOfficer.ct3).order_by(SnapshotOfficer.snapshot_id)
    assert session.scalars(said).all() == [olga.id, otto.id]


def test_an_award_beyond_the_mark_is_not_counted(session, world):
    """A transaction that ends after the marks were read: its award says an earlier instant, its number lies beyond the mark."""
    olga = world.officer("Olga")
    world.meets(olga)
    taken = world.take()
    session.execute(SnapshotMark.__table__.update().values(n=1))
    assert [person for chunk in services.check_snapshot(taken) for person in chunk] == [olga.id]


def test_model_figures_only_of_today_and_of_levels_that_answers_can_show(session, world):
    olga, otto, tara = world.officer("Olga"), world.officer("Otto"), world.officer("Tara")
    world.meets(olga)
    chances = {"mean": 0, "sd": 1, "own_1": 0.5, "own_2": 0.5, "effective_1": 4, "effective_2": 4, "rows": 4, "through": 1}
    chances |= {"at": clock.today(), "policy": 2, "calibration": 0}
    _add(Standing(officer_id=otto.id, competence_id=world.ids["C1.1"], best_1=0.9, best_2=0.5, digest="", **chances))
    for as_of, expected in ((clock.today(), (2, 1.5, 0.25, 1)), (world.day(30), (0, 0, 0, 0))):
        taken = world.take(as_of)
        cell = session.scalars(
            select(SnapshotCell).where(SnapshotCell.snapshot_id == taken, SnapshotCell.competence_id == world.ids["C1.1"])
        ).one()
        assert (cell.modelled, cell.expected, cell.variance, cell.unknown) == expected
    assert tara


def test_nightly_snapshots_are_forgotten_and_closing_days_kept(session, world):
    world.meets(world.officer("Olga"))
    kept = [world.take(world.day(3), reason="closing"), world.take(world.day(2), reason="asked")]
    gone = world.take(world.day(2), reason="nightly")
    newest = world.take(world.day(1), reason="nightly")
    abandoned = services.begin_snapshot(world.day(1), clock.now() - timedelta(days=2), "nightly", None)
    assert sum(services.forget_snapshots(clock.now())) >= 2
    assert sorted(session.scalars(select(Snapshot.id))) == sorted([*kept, newest])
    for model in (SnapshotOfficer, SnapshotCell, SnapshotGroup, SnapshotMark):
        assert not {gone, abandoned} & set(session.scalars(select(model.snapshot_id)))


def test_a_unit_that_merged_is_counted_where_it_was(session, world):
    olga = world.officer("Olga")
    world.meets(olga)
    session.scalars(select(Assignment).where(Assignment.person_id == olga.id)).one().until = world.day(11)
    new = factories.unit("Xã Mới")
    factories.assignment(olga, new, world.v3, since=world.day(10))
    assert list(world.figures(world.take(world.day(11)))) == [world.a.id]
    assert list(world.figures(world.take(world.day(10)))) == [new.id]
