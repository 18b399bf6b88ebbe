"""Getting in: what works, what is refused, and that nobody learns or blocks anything from outside (DESIGN 8, ASVS 5 chapters 6 and 7)."""

import re
from datetime import timedelta
from email import message_from_bytes

import pytest
from flask import session as cookie
from sqlalchemy import select

from lms import clock
from lms.db import db
from lms.jobs.services import run, take_next
from lms.people import queries, services
from lms.people.models import Account, EndedSession, OneTimeSecret, SignInCounter
from lms.people.queries.sign_in import PAIR, network_of
from lms.people.services import accounts
from lms.people.tasks import forget_failures
from tests import factories

PASSWORD = "mùa nước nổi về"
NOW = clock.now()


@pytest.fixture
def olga(session):
    person = factories.person("Lê Thị Mỹ Hường")
    factories.identifier(person, "huong@dongthap.gov.vn")
    factories.identifier(person, "+84912345678", "phone")
    factories.identifier(person, "DT0042", "code")
    factories.account(person, services.hash_password(PASSWORD))
    session.commit()
    return person


def sign_in(client, name, password=PASSWORD, address="203.0.113.7", **more):
    return client.post(
        "/people/sign-in", data={"name": name, "password": password, **more}, environ_base={"REMOTE_ADDR": address}
    )


@pytest.mark.parametrize("name", ["huong@dongthap.gov.vn", " Huong@DongThap.gov.vn ", "0912 345 678", "+84912345678", "dt0042"])
def test_in_by_mail_phone_or_code(client, olga, name):
    reply = sign_in(client, name)
    assert reply.status_code == 302
    assert "Lê Thị Mỹ Hường" in client.get("/people/account").text


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/people/account", "/people/account"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\tevil", "/"),
    ],
)
def test_the_way_on_leads_only_to_our_own_pages(client, olga, target, lands):
    assert sign_in(client, "dt0042", next=target).location == lands


def test_a_session_begun_before_is_not_kept(client, olga):
    """Session fixation: what was in the cookie before signing in is gone."""
    with client.session_transaction() as before:
        before["planted"] = "x"
    with client:
        sign_in(client, "dt0042")
        assert "planted" not in cookie
        assert cookie.permanent


def test_known_and_unknown_names_get_the_same_reply(client, olga):
    """User enumeration: same status, same page but for what was typed."""
    known = sign_in(client, "huong@dongthap.gov.vn", "sai mật khẩu")
    unknown = sign_in(client, "khongco@dongthap.gov.vn", "sai mật khẩu", address="198.51.100.1")
    strip = re.compile(r"huong@|khongco@|nonce|csrf_token.*|request_id.*")
    assert known.status_code == unknown.status_code == 422
    assert strip.sub("", known.text) == strip.sub("", unknown.text)
    assert "Còn 4 lần thử" in known.text


def test_an_unknown_name_costs_a_hash_as_well(client, olga, monkeypatch):
    seen = []
    monkeypatch.setattr(accounts, "_HASHER", type("H", (), {"verify": lambda _self, h, p: seen.append(h) or False})())
    sign_in(client, "dt0042", "x")
    sign_in(client, "KHONGCO", "x")
    assert len(seen) == 2


def test_an_account_not_yet_activated_or_closed_stays_out(client, session):
    for n, more in enumerate([{"password_hash": None}, {"password_hash": services.hash_password(PASSWORD), "closed_at": NOW}]):
        person = factories.person()
        factories.identifier(person, f"MA{n}", "code")
        factories.account(person, **more)
        session.commit()
        reply = sign_in(client, f"MA{n}")
        assert reply.status_code == 422
        assert "Tên hoặc mật khẩu chưa đúng" in reply.text


def test_five_failures_slow_this_network_only(client, olga):
    for _ in range(5):
        reply = sign_in(client, "dt0042", "sai")
    assert "Đã sai nhiều lần từ mạng này" in reply.text
    assert "Đã sai nhiều lần" in sign_in(client, "dt0042").text  # the right password must wait too
    assert "Đã sai nhiều lần" in sign_in(client, "0912345678", address="203.0.113.250").text  # by another name, from the same /24
    assert sign_in(client, "dt0042", address="203.0.114.7").status_code == 302


