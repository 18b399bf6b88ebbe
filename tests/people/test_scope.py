"""Whom a permission reaches: below the unit, in merged units before it, on the day."""

from datetime import date, timedelta

from sqlalchemy import select

from lms import clock
from lms.people.models import Person, UnitEvent, UnitLineage
from lms.people.queries import Scope, in_scope, main_assignment, members, unit_paths, unit_versions
from tests import factories

TODAY = clock.today()


def seen(session, scope: Scope, on: date = TODAY) -> set[int]:
    return set(session.scalars(select(Person.id).where(in_scope(scope, Person.id, on))))


def test_a_scope_reaches_the_units_below_and_nothing_beside(session):
    province = factories.unit("Tỉnh Thử", kind="province")
    here, beside = factories.unit(parent=province), factories.unit(parent=province)
    inside, outside = factories.person(), factories.person()
    factories.assignment(inside, factories.unit(parent=here))
    factories.assignment(outside, beside)
    assert seen(session, Scope(unit_ids=frozenset({here.id}))) == {inside.id}
    assert seen(session, Scope(unit_ids=frozenset({province.id}))) == {inside.id, outside.id}
    assert seen(session, Scope()) == set()
    assert {inside.id, outside.id} <= seen(session, Scope(everywhere=True))
    assert unit_paths(Scope(unit_ids=frozenset({here.id}))) == [here.path]
    assert unit_paths(Scope(everywhere=True)) is None
    assert unit_paths(Scope()) == []


def test_unit_10_is_not_below_unit_1(session):
    """Paths end with a slash, so that "/1" is never taken for the beginning of "/10"."""
    units = [factories.unit() for _ in range(12)]
    person = factories.person()
    factories.assignment(person, units[-1])
    assert seen(session, Scope(unit_ids=frozenset({units[0].id, units[1].id}))) == set()


def test_an_ended_assignment_is_out_of_sight_from_the_next_day(session):
    unit, person = factories.unit(), factories.person()
    factories.assignment(person, unit, until=TODAY - timedelta(days=1))
    scope = Scope(unit_ids=frozenset({unit.id}))
    assert seen(session, scope) == set()
    assert seen(session, scope, TODAY - timedelta(days=1)) == {person.id}


def joined(session, kind: str, old, new) -> None:
    event = UnitEvent(kind=kind, decision="Ví dụ", on=TODAY, recorded_at=clock.now())
    session.add(event)
    session.flush()
    session.add(UnitLineage(event_id=event.id, from_id=old.id, to_id=new.id))
    session.flush()


def test_the_head_of_a_merged_unit_sees_the_people_of_those_before_it(session):
    old, new = factories.unit(), factories.unit()
    person = factories.person()
    factories.assignment(person, old, until=TODAY - timedelta(days=1))
    joined(session, "merge", old, new)
    scope = Scope(unit_ids=frozenset({new.id}))
    assert seen(session, scope, TODAY - timedelta(days=1)) == {person.id}
    assert seen(session, scope, TODAY) == set()


def test_a_unit_split_off_does_not_see_the_past_of_its_origin(session):
    old, new = factories.unit(), factories.unit()
    person = factories.person()
    factories.assignment(person, old, until=TODAY - timedelta(days=1))
    joined(session, "split", old, new)
    assert seen(session, Scope(unit_ids=frozenset({new.id})), TODAY - timedelta(days=1)) == set()


def test_members_match_position_and_kind_of_unit_in_one_assignment(session):
    commune, department = factories.unit(), factories.unit(kind="department")
    p1, p2 = factories.position(), factories.position()
    both, one, none = factories.person(), factories.person(), factories.person()
    factories.assignment(both, commune, p1)
    factories.assignment(one, department, p1)
    factories.assignment(one, commune, p2, main=False)
    factories.assignment(none, commune)

    def found(positions, kinds):
        return set(session.scalars(members({"positions": positions, "unit_kinds": kinds}, TODAY)))

    assert found([p1.code], ["commune"]) == {both.id}
    assert found([p1.code], []) == {both.id, one.id}
    assert {both.id, one.id} <= found([], [])
    assert none.id not in found([], [])


def test_main_assignment_is_told_with_the_name_of_that_day(session):
    unit, person, position = factories.unit("Xã Tân Hòa"), factories.person(), factories.position(name="Đầu mối CCHC")
    factories.assignment(person, factories.unit(), main=False)
    factories.assignment(person, unit, position)
    row = main_assignment(person.id, TODAY)
    assert (row.unit_name, row.position_name, row.unit_kind) == ("Xã Tân Hòa", "Đầu mối CCHC", "commune")
    assert main_assignment(person.id, factories.SINCE - timedelta(days=1)) is None
    versions = unit_versions(TODAY)
    assert session.execute(select(versions.c.name).where(versions.c.unit_id == unit.id)).scalar() == "Xã Tân Hòa"
