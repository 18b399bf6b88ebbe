"""Mergers and the like: as then, as now, lineage in scope. All units here are invented."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lms import clock
from lms.errors import Conflict
from lms.people import services
from lms.people.models import Grant, Person, Unit, UnitLineage
from lms.people.queries import Scope, assignments, in_scope, main_assignment, unit_tree, versions_of
from lms.people.services import Change, NewUnit
from tests import factories

NOW = clock.now()
TODAY = clock.today()
DAY = timedelta(days=1)


def merge(*units, into=None, made=("Xã Ví Dụ C",), on=TODAY):
    change = Change("merge", "Ví dụ", on, tuple(u.id for u in units), to_id=into.id if into else None,
                    made=() if into else tuple(NewUnit(name) for name in made))  # fmt: skip
    return services.apply_unit_event(change, NOW, None)


def target(session, event) -> Unit:
    return session.scalars(
        select(Unit).join(UnitLineage, UnitLineage.to_id == Unit.id).where(UnitLineage.event_id == event.id)
    ).first()


@pytest.fixture
def province(session):
    return factories.unit("Tỉnh Ví Dụ", kind="province")


def test_a_merger_moves_people_on_the_day_and_keeps_the_past(session, province):
    a, b = factories.unit("Xã Ví Dụ A", province), factories.unit("Xã Ví Dụ B", province)
    office = factories.unit("Văn phòng", a)
    olga, otto = factories.person(), factories.person()
    factories.assignment(olga, a)
    factories.assignment(otto, office)
    new = target(session, merge(a, b))
    assert main_assignment(olga.id, TODAY - DAY).unit_name == "Xã Ví Dụ A"
    assert main_assignment(olga.id, TODAY).unit_name == "Xã Ví Dụ C"
    assert [row.unit_then for row in assignments([olga.id], TODAY)] == ["Xã Ví Dụ C", "Xã Ví Dụ A"]
    session.refresh(office)
    assert office.path == f"/{province.id}/{new.id}/{office.id}/"
    assert main_assignment(otto.id, TODAY).unit_id == office.id
    assert a.ended == b.ended == TODAY - DAY
    assert versions_of(a.id, TODAY)[0].until == TODAY - DAY


def test_the_new_head_sees_the_people_then_and_now(session, province):
    a, b = factories.unit("A", province), factories.unit("B", province)
    olga = factories.person()
    factories.assignment(olga, a)
    new = target(session, merge(a, b))
    scope = Scope(unit_ids=frozenset({new.id}))
    for on in (TODAY, TODAY - DAY):
        assert set(session.scalars(select(Person.id).where(in_scope(scope, Person.id, on)))) == {olga.id}


def test_lineage_reaches_through_two_mergers(session, province):
    a, b, c = (factories.unit(n, province) for n in "ABC")
    olga = factories.person()
    factories.assignment(olga, a)
    first = target(session, merge(a, b, on=TODAY - 2 * DAY))
    second = target(session, merge(first, c, made=("Xã Ví Dụ D",)))
    scope = Scope(unit_ids=frozenset({second.id}))
    assert set(session.scalars(select(Person.id).where(in_scope(scope, Person.id, TODAY - 3 * DAY)))) == {olga.id}


def test_a_merger_into_a_living_unit_doubles_nobody(session, province):
    a, b = factories.unit("A", province), factories.unit("B", province)
    olga = factories.person()
    factories.assignment(olga, a)
    factories.assignment(olga, b, main=False)
    merge(a, into=b)
    live = [row for row in assignments([olga.id], TODAY) if row.until is None]
    assert [row.unit_id for row in live] == [b.id]
    assert b.ended is None


def test_roles_of_a_unit_end_with_it(session, province):
    a, b = factories.unit("A", province), factories.unit("B", province)
    grant = factories.grant(factories.person(), "head", "unit", a.id)
    other = factories.grant(factories.person(), "trainer", "course", a.id)
    merge(a, b)
    session.refresh(grant)
    assert grant.until == TODAY - DAY
    assert session.get(Grant, other.id).until is None


def test_a_split_follows_the_person(session, province):
    origin = factories.unit("A", province)
    olga, otto = factories.person(), factories.person()
    for person in (olga, otto):
        factories.assignment(person, origin)
    change = Change("split", "Ví dụ", TODAY, (origin.id,), made=(NewUnit("A1", "1"), NewUnit("A2", "2")), moves={otto.id: 1})
    services.apply_unit_event(change, NOW, None)
    assert main_assignment(olga.id, TODAY).unit_name == "A1"
    assert main_assignment(otto.id, TODAY).unit_name == "A2"
    a2 = main_assignment(otto.id, TODAY).unit_id
    seen = select(Person.id).where(in_scope(Scope(unit_ids=frozenset({a2})), Person.id, TODAY - DAY))
    assert set(session.scalars(seen)) == set()


def test_a_part_split_off_leaves_the_rest(session, province):
    origin = factories.unit("A", province)
    olga, otto = factories.person(), factories.person()
    for person in (olga, otto):
        factories.assignment(person, origin)
    change = Change("split", "Ví dụ", TODAY, (origin.id,), made=(NewUnit("A2"),), ends=False, moves={otto.id: 0})
    services.apply_unit_event(change, NOW, None)
    assert main_assignment(olga.id, TODAY).unit_id == origin.id
    assert main_assignment(otto.id, TODAY).unit_name == "A2"
    assert origin.ended is None


def test_a_renamed_unit_is_the_same_unit(session, province):
    unit = factories.unit("Xã Ví Dụ A", province)
    olga = factories.person()
    factories.assignment(olga, unit)
    services.apply_unit_event(Change("rename", "Ví dụ", TODAY, (unit.id,), made=(NewUnit("Phường Ví Dụ A"),)), NOW, None)
    assert main_assignment(olga.id, TODAY - DAY).unit_name == "Xã Ví Dụ A"
    assert main_assignment(olga.id, TODAY).unit_name == "Phường Ví Dụ A"
    assert len(assignments([olga.id], TODAY)) == 1


def test_a_unit_moves_under_another(session, province):
    a, b = factories.unit("A", province), factories.unit("B", province)
    room = factories.unit("Phòng", a)
    services.apply_unit_event(Change("move", "Ví dụ", TODAY, (room.id,), to_id=b.id), NOW, None)
    session.refresh(room)
    assert room.path == f"{b.path}{room.id}/"
    assert [v.parent for v in versions_of(room.id, TODAY)] == ["B", "A"]


def test_a_dissolved_unit_leaves_its_people_without_work(session, province):
    a, olga = factories.unit("A", province), factories.person()
    factories.assignment(olga, a)
    services.apply_unit_event(Change("dissolve", "Ví dụ", TODAY, (a.id,)), NOW, None)
    assert main_assignment(olga.id, TODAY) is None
    assert main_assignment(olga.id, TODAY - DAY).unit_id == a.id


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda a, b: Change("merge", "x", TODAY, (a.id,), made=(NewUnit("C"),)), "ít nhất hai"),
        (lambda a, b: Change("merge", "x", TODAY, (a.id, b.id)), "đơn vị nhận"),
        (lambda a, b: Change("merge", "x", factories.SINCE, (a.id, b.id), made=(NewUnit("C"),)), "Ngày có hiệu lực"),
        (lambda a, b: Change("rename", "x", TODAY, (a.id,)), "tên mới"),
        (lambda a, b: Change("rename", "x", TODAY, (a.id, b.id), made=(NewUnit("C"),)), "một đơn vị"),
        (lambda a, b: Change("merge", "x", TODAY, (a.id, 10**9), made=(NewUnit("C"),)), "không còn trong danh sách"),
        (lambda a, b: Change("move", "x", TODAY, (a.id,), to_id=a.id), "vào chính nó"),
    ],
)
def test_decisions_that_do_not_fit_are_refused(session, province, make, said):
    a, b = factories.unit("A", province), factories.unit("B", province)
    with pytest.raises(Conflict, match=said):
        services.apply_unit_event(make(a, b), NOW, None)


def test_an_ended_unit_cannot_be_merged_again_nor_get_people(session, province):
    a, b, c = (factories.unit(n, province) for n in "ABC")
    merge(a, b)
    with pytest.raises(Conflict, match="kết thúc"):
        merge(a, c)
    with pytest.raises(Conflict, match="kết thúc"):
        services.assign(factories.person().id, a.id, None, "", TODAY, True, NOW, None)


def test_the_invented_example_says_what_it_is_and_is_made_once(session):
    unit = services.load_example_merger(NOW)
    assert services.load_example_merger(NOW).id == unit.id
    assert [v.name for v in versions_of(unit.id, date(2026, 8, 1))] == ["Phường Ví Dụ C", "Xã Ví Dụ C"]
    everywhere = Scope(everywhere=True)
    example_ids = {row.id for row in unit_tree(everywhere, TODAY, examples=True)}
    assert unit.id in example_ids
    assert not example_ids & {row.id for row in unit_tree(everywhere, TODAY)}


def test_the_tree_lists_a_unit_after_the_one_above(session, province):
    a = factories.unit("A", province)
    deep = factories.unit("A1", a)
    b = factories.unit("B", province)
    rows = [row.id for row in unit_tree(Scope(unit_ids=frozenset({province.id})), TODAY)]
    assert rows == [province.id, a.id, deep.id, b.id]


def test_pages_of_units(client, login, session, province):
    a, b = factories.unit("Xã Ví Dụ A", province), factories.unit("Xã Ví Dụ B", province)
    factories.assignment(factories.person("Võ Thị Cẩm Giang"), a)
    login(role="admin")
    assert "Xã Ví Dụ A" in client.get("/people/units").text
    assert "Võ Thị Cẩm Giang" in client.get(f"/people/units/{a.id}").text
    form = {"kind": "merge", "decision": "Ví dụ", "on": TODAY.strftime("%d/%m/%Y"), "from_ids": [a.id, b.id], "to_id": "",
            "made": "Xã Ví Dụ C; 99999", "ends": "y"}  # fmt: skip
    preview = client.post("/people/units/events/new", data=form)
    assert "Chưa ghi" in preview.text
    assert session.get(Unit, a.id).ended is None
    assert client.post("/people/units/events/new", data=form | {"step": "apply"}).status_code == 302
    assert "Xã Ví Dụ C" in client.get(f"/people/units/{a.id}").text
    again = client.post("/people/units/events/new", data=form | {"step": "apply"})
    assert again.status_code == 422  # the units are no longer among the living
    assert client.post("/people/units/events/new", data=form | {"from_ids": []}).status_code == 422


def test_pages_of_units_are_for_those_with_the_right(client, login, session, province):
    unit, other = factories.unit(parent=province), factories.unit(parent=province)
    login(role="focal_point", scope="unit", scope_id=unit.id)
    assert client.get("/people/units").status_code == 403
    login(role="admin", scope="unit", scope_id=unit.id)
    assert client.get(f"/people/units/{unit.id}").status_code == 200
    assert client.get(f"/people/units/{other.id}").status_code == 404


def test_a_decision_is_carried_out_on_its_day_and_not_before(session):
    unit = factories.unit("Xã Ví Dụ")
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(Conflict, match="Chưa đến ngày"):
        services.apply_unit_event(Change("dissolve", "Ví dụ", tomorrow, (unit.id,)), clock.now(), None)
    assert unit.ended is None
