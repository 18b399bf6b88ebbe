"""What every reply carries, whatever happened: headers, cookies, how files are handed out, and what the log never holds."""

import json
import logging
from datetime import timedelta
from email import message_from_bytes

import pytest

from lms import clock, storage
from lms.audit.models import AuditEntry
from lms.certificates import views
from lms.errors import Conflict
from lms.jobs.services import run, take_next
from lms.people import queries, services
from lms.people.models import Account
from lms.web.requests import HEADERS, JsonLines
from tests import factories
from tests.permissions.test_routes import address, needed, routes
from tests.permissions.world import build

EVERY = (
    "/", "/people/sign-in", "/khong-co", "/static/css/theme.css", "/static/khong-co.css", "/healthz", "/certificates/verify",
    "/certificates/verify/KHONGCO", "/courses/media/" + "0" * 64 + "/a.png", "/people/imports/template.xlsx", "/people/units",
)  # fmt: skip


@pytest.mark.parametrize("role", [None, "officer", "admin"])
def test_every_reply_carries_the_security_headers(client, login, role):
    if role:
        login(role=role if role == "admin" else None)
    asked = [("GET", path) for path in EVERY]
    asked += [("POST", "/people/sign-in"), ("DELETE", "/"), ("OPTIONS", "/"), ("HEAD", "/")]
    for method, path in asked:
        with client.open(path, method=method) as reply:
            for name in HEADERS:
                assert reply.headers.get(name), (method, path, reply.status_code, name)
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]
            assert "unsafe" not in reply.headers["Content-Security-Policy"]


def test_nothing_of_a_person_is_kept_by_a_cache(app, client, login, session):
    world = build()
    for endpoint, method, arguments in routes(app):
        if method != "GET" or needed(endpoint) is None:
            continue
        login(world.people["officer" if needed(endpoint) == "learn" else "admin"])
        with client.get(address(app, endpoint, arguments, world.own)) as reply:
            kept = reply.headers["Cache-Control"]
        assert "private" in kept or "no-store" in kept, (endpoint, kept)
        assert "public" not in kept


def test_an_error_that_nobody_foresaw_says_nothing_of_the_inside(app, client, login, monkeypatch):
    login()
    monkeypatch.setattr("lms.courses.queries.catalogue", lambda *_: 1 / 0)
    app.testing = False
    try:
        reply = client.get("/courses/")
    finally:
        app.testing = True
    assert reply.status_code == 500
    assert "Hệ thống gặp lỗi" in reply.text
    assert "ZeroDivision" not in reply.text
    for name in HEADERS:
        assert reply.headers.get(name)


def test_the_session_cookie_is_for_our_pages_only(app, client, session, monkeypatch):
    person = factories.person()
    factories.identifier(person, "DT0042", "code")
    factories.account(person, services.hash_password("mùa nước nổi về"))
    session.commit()
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    cookie = client.post("/people/sign-in", data={"name": "DT0042", "password": "mùa nước nổi về"}).headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie


def test_a_page_named_as_a_picture_is_not_shown(client, login, session):
    """A lesson's picture is shown only when its first bytes say so, whatever name and kind the pack gave it."""
    login()
    version = factories.course(mandatory=1)
    for content in (
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF8;<script>",
    ):
        digest = storage.put(content)
        files = [{"name": "a.png", "digest": digest, "mime": "image/png", "bytes": 9, "inline": True}]
        factories.lesson(version.course_id, "bai-1", files=files)
        session.commit()
        assert client.get(f"/courses/media/{digest}/a.png").status_code == 404


def test_parts_of_a_picture(client, login, session):
    """Ranges as players and download managers ask for them, and as attackers do: a part of the file or the whole, never a failure."""
    login()
    content = b"\x89PNG\r\n\x1a\n" + bytes(40)
    digest = storage.put(content)
    files = [{"name": "a.png", "digest": digest, "mime": "image/png", "bytes": len(content), "inline": True}]
    factories.lesson(factories.course(mandatory=1).course_id, "bai-1", files=files)
    session.commit()
    many = "bytes=" + ",".join(["0-"] * 2000)
    for asked in (
        "bytes=0-3",
        "bytes=-4",
        "bytes=900-",
        "x",
        "bytes=9-1",
        "bytes=0-0,2-2",
        f"bytes=0-{2**70}",
        "bytes=--1",
        many,
    ):
        with client.get(f"/courses/media/{digest}/a.png", headers={"Range": asked}) as reply:
            assert reply.status_code in {200, 206, 416}, asked
            assert reply.status_code == 416 or reply.data in content


def test_letters_lead_to_the_public_address_whatever_host_was_asked(app, client, session):
    """Host header poisoning: whoever asks for a letter to somebody else must not choose where its link leads."""
    person = factories.person()
    factories.identifier(person, "huong@vidu.example")
    session.commit()
    folder = app.config["DATA_DIR"] / "mail"
    before = set(folder.glob("*.eml")) if folder.exists() else set()
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    client.post("/people/forgotten", data={"name": "huong@vidu.example"}, headers=headers)
    while (job := take_next(clock.now() + timedelta(seconds=5))) is not None:
        run(job)
    (letter,) = set(folder.glob("*.eml")) - before
    text = message_from_bytes(letter.read_bytes()).get_payload(decode=True).decode()
    letter.unlink()
    assert "evil.example" not in text
    assert "http://localhost/people/reset/" in text


