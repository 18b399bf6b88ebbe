"""The province as it is read: by unit as it was or as it is, by position, over periods; and the names behind each figure."""

from datetime import date, timedelta

import pytest

from lms import clock
from lms.errors import NotFound
from lms.people import services as people
from lms.people.services.unit_events import Change, NewUnit
from lms.tracking import services
from lms.tracking.queries import periods, snapshots
from lms.tracking.queries.snapshots import Cell, Filter
from tests import factories
from tests.province import World


@pytest.fixture
def world(session):
    return World()


def read(taken, **wanted):
    return snapshots.province(snapshots.published(taken), Filter(**wanted), clock.today())


def shown(province):
    return {line.name: (line.count.people, line.count.ct3_met) for line in province.lines}


def test_units_as_they_were_and_as_they_are(session, world):
    """Communes A and B merge into a new one: the day before they are two lines, rolled up they are one; nobody's rows change."""
    for name, unit in (("Olga", world.a), ("Otto", world.b), ("Tara", world.b)):
        world.meets(world.officer(name, unit))
    before = world.take(world.day(30))
    change = Change("merge", "NQ 1", world.day(10), [world.a.id, world.b.id], None, [NewUnit("Xã Mới")], True, "")
    people.apply_unit_event(change, clock.now(), None)
    after = world.take(world.day(0))
    assert shown(read(before)) == {"Xã A": (1, 1), "Xã B": (2, 2)}
    assert shown(read(before, units="now")) == {"Xã Mới": (3, 3)}
    assert shown(read(after)) == shown(read(after, units="now")) == {"Xã Mới": (3, 3)}
    new_id = read(after).lines[0].id
    assert read(before, units="now", unit_id=new_id).total.people == 3
    assert read(before, unit_id=new_id).total.people == 0
    assert read(before, unit_id=world.a.id).total.people == 1
    rows, total = snapshots.names(snapshots.published(before), Filter(unit_id=new_id, units="now"), clock.today())
    assert total == 3
    assert [row.unit_name for row in rows if row.full_name == "Olga"] == ["Xã A"]  # as it was called then


def test_filters_positions_and_competences(session, world):
    world.meets(world.officer("Olga"))
    world.officer("Otto", world.b)
    world.officer("Ada", position=world.v4)
    nobody = factories.person("Không Vị Trí")
    factories.assignment(nobody, world.b)
    taken = world.take()
    province = read(taken)
    assert (province.total.people, province.total.fit_asked, province.total.fit_met) == (4, 3, 1)
    assert [(line.name.split()[0], line.count.people) for line in province.positions] == [("V3", 2), ("V4", 1), ("Chưa", 1)]
    assert [(c.code, cell.asked, cell.met) for c, cell in province.competences] == [
        ("C1.1", 2, 1),
        ("C1.2", 2, 1),
        ("C5.4", 3, 0),
    ]
    assert read(taken, position_id=world.v4.id).total.people == 1
    assert read(taken, kind="department").total.people == 0
    assert read(taken, kind="commune").total.people == 4
    one = read(taken, unit_id=world.a.id)
    assert {line.name.split()[0]: line.cells[world.ids["C1.1"]].share for line in one.lines} == {"V3": 1.0, "V4": None}
    with pytest.raises(NotFound):
        read(taken, unit_id=99999)


def test_names_behind_figures_in_vietnamese_order(session, world):
    world.meets(world.officer("Lê Thị Ánh"))
    for name in ("Trần Văn Ân", "Nguyễn Thị An", "Đỗ Văn Đức"):
        world.officer(name)
    factories.assignment(factories.person("Võ Không Vị"), world.b)
    taken = snapshots.published(world.take())

    def named(which, **more):
        rows, total = snapshots.names(taken, Filter(), clock.today(), which, **more)
        assert total == len(rows)
        return [row.full_name for row in rows]

    assert named("ct3_no") == ["Nguyễn Thị An", "Trần Văn Ân", "Đỗ Văn Đức"]
    assert named("ct3_yes") == named("fit_yes") == ["Lê Thị Ánh"]
    assert named("no_position") == ["Võ Không Vị"]
    assert named("all", competence_id=world.ids["C1.1"]) == named("fit_no")
    assert len(named("all", competence_id=world.ids["C5.4"])) == 4
    with pytest.raises(NotFound):
        snapshots.names(taken, Filter(), clock.today(), page=2)


def test_trend_takes_the_newest_snapshot_of_each_closing_day(session, world):
    closes = [world.day(n) for n in (60, 30)]
    services.put_calendars(
        [{"since": date(2020, 1, 1), "closes": [f"{d:%m-%d}" for d in sorted(closes, key=lambda d: (d.month, d.day))]}]
    )
    olga = world.officer("Olga")
    world.take(closes[0])
    world.award(olga, "C1.1", on=world.day(40))
    world.take(closes[1])
    world.award(olga, "C1.2", on=world.day(40))
    again = world.take(closes[1])
    world.take(world.day(3))
    province = read(world.take())
    assert [row.as_of for row, _, _ in province.trend] == [*closes, clock.today()]
    assert province.trend[1][0].id == again
    assert [count.ct3_met for _, _, count in province.trend] == [0, 1, 1]


def test_closing_days_follow_the_calendar_in_force(session):
    services.put_calendars(
        [
            {"since": date(2021, 12, 15), "closes": ["03-14", "06-14", "09-14", "12-14"]},
            {"since": date(2027, 1, 1), "closes": ["06-30", "12-31"]},
        ]
    )
    found = periods.closings(date(2027, 7, 1), 3)
    assert [(c.day, c.name, c.closes_year) for c in found] == [
        (date(2026, 9, 14), "Quý III/2026", False), (date(2026, 12, 14), "Quý IV/2026", True), (date(2027, 6, 30), "Kỳ 1/2027", False),
    ]  # fmt: skip
    assert periods.closings(date(2027, 7, 1), 0) == []
    assert periods.is_closing(date(2026, 12, 14))
    assert not periods.is_closing(date(2026, 12, 31))
    assert services.reason_for(date(2026, 12, 14)) == "closing"


def test_an_interval_too_wide_to_plan_with_is_none():
    """Almost nobody of them gave an answer: between 1 and 100 per cent would meet it."""
    cell = Cell(1011, 10, 31, 15.0, 2.0, 980)
    assert cell.interval is None
    assert cell.vague
    assert not Cell(40, 5, 30, 27.0, 2.0, 10).vague
    assert not Cell(40, 5, 20, 15.0, 2.0, 9).vague


def test_no_interval_below_thirty_officers_and_unknown_ones_widen_it():
    assert Cell(40, 5, 20, 15.0, 2.0, 9).interval is None
    low, high = Cell(40, 5, 30, 27.0, 2.0, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.617, 0.983)


def test_queries_do_not_grow_with_officers(session, world, queries):
    def count(taken):
        with queries() as found:
            read(taken)
        return len(found)

    for n in range(3):
        world.officer(f"Người {n}")
    few = count(world.take())
    for n in range(30):
        world.officer(f"Người {n}", world.b if n % 2 else world.a)
    assert count(world.take()) == few <= 11


def test_an_unpublished_snapshot_is_not_seen(session, world):
    assert snapshots.published() is None
    at = clock.now() - timedelta(hours=1)
    staged = services.begin_snapshot(clock.today(), at, "asked", None)
    assert snapshots.published() is None
    assert snapshots.recent() == []
    with pytest.raises(NotFound):
        snapshots.published(staged)