def test_an_admin_guessed_at_from_everywhere_still_gets_in(client, olga):
    """Many networks guess at one account: its own network keeps free tries."""
    for n in range(60):
        attempt = queries.sign_in_attempt("dt0042", f"10.0.{n}.1", NOW)
        services.finish_sign_in(attempt, False, NOW)
    db.session.commit()
    assert "Còn 1 lần thử" in sign_in(client, "dt0042", "sai").text
    assert sign_in(client, "dt0042").status_code == 302


def test_one_guess_at_each_of_many_names_slows_the_network(client, olga):
    for n in range(51):
        services.finish_sign_in(queries.sign_in_attempt(f"ten{n}@x.vn", "203.0.113.7", NOW), False, NOW)
    assert queries.sign_in_attempt("dt0042", "203.0.113.9", NOW).must_wait
    assert not queries.sign_in_attempt("dt0042", "203.0.112.9", NOW).must_wait
    assert not queries.sign_in_attempt("dt0042", "203.0.113.9", NOW + timedelta(minutes=2)).must_wait


def test_waits_double_up_to_a_quarter_of_an_hour():
    waits = [PAIR.wait(n).total_seconds() for n in range(3, 13)]
    assert waits == [0, 0, 30, 60, 120, 240, 480, 900, 900, 900]


def test_tries_sent_at_once_do_not_slip_past_the_counter(session, olga):
    """All were begun while nothing was counted; the right one comes after five wrong ones."""
    attempts = [queries.sign_in_attempt("dt0042", "203.0.113.7", NOW) for _ in range(6)]
    for attempt in attempts[:5]:
        services.finish_sign_in(attempt, False, NOW)
    assert services.finish_sign_in(attempts[5], True, NOW).account_id is None


def test_success_forgets_the_failures_of_this_network(client, olga, session):
    for _ in range(4):
        sign_in(client, "dt0042", "sai")
    assert sign_in(client, "dt0042").status_code == 302
    client.post("/people/sign-out")
    assert "Còn 4 lần thử" in sign_in(client, "dt0042", "sai").text


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("203.0.113.7", "203.0.113.200", True),
        ("203.0.113.7", "203.0.112.7", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.9", True),
        (None, "rác", True),
    ],
)
def test_networks(a, b, same):
    assert (network_of(a) == network_of(b)) is same


def test_a_password_reset_while_another_signs_in_wins(client, olga, session, monkeypatch):
    """The old password was right when it was compared, and is not any more when the session begins."""
    account = session.query(Account).filter_by(person_id=olga.id).one()

    def reset_meanwhile(password_hash, password):
        services.set_password(account.id, "x", NOW)
        db.session.commit()
        return True

    monkeypatch.setattr(services, "password_matches", reset_meanwhile)
    assert sign_in(client, "dt0042").status_code == 409
    assert client.get("/people/account").status_code == 302


def test_signing_in_reads_little(client, olga, queries):
    with queries() as count:
        assert sign_in(client, "dt0042").status_code == 302
    assert len(count) <= 5


def test_signed_in_people_are_led_on(client, login):
    login()
    assert client.get("/people/sign-in?next=/people/account").location == "/people/account"
    assert "có thể đóng thẻ này" in client.get("/people/signed-in").text


def test_sign_out_ends_the_session(client, login):
    login()
    client.post("/people/sign-out")
    assert client.get("/people/account").status_code == 302


def another(client):
    """The browser of another device."""
    return type(client)(client.application, client.application.response_class, use_cookies=True)


def copy_of(client):
    """A browser of somebody who has got hold of the cookie."""
    copy = another(client)
    copy.set_cookie("sen", client.get_cookie("sen").value)
    return copy


def is_in(client) -> bool:
    return client.get("/people/account").status_code == 200


def test_a_copied_cookie_is_worth_nothing_after_sign_out_and_other_devices_stay_in(client, olga):
    phone = another(client)
    for browser in (client, phone):
        sign_in(browser, "dt0042")
    stolen = copy_of(client)
    assert is_in(stolen)
    client.post("/people/sign-out")
    assert not is_in(stolen)
    assert is_in(phone)
    sign_in(client, "dt0042")  # the same account again: the copy stays worthless
    assert not is_in(stolen)
    assert is_in(client)


