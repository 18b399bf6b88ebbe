"""Whatever is sent in an address, a query string, a form or JSON: an answer a person understands, never a failure of the server."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask, Request, url_for
from werkzeug.datastructures import ImmutableMultiDict

from lms import clock
from lms.courses import services as courses
from lms.courses.models import Activity
from lms.db import db
from lms.quizzes import services as quizzes
from tests import factories
from tests.permissions import table
from tests.permissions.test_routes import SAVE, needed, routes
from tests.permissions.world import build

HOSTILE = {
    "nul": "a\x00b",
    "beyond 64 bits": str(2**63),
    "beyond 32 bits": str(2**31),
    "negative": "-1",
    "superscript": "²",
    "separator": "1_000",
    "long": "9" * 5000,
    "markup": "\"><script>alert(1)</script>' OR 1=1 -- %s {{7*7}} \ufeff\u202e\ud7ff",
    "empty": "",
}
NUMBERS = (2**31, 2**63, 10**30)


class Noting(ImmutableMultiDict):
    """Query or form values that remember which names a page asks for."""

    asked: set[str] = set()

    def getlist(self, key, type=None):
        self.asked.add(key)
        return super().getlist(key, type) if type else super().getlist(key)

    def get(self, key, default=None, type=None):
        self.asked.add(key)
        return super().get(key, default, type)

    def __contains__(self, key):
        self.asked.add(key)
        return super().__contains__(key)

    def __getitem__(self, key):
        self.asked.add(key)
        return super().__getitem__(key)


@pytest.fixture
def asked(app: Flask) -> Iterator[set[str]]:
    """The names that the request just made was asked for."""

    class NotingRequest(Request):
        parameter_storage_class = Noting

    Noting.asked = set()
    before, app.request_class = app.request_class, NotingRequest
    yield Noting.asked
    app.request_class = before


def plausible(world) -> dict[str, str]:
    """Values that let a form through but for the one field that is hostile."""
    own = world.own
    ids = {name: str(own[name]) for name in ("course_id", "unit_id", "person_id", "activity_id")}
    words = dict.fromkeys(
        ("reason", "text", "title", "note", "decision", "number", "signer_title", "signer_name", "issuer_name"), "Chữ"
    )
    return ids | words | {
        "issuer_parent": "UBND", "issuer": "SNV", "place": "500", "day": "05/01/2026", "since": "05/01/2026", "until": "31/12/2030",
        "due": "31/12/2030", "on": "05/01/2026", "full_name": "Lê Thị Thử", "kind": "audience", "gender": "F", "birth": "1980",
        "course": ids["course_id"], "unit": ids["unit_id"], "enrolment": "1", "enrolment_ids": "1", "officer_ids": ids["person_id"],
        "percent": "50", "days": "30", "person": "CB000001", "role": "trainer", "how": "add", "from_ids": ids["unit_id"], "step": "apply",
        "password": "mùa nước nổi về", "again": "mùa nước nổi về", "name": "CB000001", "current": "x", "code": "7K2M-9QXD-4TRB",
        "theme": "dark", "text_size": "large", "format": "csv", "status": "completed", "units": "then", "order": "name", "made": "Xã Mới",
        "chosen": "a", "based_on": "0", "token": "0123456789", "go": "next", "page": "1", "into_id": "1", "signed": "1",
    }  # fmt: skip


def address(app: Flask, endpoint: str, arguments: set[str], records: dict) -> str:
    names = table.STANDS_FOR.get(endpoint, {})
    with app.test_request_context():
        return url_for(endpoint, **{name: records[names.get(name, name)] for name in arguments})


def one_who_may(world, endpoint: str):
    return world.people["officer" if needed(endpoint) == "learn" else "admin"]


GROUPS = {"public": table.PUBLIC} | {permission.value: endpoints for permission, endpoints in table.NEEDS.items()}


@pytest.mark.parametrize("group", GROUPS)
def test_no_value_of_any_field_makes_a_page_fail(app, client, login, session, asked, group):
    world = build()
    fill, connection = plausible(world), db.engines[None]

    def send(values: dict[str, str]):
        login(one_who_may(world, endpoint))
        where = {"query_string": values} if method == "GET" else {"data": values, "query_string": values}
        return client.open(place, method=method, **where)

    for endpoint, method, arguments in [route for route in routes(app) if route[0] in GROUPS[group]]:
        place = address(app, endpoint, arguments, world.own)
        session.commit()
        connection.exec_driver_sql("SAVEPOINT page")  # what one page does is undone before the next
        asked.clear()
        assert send(fill).status_code < 500
        for name in sorted(asked - {"csrf_token"}):
            for what, value in HOSTILE.items():
                reply = send(fill | {name: value})
                assert reply.status_code < 500, (endpoint, method, name, what)
                assert "<script>alert" not in reply.text, (endpoint, method, name, what)
        session.rollback()
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT page")


def test_the_names_a_page_asks_for_are_seen(client, login, session, asked):
    """The test above sends what pages ask for: that it is not nothing."""
    login(role="admin")
    client.get("/people/officers")
    assert {"q", "unit", "position", "state", "after"} <= asked
    client.post("/courses/extend", data={"due": ""})
    assert {"enrolment_ids", "due"} <= asked


def test_no_number_in_an_address_makes_a_page_fail(app, client, login, session):
    world = build()
    for endpoint, method, arguments in routes(app):
        numbers = [name for name in arguments if isinstance(world.own[name], int)]
        for name in numbers:
            for number in NUMBERS:
                login(one_who_may(world, endpoint))
                records = world.own | {table.STANDS_FOR.get(endpoint, {}).get(name, name): number}
                reply = client.open(address(app, endpoint, arguments, records), method=method)
                assert reply.status_code in {404, 405}, (endpoint, method, name, number, reply.status_code)


def test_no_text_in_an_address_makes_a_page_fail(app, client, login, session):
    world = build()
    texts = ("a%00b", "%ff%fe", "..%2f..%2f..%2fetc%2fpasswd", "%C3%28", "x" * 5000, "%F0%9F%92%A3", "%ED%A0%80")
    for endpoint, method, arguments in routes(app):
        for name in [name for name in arguments if isinstance(world.own[name], str)]:
            for text in texts:
                login(one_who_may(world, endpoint))
                filled = world.own | {table.STANDS_FOR.get(endpoint, {}).get(name, name): "CHO-NAY"}
                place = address(app, endpoint, arguments, filled).replace("CHO-NAY", text)
                assert client.open(place, method=method).status_code in {400, 404, 429}, (endpoint, method, name, text)


def test_digits_without_end_in_an_address_are_an_unknown_page(client, login):
    login()
    assert client.get("/courses/" + "9" * 6000).status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe", b"[" * 100_000, b'{"given": NaN}', b'{"based_on": 1e999}', b"1" * 10_000,
    ],
)  # fmt: skip
def test_json_that_is_no_answer_is_refused(client, login, session, sent):
    world = build()
    login(world.people["officer"])
    place = f"/quizzes/attempts/{world.own['going_id']}/1/save"
    reply = client.post(place, data=sent, content_type="application/json", headers={"Accept": "application/json"})
    assert reply.status_code == 400
    assert reply.json["message"]


@pytest.mark.parametrize(
    "change",
    [
        {"based_on": 2**70}, {"based_on": -(2**70)}, {"based_on": True}, {"based_on": None}, {"given_at": float("nan")}, {"given_at": float("inf")},
        {"given_at": -1}, {"given_at": 10**15}, {"token": "a\x00bcdefgh"}, {"token": "\ud800abcdefgh"}, {"token": ["x"]},
        {"token": "x" * 65},
    ],
)  # fmt: skip
def test_an_answer_with_one_impossible_part_is_not_stored(client, login, session, change):
    world = build()
    login(world.people["officer"])
    reply = client.post(
        f"/quizzes/attempts/{world.own['going_id']}/1/save", data=json.dumps(SAVE | change), content_type="application/json"
    )
    assert reply.status_code in {400, 409}, reply.text


NO_ANSWERS = (
    None, [], "x", 5, {"chosen": []}, {"chosen": "a\x00"}, {"chosen": "\ud800"}, {"text": "\ud800\x00"}, {"chosen": {"a": "b"}},
    {"pairs": {"\ud800": "x"}}, {"order": [None, 1, "\x00"]}, {"text": float("nan")}, {"chosen": "khong-co-lua-chon-nay"},
)  # fmt: skip


@pytest.mark.parametrize("kind", ["single", "multiple", "truefalse", "matching", "ordering", "short", "numerical"])
def test_an_answer_of_another_shape_counts_as_none_and_can_still_be_handed_in(client, login, session, kind):
    olga = login()
    test = factories.quiz(kinds=(kind,))
    activity = session.query(Activity).filter_by(course_id=test.course_id).one()
    courses.enrol(olga.id, test.course_id, "admin", clock.now() - timedelta(hours=1))
    attempt_id = quizzes.start(olga.id, activity.id, clock.now())
    session.commit()
    for revision, given in enumerate(NO_ANSWERS):
        sent = {
            "given": given,
            "based_on": revision,
            "token": f"cau-tra-loi-{revision}",
            "given_at": clock.now().timestamp() * 1000,
        }
        place = f"/quizzes/attempts/{attempt_id}/1/save"
        reply = client.post(place, data=json.dumps(sent), content_type="application/json")
        assert reply.status_code == 200, reply.text
        for page in ("/1", "/paper", "/check"):
            assert client.get(f"/quizzes/attempts/{attempt_id}{page}").status_code == 200
    assert client.post(f"/quizzes/attempts/{attempt_id}/submit").status_code == 302
    assert client.get(f"/quizzes/attempts/{attempt_id}/result").status_code == 200


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\nrubbish", "multipart/form-data; boundary=x"), (b"anything", "multipart/form-data"),
        (b"a=%ff%fe&b=%", "application/x-www-form-urlencoded"), (b"a=1&" * 5000, "application/x-www-form-urlencoded"),
        (b"\x00\x01\x02", "application/octet-stream"), (b"{}", "text/html; charset=utf-7"),
    ],
)  # fmt: skip
def test_bodies_that_are_no_form(client, body, kind):
    assert client.post("/people/sign-in", data=body, content_type=kind).status_code in {400, 413, 422}


def test_a_query_string_of_a_megabyte_and_repeated_names(client, login):
    login()
    assert client.get("/courses/", query_string="q=" + "ă" * 200_000).status_code == 200
    assert client.get("/library/", query_string="&".join(["q=x", "state=in_force"] * 5000)).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "a b", "evil.example:99999", "[::1", "x" * 300, "localhost\x00", "ho<script>st"]
)
def test_a_strange_host_gets_an_answer(client, host):
    for path in ("/", "/khong-co", "/people/sign-in", "/healthz"):
        reply = client.get(path, headers={"Host": host})
        assert reply.status_code < 500
        assert host not in reply.text
