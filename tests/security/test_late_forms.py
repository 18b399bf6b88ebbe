"""Forms without their token: every POST refuses and writes nothing; one's own late form may be sent again, one from elsewhere may not."""

import re

import pytest

from lms.audit.models import AuditEntry
from lms.people.models import Person
from tests.permissions.test_routes import address, needed, routes
from tests.permissions.world import build

HERE = {"Origin": "http://localhost"}
NEW = {"full_name": "Đỗ Thị <i>Sen</i>", "birth": "1980", "gender": "F", "kind": "cong_chuc", "code": "DT0099"}


@pytest.fixture(autouse=True)
def csrf_on(app, app_without_csrf):
    """The check that other tests go without."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


def token_in(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def test_every_post_without_a_token_is_refused_and_writes_nothing(app, client, login, session):
    world = build()
    before = session.query(AuditEntry).count()
    for endpoint, method, arguments in routes(app):
        if method != "POST":
            continue
        login(world.people["officer" if needed(endpoint) == "learn" else "admin"])
        for headers in ({}, HERE, {"Origin": "https://evil.example"}, {"Referer": "https://evil.example/x"}):
            reply = client.post(
                address(app, endpoint, arguments, world.own), data={"csrf_token": "x", "text": "x"}, headers=headers
            )
            assert reply.status_code == 400, (endpoint, headers)
    assert session.query(AuditEntry).count() == before


def test_a_late_form_is_kept_and_can_be_sent_again(client, login, session):
    login(role="admin")
    late = client.post("/people/officers/new", data=NEW, headers=HERE)
    assert late.status_code == 400
    assert "Chưa ghi." in late.text
    assert "Đỗ Thị &lt;i&gt;Sen&lt;/i&gt;" in late.text
    assert "<i>Sen" not in late.text
    sent = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', late.text))
    assert {"code", "birth", "kind"} <= sent.keys()
    again = client.post("/people/officers/new", data=NEW | {"csrf_token": token_in(late.text)}, headers=HERE)
    assert again.status_code == 302
    assert session.query(Person).filter(Person.full_name.contains("Sen")).count() == 1


def test_a_form_from_elsewhere_gets_no_second_chance(client, login):
    login(role="admin")
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "http://localhost.evil.example/"}, {}):
        reply = client.post("/people/officers/new", data=NEW, headers=headers)
        assert reply.status_code == 400
        assert "Gửi lại" not in reply.text
        assert "DT0099" not in reply.text


def test_signed_out_somebody_keeps_what_was_typed(client):
    late = client.post("/people/officers/new", data=NEW, headers=HERE)
    assert late.status_code == 400
    assert "Đăng nhập lại trong thẻ mới" in late.text
    assert "DT0099" in late.text


def test_no_password_stands_on_the_page_of_a_late_form(client, login):
    login()
    typed = {"current": "mat-khau-cu-1", "password": "mat-khau-moi-2", "again": "mat-khau-moi-2"}
    for place in ("/people/account/password", "/people/activate", "/people/reset/x", "/people/sign-in"):
        late = client.post(place, data=typed | {"name": "dt0042"}, headers=HERE)
        assert late.status_code == 400
        assert "mat-khau" not in late.text
        assert "dt0042" in late.text


def test_the_token_of_another_session_does_not_hold(app, client, login):
    login(role="admin")
    stranger = app.test_client()
    with app.app_context():
        token = token_in(stranger.get("/people/sign-in").text)
    reply = client.post("/people/officers/new", data=NEW | {"csrf_token": token}, headers=HERE)
    assert reply.status_code == 400


def test_the_player_is_told_in_json(client, login):
    login()
    headers = HERE | {"Accept": "application/json"}
    reply = client.post("/quizzes/attempts/1/1/save", json={}, headers=headers)
    assert reply.status_code == 400
    assert "còn trên máy" in reply.json["message"]
