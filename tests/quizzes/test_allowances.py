"""More time, attempts and days: the person's own first, else the most favourable of their units; with reasons, and ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms import clock
from lms.audit.models import AuditEntry
from lms.errors import Conflict
from lms.people.queries import Scope
from lms.quizzes import queries, services
from lms.quizzes.models import Allowance, Attempt
from lms.quizzes.services import Given
from tests import factories

ALL = Scope(everywhere=True)


@pytest.fixture
def place(seat, session):
    """Olga in a ward below a commune, before a quiz of ten minutes, one attempt, that closed yesterday."""
    yesterday = clock.today() - timedelta(days=1)
    olga = seat(("single",), minutes=10, attempts=1, closes=yesterday)
    olga.commune = factories.unit("Xã Trên")
    olga.ward = factories.unit("Trung tâm Dưới", olga.commune, kind="service")
    factories.assignment(olga.officer, olga.ward)
    olga.ada = factories.person("Võ Thị Ada")
    session.commit()

    def give(scope=ALL, **what):
        row = services.allow(Given("Lý do", **{"activity_id": olga.activity_id} | what), scope, olga.ada.id, clock.now())
        session.commit()
        return row

    olga.give = give
    olga.terms = lambda: queries.terms(olga.officer.id, olga.activity_id, clock.today())
    return olga


def test_a_unit_gives_to_all_below_it_and_the_most_favourable_counts(place):
    place.give(unit_id=place.commune.id, percent=20, attempts=1)
    place.give(unit_id=place.ward.id, percent=50)
    place.give(unit_id=factories.unit("Xã Khác").id, percent=200)
    assert (place.terms().percent, place.terms().attempts) == (50, 1)


def test_what_is_given_to_the_person_wins_even_when_it_is_less(place):
    place.give(unit_id=place.commune.id, percent=100, attempts=2)
    place.give(person_id=place.officer.id, percent=25)
    assert (place.terms().percent, place.terms().attempts) == (25, 2)


def test_who_left_the_unit_is_given_nothing(place, session):
    place.give(unit_id=place.commune.id, percent=100)
    session.query(factories.Assignment).filter_by(person_id=place.officer.id).one().until = clock.today() - timedelta(days=1)
    session.commit()
    assert place.terms().percent == 0


def test_a_later_last_day_and_one_attempt_more_open_the_quiz(place, client, login):
    login(place.officer)
    address = f"/quizzes/{place.activity_id}"
    assert "Đã hết hạn bắt đầu làm bài" in client.get(address).text
    assert client.post(f"{address}/start").status_code == 409
    place.give(unit_id=place.ward.id, closes=clock.today())
    assert "đã gia hạn cho Anh/Chị" in client.get(address).text
    first = client.post(f"{address}/start").location.rsplit("/", 1)[0]
    client.post(f"{first}/submit")
    assert client.post(f"{address}/start").status_code == 409
    place.give(person_id=place.officer.id, attempts=1)
    assert "còn 1/2 lượt" in client.get(address).text
    assert client.post(f"{address}/start").status_code == 302


def test_a_units_extra_time_reaches_attempts_under_way(place, session):
    place.give(person_id=place.officer.id, closes=clock.today())
    begun = clock.now()
    attempt_id = place.start(at=begun)
    place.give(unit_id=place.commune.id, percent=50)
    assert session.get(Attempt, attempt_id).deadline == begun + timedelta(minutes=15)


def test_it_is_given_by_page_told_with_its_reason_and_ended_with_one(place, client, login, session):
    factories.grant(place.ada, "trainer", "course", place.version.course_id)
    session.commit()
    login(place.ada)
    form = {"unit_id": place.commune.id, "activity_id": place.activity_id, "attempts": "2", "reason": "Mất điện cả xã"}
    for wrong, words in (
        ({"person": "Ai Đó"}, "không cả hai"),
        ({"unit_id": 0}, "Ghi một người"),
        ({"attempts": ""}, "Chưa ghi cho thêm gì"),
        ({"reason": ""}, "Chưa ghi lý do"),
    ):
        refused = client.post("/quizzes/allowances", data=form | wrong)
        assert (refused.status_code, words in refused.text) == (422, True), words
    assert client.post("/quizzes/allowances", data=form).status_code == 302
    page = client.get(f"/quizzes/allowances?quiz={place.activity_id}").text
    assert "Xã Trên: thêm 2 lượt làm" in page
    assert "Võ Thị Ada ghi ngày" in page
    row = session.query(Allowance).one()
    client.post(f"/quizzes/allowances/{row.id}/end", data={"reason": "Đã thi xong"})
    assert place.terms().attempts == 0
    assert "Đã thi xong" in client.get("/quizzes/allowances").text
    acts = set(session.scalars(select(AuditEntry.act).where(AuditEntry.act.startswith("quizzes."))))
    assert acts == {"quizzes.allow", "quizzes.end_allowance"}


def test_nothing_or_nobody_is_refused(place):
    for what in ({"person_id": place.officer.id}, {"percent": 5}, {"percent": 5, "person_id": 1, "unit_id": 1}):
        with pytest.raises(Conflict):
            place.give(**what)
