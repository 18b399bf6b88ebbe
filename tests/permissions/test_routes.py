"""Every route x role, generated from the application's own map; and every route with an id on somebody else's record."""

from datetime import timedelta

import pytest
from flask import url_for

from lms import clock
from lms.people import services as people
from lms.people.models import Assignment, Unit
from tests.permissions import table
from tests.permissions.world import ROLES, build

# What a form needs to be complete, so that it is the record that is refused and not the form.
FILLED = {"reason": "Lý do", "text": "Nội dung", "place": "500"}
SAVE = {"given": {"chosen": "a"}, "based_on": 0, "token": "0123456789", "given_at": 1_700_000_000_000}
SIGNED_IN = [role for role in ROLES if role != "anonymous"]


def routes(app) -> list[tuple[str, str, set[str]]]:
    """(endpoint, method, parameters) of every route."""
    return [
        (rule.endpoint, method, rule.arguments)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint)
        if rule.endpoint != "static"
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


def needed(endpoint: str):
    """The permission the table states; None for a public route. An unlisted route fails."""
    if endpoint in table.PUBLIC:
        return None
    found = [permission for permission, endpoints in table.NEEDS.items() if endpoint in endpoints]
    assert len(found) == 1, f"{endpoint} is not in the table"
    return found[0]


def address(app, endpoint: str, arguments: set[str], records: dict) -> str:
    names = table.STANDS_FOR.get(endpoint, {})
    with app.test_request_context():
        return url_for(endpoint, **{name: records[names.get(name, name)] for name in arguments})


def test_every_route_is_in_the_table_with_its_label(app):
    for endpoint, _, _ in routes(app):
        assert app.view_functions[endpoint].access == needed(endpoint), endpoint
    listed = table.PUBLIC.union(*table.NEEDS.values())
    assert listed == {endpoint for endpoint, _, _ in routes(app)}


def test_anonymous_people_get_the_sign_in_page_and_nothing_else(app, client, session):
    world = build()
    for endpoint, method, arguments in routes(app):
        reply = client.open(address(app, endpoint, arguments, world.own), method=method)
        if needed(endpoint) is None:
            assert reply.status_code not in {401, 403, 500, 503}, endpoint
        elif method == "GET":
            assert reply.status_code == 302, endpoint
            assert "/people/sign-in" in reply.headers["Location"], endpoint
        else:
            assert reply.status_code == 400, endpoint


@pytest.mark.parametrize("role", SIGNED_IN)
def test_each_role_reaches_what_it_may_and_nothing_else(app, client, login, session, role):
    world = build()
    for endpoint, method, arguments in routes(app):
        login(world.people[role])
        reply = client.open(address(app, endpoint, arguments, world.own), method=method)
        if needed(endpoint) is None or needed(endpoint) in table.MAY[role]:
            assert reply.status_code not in {401, 403, 500, 503}, (endpoint, method, reply.status_code)
        else:
            assert reply.status_code == 403, (endpoint, method, reply.status_code)


@pytest.mark.parametrize("role", list(table.NARROW))
def test_another_ones_record_does_not_exist(app, client, login, session, role):
    world = build()
    for endpoint, method, arguments in routes(app):
        permission = needed(endpoint)
        if not arguments or endpoint in table.OPEN or permission not in table.MAY[role]:
            continue
        login(world.people[role])
        body = {"json": SAVE} if endpoint == "quizzes.save" else {"data": FILLED} if method == "POST" else {}
        reply = client.open(address(app, endpoint, arguments, world.foreign), method=method, **body)
        assert reply.status_code == 404, (endpoint, method, reply.status_code)


def test_a_former_unit_is_no_longer_in_scope(client, login, session):
    """Otto moves from B to A: the head of B no longer opens his page, the head of A does."""
    world = build()
    otto = world.people["otto"]
    unit_b = session.get(Unit, world.foreign["unit_id"])
    for assignment in session.query(Assignment).filter_by(person_id=otto.id):
        people.end_assignment(assignment.id, clock.today() - timedelta(days=1), clock.now(), None)
    people.assign(otto.id, world.own["unit_id"], None, "Chuyên viên", clock.today(), True, clock.now(), None)
    head_of_b = login(role="head", scope="unit", scope_id=unit_b.id)
    assert head_of_b
    for page in (f"/people/officers/{otto.id}", f"/tracking/officers/{otto.id}"):
        login(head_of_b)
        assert client.get(page).status_code == 404
        login(world.people["head"])
        assert client.get(page).status_code == 200
