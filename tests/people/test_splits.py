"""A split by its page: each officer goes where the admin says; nobody is moved unseen; all of it or nothing. All units here are invented."""

import random
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms import clock
from lms.people import services
from lms.people.models import Assignment, Unit, UnitVersion
from lms.people.queries import main_assignment
from tests import factories

TODAY = clock.today()
PAGE = "/people/units/events/new"


@pytest.fixture
def origin(session):
    return factories.unit("Xã Ví Dụ", factories.unit("Tỉnh Ví Dụ", kind="province"))


@pytest.fixture
def admin(login):
    return login(role="admin")


def decision(unit, *made, ends=True):
    form = {"kind": "split", "decision": "NQ 7", "on": TODAY.strftime("%d/%m/%Y"), "from_ids": [unit.id], "to_id": "",
            "made": "\n".join(made or ("Xã Một", "Xã Hai", "Xã Ba"))}  # fmt: skip
    return form | ({"ends": "y"} if ends else {})


def seen(page: str) -> str:
    return re.search(r'name="seen" value="([^"]*)"', page)[1]


def carried(page: str) -> dict[str, str]:
    """The hidden fields of the preview, as a browser sends them on."""
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in fields if name != "csrf_token"}


def split(client, form, **choices):
    """Through all three pages, as somebody without JavaScript goes; the preview and the last reply."""
    listed = client.post(PAGE, data=form)
    preview = client.post(PAGE, data=form | choices | {"seen": seen(listed.text), "step": "preview"})
    assert preview.status_code == 200
    return preview.text, client.post(PAGE, data=carried(preview.text) | {"made": form["made"], "step": "apply"})


def where(person) -> str | None:
    work = main_assignment(person.id, TODAY)
    return work and work.unit_name


def counts(page: str) -> dict[str, int]:
    return {name: int(n) for name, n in re.findall(r"<dt>(Xã[^<]*|Ở lại[^<]*)</dt><dd class=\"num\">(\d+)", page)}


def test_each_goes_where_said_for_them_else_for_their_position_else_for_all(client, session, admin, origin):
    clerk, head = factories.position(name="Một cửa"), factories.position(name="Văn phòng")
    people = {name: factories.person(name) for name in ("Lê An", "Lê Bê", "Võ Cúc", "Võ Dung")}
    for name, position in (("Lê An", clerk), ("Lê Bê", clerk), ("Võ Cúc", head), ("Võ Dung", None)):
        factories.assignment(people[name], origin, position)
    choices = {f"position_{clerk.id}": "1", f"person_{people['Lê Bê'].id}": "2", "everyone": "0"}
    page, reply = split(client, decision(origin), **choices)
    assert counts(page) == {"Xã Một": 2, "Xã Hai": 1, "Xã Ba": 1}
    assert reply.status_code == 302
    went = {name: where(person) for name, person in people.items()}
    assert went == {"Lê An": "Xã Hai", "Lê Bê": "Xã Ba", "Võ Cúc": "Xã Một", "Võ Dung": "Xã Một"}
    assert main_assignment(people["Lê An"].id, TODAY - timedelta(days=1)).unit_name == "Xã Ví Dụ"
    session.expire_all()
    assert session.get(Unit, origin.id).ended == TODAY - timedelta(days=1)


def test_when_the_unit_goes_on_those_not_chosen_stay(client, session, admin, origin):
    stays, goes = factories.person("Lê An"), factories.person("Lê Bê")
    for person in (stays, goes):
        factories.assignment(person, origin)
    form = decision(origin, "Xã Một", ends=False)
    page, _ = split(client, form, **{f"person_{goes.id}": "0"})
    assert counts(page) == {"Xã Một": 1, "Ở lại Xã Ví Dụ": 1}
    assert (where(stays), where(goes)) == ("Xã Ví Dụ", "Xã Một")
    assert session.get(Unit, origin.id).ended is None


def test_units_below_go_where_said(client, session, admin, origin):
    first, second = factories.unit("Phòng Một", origin), factories.unit("Phòng Hai", origin)
    split(client, decision(origin), **{f"unit_{second.id}": "2"})
    parents = dict(session.execute(select(UnitVersion.unit_id, UnitVersion.parent_id).where(UnitVersion.until.is_(None))).all())
    names = dict(session.execute(select(UnitVersion.unit_id, UnitVersion.name)).all())
    assert (names[parents[first.id]], names[parents[second.id]]) == ("Xã Một", "Xã Ba")
    session.expire_all()
    assert session.get(Unit, second.id).path == f"{session.get(Unit, parents[second.id]).path}{second.id}/"