@pytest.mark.parametrize(
    ("asked", "leads"), [("/courses", "/courses/"), ("/courses?q=a", "/courses/?q=a"), ("//courses//", "/courses/")]
)
def test_another_spelling_of_an_address_leads_to_this_site(client, login, asked, leads):
    """A cache between us must not learn another host from somebody's request."""
    login()
    reply = client.get("http://evil.example" + asked if not asked.startswith("//") else "http://evil.example/" + asked)
    assert (reply.status_code, reply.location) == (308, leads)


def test_an_address_that_is_only_claimed_frees_nobody_from_waiting(client, session):
    """Without a trusted proxy X-Forwarded-For is not believed."""
    for n in range(6):
        reply = client.post(
            "/people/sign-in", data={"name": "dt0042", "password": "sai"}, headers={"X-Forwarded-For": f"198.51.{n}.1"}
        )
    assert "Đã sai nhiều lần từ mạng này" in reply.text


def test_codes_are_not_guessed_from_many_addresses_of_one_network(client, session):
    """A subscriber has 2^64 IPv6 addresses: they count as one."""
    views._misses.clear()
    for n in range(views.TRIES):
        reply = client.get(f"/certificates/verify/AAAA{n}", environ_base={"REMOTE_ADDR": f"2001:db8::{n:x}"})
        assert reply.status_code == 404
    assert client.get("/certificates/verify/AAAA", environ_base={"REMOTE_ADDR": "2001:db8::ffff"}).status_code == 429
    assert client.get("/certificates/verify/AAAA", environ_base={"REMOTE_ADDR": "2001:db9::1"}).status_code == 404
    views._misses.clear()


def test_remembered_networks_do_not_fill_the_memory(client, session, monkeypatch):
    views._misses.clear()
    monkeypatch.setattr(views, "NETWORKS", 5)
    for n in range(12):
        client.get("/certificates/verify/AAAA", environ_base={"REMOTE_ADDR": f"10.{n}.0.1"})
    assert len(views._misses) <= 5
    views._misses.clear()


def test_secrets_are_neither_in_the_log_lines_nor_in_the_audit(app, client, session, monkeypatch):
    """A link that resets a password, a slip's code, passwords: whoever reads logs must not be able to sign in with them."""
    lines: list[str] = []
    catcher = logging.Handler()
    catcher.setFormatter(JsonLines())
    catcher.emit = lambda record: lines.append(catcher.format(record))
    app.logger.addHandler(catcher)
    monkeypatch.setattr(app, "testing", False)
    try:
        person = factories.person()
        factories.identifier(person, "huong@vidu.example")
        _, secret = services.make_reset(person.id, clock.now())
        slip = services.issue_slip(person.id, None, clock.now())
        session.commit()
        client.get(f"/people/reset/{secret}")
        client.post(f"/people/reset/{secret}", data={"password": "ngan", "again": "ngan"})
        client.post(f"/people/reset/{secret}", data={"password": "mùa nước nổi về", "again": "mùa nước nổi về"})
        client.post("/people/activate", data={"code": slip.code, "password": "đồng sen Tháp Mười", "again": "đồng sen Tháp Mười"})
    finally:
        app.logger.removeHandler(catcher)
    written = "\n".join(lines) + json.dumps([entry.detail for entry in session.query(AuditEntry)], ensure_ascii=False)
    assert "/people/reset/" in written
    for hidden in (secret, slip.code, slip.code.replace("-", ""), "mùa nước", "đồng sen", "$argon2"):
        assert hidden not in written


def test_a_secret_works_for_one_of_two_who_use_it_at_once(session):
    """Both found it alive; the second finds it used."""
    person = factories.person()
    factories.identifier(person, "huong@vidu.example")
    at = clock.now()
    _, secret = services.make_reset(person.id, at)
    found = queries.one_time_secret("reset", secret, at)
    services.use_secret(found.id, "hash-1", at)
    with pytest.raises(Conflict):
        services.use_secret(found.id, "hash-2", at)
    assert session.query(Account).filter_by(person_id=person.id).one().password_hash == "hash-1"


def test_a_secret_of_one_kind_opens_nothing_of_the_other(client, session):
    person = factories.person()
    factories.identifier(person, "huong@vidu.example")
    _, secret = services.make_reset(person.id, clock.now())
    slip = services.issue_slip(person.id, None, clock.now())
    session.commit()
    assert client.get(f"/people/reset/{slip.code.replace('-', '')}").status_code == 404
    new = {"password": "mùa nước nổi về", "again": "mùa nước nổi về"}
    assert client.post("/people/activate", data=new | {"code": secret}).status_code == 422