@pytest.mark.parametrize("page", ["/people/sign-in", "/people/activate", "/people/forgotten", "/people/reset/x", "/help"])
def test_no_page_signs_an_ended_session_anew(client, olga, page):
    """Else a copy could be kept from expiring until the note of its end is forgotten."""
    sign_in(client, "dt0042")
    copy = copy_of(client)
    client.post("/people/sign-out")
    reply = copy.get(page)
    renewed = any(value.startswith("sen=") for value in reply.headers.getlist("Set-Cookie"))
    with copy.session_transaction() as held:
        assert not renewed or "_user_id" not in held


def test_signing_out_twice_and_without_a_session_is_no_error(client, olga):
    sign_in(client, "dt0042")
    copy = copy_of(client)
    for browser in (client, copy, client):
        assert browser.post("/people/sign-out").location == "/people/sign-in"


def test_a_page_costs_no_query_more_for_knowing_its_session(client, olga, queries):
    sign_in(client, "dt0042")
    with queries() as count:
        client.get("/people/signed-in")
    assert len(count) == 1


def test_sign_out_everywhere_ends_other_sessions(client, login, app, session):
    person = login()
    other = app.test_client()
    account = session.query(Account).filter_by(person_id=person.id).one()
    with other.session_transaction() as mine:
        mine["_user_id"] = f"{account.id}.{account.epoch}.other"
    assert client.post("/people/account/sign-out-everywhere").location == "/people/sign-in"
    with app.app_context():
        assert other.get("/people/account").status_code == 302


# ---- the slip


def slip(person) -> services.Slip:
    made = services.issue_slip(person.id, None, NOW)
    db.session.commit()
    return made


def activate(client, code, password=PASSWORD, again=None):
    return client.post("/people/activate", data={"code": code, "password": password, "again": again or password})


def test_a_slip_activates_once_and_signs_in(client, session):
    person = factories.person("Võ Thị Cẩm Giang")
    paper = slip(person)
    assert re.fullmatch(r"(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}", paper.code)
    assert paper.sign_in_name == f"CB{person.id:06}"
    stored = session.query(OneTimeSecret).one()
    assert paper.code.replace("-", "") not in (stored.digest, str(stored.__dict__))
    assert activate(client, f" {paper.code.lower().replace('0', 'o').replace('-', ' ')} ").status_code == 302
    assert "Võ Thị Cẩm Giang" in client.get("/people/account").text
    client.post("/people/sign-out")
    assert sign_in(client, paper.sign_in_name).status_code == 302
    client.post("/people/sign-out")
    assert "Mã chưa đúng" in activate(client, paper.code, "mật khẩu khác hẳn").text


def test_a_new_slip_voids_the_old_and_slips_age(client, session):
    person = factories.person()
    old, new = slip(person), slip(person)
    assert activate(client, old.code).status_code == 422
    session.query(OneTimeSecret).update({"expires_at": NOW - timedelta(days=1)})
    session.commit()
    assert activate(client, new.code).status_code == 422


def test_guessing_codes_is_slowed(client, session):
    for _ in range(10):
        reply = activate(client, "AAAA-BBBB-CCCC")
    assert "Đã sai nhiều lần" in reply.text
    assert "Đã sai nhiều lần" in activate(client, slip(factories.person()).code).text


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("mực tím", "ít nhất 10 ký tự"),
        ("1234567890", "quá dễ đoán"),
        ("aaaaaaaaaaaa", "quá dễ đoán"),
        ("Mật khẩu 123", "quá dễ đoán"),
        ("qwertyuiop", "quá dễ đoán"),
        ("DongThap@2026", "quá dễ đoán"),
        ("x" * 200, "dài quá"),
    ],
)
def test_passwords_everybody_tries_first_are_refused(client, session, password, said):
    paper = slip(factories.person())
    reply = activate(client, paper.code, password)
    assert reply.status_code == 422
    assert said in reply.text
    assert password not in reply.text


