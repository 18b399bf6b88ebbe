"""Messages: sent once, counted, read."""

from lms import clock
from lms.notices import services
from lms.notices.models import Notice
from lms.people.models import Account
from tests import factories


def unread(session, person) -> int:
    session.expire_all()
    return session.query(Account).filter_by(person_id=person.id).one().unread


def send(person, about="a", text="Khóa K01 đến hạn.", href="/courses/"):
    return services.send(person.id, "course.due", about, text, href, clock.now())


def test_the_same_message_is_sent_and_counted_once(session):
    person = factories.person()
    factories.account(person)
    assert [send(person), send(person), send(person, "b")] == [True, False, True]
    assert session.query(Notice).filter_by(person_id=person.id).count() == unread(session, person) == 2


def test_several_messages_to_one_person_at_once(session):
    person, other = factories.person(), factories.person()
    for each in (person, other):
        factories.account(each)
    messages = [services.Message(who.id, "k", str(n), "Tin.") for who, n in ((person, 1), (person, 2), (other, 1))]
    assert sorted(services.send_all(messages, clock.now())) == sorted([person.id, person.id, other.id])
    assert (unread(session, person), unread(session, other)) == (2, 1)


def test_reading_one_then_all(client, login, session):
    olga = login()
    for about in "abc":
        send(olga, about)
    session.commit()
    page = client.get("/notices/").text
    assert "Khóa K01 đến hạn." in page
    assert "Thông báo: 3 tin mới" in page
    first = session.query(Notice).filter_by(person_id=olga.id).first()
    for _ in range(2):
        assert client.post(f"/notices/{first.id}/read").location == "/courses/"
    assert unread(session, olga) == 2
    client.post("/notices/read-all")
    assert unread(session, olga) == 0


def test_anothers_message_is_not_there(client, login, session):
    otto = factories.person("Trần Văn Đạt", "M")
    factories.account(otto)
    send(otto)
    login()
    theirs = session.query(Notice).filter_by(person_id=otto.id).one()
    assert client.post(f"/notices/{theirs.id}/read").status_code == 404
    assert unread(session, otto) == 1
    assert "Chưa có thông báo" in client.get("/notices/").text