def test_five_hundred_officers(client, session, admin, origin, queries):
    """Every officer ends up in exactly the unit drawn for them, whatever was drawn."""
    draw = random.Random(7)
    positions = [factories.position(name=f"Vị trí {n}") for n in range(3)]
    people = [factories.person(f"Lê {n}") for n in range(500)]
    for person in people:
        factories.assignment(person, origin, draw.choice(positions))
    session.commit()
    drawn = {person.id: str(draw.randrange(3)) for person in people}
    form = decision(origin)
    with queries() as count:
        listed = client.post(PAGE, data=form)
    assert len(count) <= 12
    assert len(listed.data) < 600_000
    page, reply = split(client, form, **{f"person_{i}": value for i, value in drawn.items()})
    assert reply.status_code == 302
    assert sum(counts(page).values()) == 500
    names = ("Xã Một", "Xã Hai", "Xã Ba")
    assert {p.id: where(p) for p in people} == {i: names[int(value)] for i, value in drawn.items()}
    live = select(func.count()).select_from(Assignment).where(Assignment.until.is_(None))
    assert session.scalar(live.where(Assignment.person_id.in_(drawn))) == 500


def test_somebody_assigned_meanwhile_is_named_and_nothing_is_done(client, session, admin, origin):
    old, new, gone = (factories.person(name) for name in ("Lê An", "Trần Mới Đến", "Phạm Đã Đi"))
    factories.assignment(old, origin)
    leaving = factories.assignment(gone, origin)
    form = decision(origin)
    listed = client.post(PAGE, data=form)
    preview = client.post(PAGE, data=form | {"seen": seen(listed.text), "step": "preview", f"person_{old.id}": "1"})
    factories.assignment(new, origin)
    services.end_assignment(leaving.id, TODAY - timedelta(days=1), clock.now(), None)
    session.commit()
    late = client.post(PAGE, data=form | {"seen": seen(listed.text), "step": "preview", f"person_{old.id}": "1"})
    reply = client.post(PAGE, data=carried(preview.text) | {"made": form["made"], "step": "apply"})
    for page in (late, reply):
        assert page.status_code == 409
        assert "Trần Mới Đến vừa được phân công" in page.text
        assert "Phạm Đã Đi không còn phân công" in page.text
    assert session.get(Unit, origin.id).ended is None
    assert session.scalar(select(func.count()).select_from(UnitVersion).where(UnitVersion.name == "Xã Một")) == 0
    kept = re.search(rf'id="person_{old.id}".*?</select>', reply.text, re.DOTALL)[0]
    assert '<option selected value="1">' in kept  # what was chosen is still chosen
    assert "Vừa đến" in reply.text


def test_a_second_click_splits_once(client, session, admin, origin):
    factories.assignment(factories.person(), origin)
    form = decision(origin)
    page, first = split(client, form)
    again = client.post(PAGE, data=carried(page) | {"made": form["made"], "step": "apply"})
    assert (first.status_code, again.status_code) == (302, 422)
    assert session.scalar(select(func.count()).select_from(UnitVersion).where(UnitVersion.name == "Xã Một")) == 1


@pytest.mark.parametrize(("made", "ends"), [(("Xã Một",), True), (tuple(f"Xã {n}" for n in range(21)), True)])
def test_a_split_into_one_or_into_too_many_is_refused(client, admin, origin, made, ends):
    assert client.post(PAGE, data=decision(origin, *made, ends=ends)).status_code == 422


def test_a_choice_that_is_not_offered_is_refused(client, session, admin, origin):
    person = factories.person()
    factories.assignment(person, origin)
    form = decision(origin)
    sent = form | {"seen": str(person.id), f"person_{person.id}": "7"}
    for step in ("preview", "apply"):
        assert client.post(PAGE, data=sent | {"step": step}).status_code == 422
    assert where(person) == "Xã Ví Dụ"


def test_an_admin_of_another_unit_cannot_split_this_one(client, session, login, origin):
    other = factories.unit("Xã Khác")
    login(role="admin", scope="unit", scope_id=other.id)
    assert client.post(PAGE, data=decision(origin)).status_code == 422