@pytest.mark.parametrize("password", ["mùa nước nổi về", "cá linh bông điên điển", "Xk29!vorpal", "tràm chim 7 giờ sáng"])
def test_ordinary_sentences_are_taken(client, session, password):
    assert activate(client, slip(factories.person()).code, password).status_code == 302


def test_the_two_passwords_must_agree(client, session):
    reply = activate(client, slip(factories.person()).code, again="mùa nước nổi đi")
    assert reply.status_code == 422
    assert "chưa giống nhau" in reply.text


# ---- the letter


def letters(app) -> list[str]:
    folder = app.config["DATA_DIR"] / "mail"
    found = sorted(folder.glob("*.eml")) if folder.exists() else []
    texts = [str(message_from_bytes(f.read_bytes()).get_payload(decode=True), "utf-8") for f in found]
    for f in found:
        f.unlink()
    return texts


def ask(client, name):
    return client.post("/people/forgotten", data={"name": name})


def work_off():
    while (job := take_next(clock.now() + timedelta(seconds=5))) is not None:
        run(job)


def test_a_letter_lets_set_a_new_password_once(client, app, olga, session):
    assert ask(client, "0912345678").status_code == 200
    work_off()
    (letter,) = letters(app)
    link = re.search(r"http://localhost(/people/reset/\S+)", letter)[1]
    assert "Lê Thị Mỹ Hường" in client.get(link).text
    assert client.post(link, data={"password": "đồng sen Tháp Mười", "again": "đồng sen Tháp Mười"}).status_code == 302
    assert client.get(link).status_code == 404
    client.post("/people/sign-out")
    assert sign_in(client, "dt0042").status_code == 422
    assert sign_in(client, "dt0042", "đồng sen Tháp Mười").status_code == 302


def test_the_reply_does_not_say_whether_a_name_is_known(client, app, olga):
    known, unknown = ask(client, "huong@dongthap.gov.vn"), ask(client, "khongco@dongthap.gov.vn")
    assert known.text == unknown.text
    work_off()
    assert len(letters(app)) == 1


def test_letters_do_not_flood_a_mailbox_nor_the_queue(client, app, olga):
    replies = [ask(client, "dt0042") for _ in range(25)]
    work_off()
    assert len(letters(app)) == 1
    assert replies[-1].status_code == 422


def test_somebody_without_a_password_yet_may_use_the_letter(client, app, session):
    person = factories.person()
    factories.identifier(person, "moi@dongthap.gov.vn")
    session.commit()
    ask(client, "moi@dongthap.gov.vn")
    work_off()
    link = re.search(r"(/people/reset/\S+)", letters(app)[0])[1]
    client.post(link, data={"password": PASSWORD, "again": PASSWORD})
    assert session.query(Account).filter_by(person_id=person.id).one().activated_at is not None


def test_a_password_is_changed_with_the_present_one(client, olga, login, app):
    login(olga)
    new = {"password": "đồng sen Tháp Mười", "again": "đồng sen Tháp Mười"}
    assert "chưa đúng" in client.post("/people/account/password", data={"current": "sai", **new}).text
    assert client.post("/people/account/password", data={"current": PASSWORD, **new}).status_code == 302
    assert client.get("/people/account").status_code == 200  # this device stays
    client.post("/people/sign-out")
    assert sign_in(client, "dt0042", "đồng sen Tháp Mười").status_code == 302


def test_display_settings_are_kept(client, login):
    login()
    assert client.post("/people/account/display", data={"theme": "dark", "text_size": "large"}).status_code == 302
    page = client.get("/people/account").text
    assert 'data-bs-theme="dark"' in page
    assert 'data-text="large"' in page
    assert client.post("/people/account/display", data={"theme": "tím", "text_size": "large"}).status_code == 422


def test_ended_sessions_are_forgotten_when_no_cookie_can_be_left(app, session):
    services.end_session("long-ago", NOW - timedelta(days=40))
    services.end_session("today", NOW)
    forget_failures()
    assert session.scalars(select(EndedSession.key)).all() == ["today"]


def test_old_counters_are_forgotten(session, olga):
    services.finish_sign_in(queries.sign_in_attempt("dt0042", "203.0.113.7", NOW), False, NOW)
    services.forget_failures_before(NOW + timedelta(seconds=1))
    assert session.query(SignInCounter).count() == 0
