"""The plan: what to do next leads somewhere, costs what is left of it, and says what only fades."""

from datetime import date, timedelta

import pytest

from lms import clock
from lms.courses import services as courses
from lms.courses.models import Course
from lms.quizzes.queries import practice_set
from lms.tracking import queries, services
from lms.tracking.models import Calibration, ItemParameter
from lms.tracking.queries.plan import plan
from tests import factories


@pytest.fixture
def officer(session, open_course):
    """An officer whose position asks C5.4 at level 2, enrolled in a course that is closed by now."""
    position = factories.position("V3")
    services.put_requirements("V3", {"C5.4": 2}, ["C5.4"], date(2025, 7, 1))
    person = factories.person("Nguyễn Thị Ỷ")
    factories.assignment(person, factories.unit("Xã Tháp Mười"), position)
    factories.enrolment(person, open_course)
    session.get(Course, open_course.course_id).state = "closed"
    session.flush()
    return person


def steps(person) -> list:
    return [
        (step.kind, [(line.need.code, level) for line, level in step.raises])
        for step in plan(queries.profile(person.id, clock.now())).steps
    ]


def bank(level: int, n: int = 12) -> None:
    for place in range(n):
        factories.question("K01", f"p{level}{place:02d}", kind="short", competence="C5.4", level=level)


def test_where_nothing_is_asked_and_taught_a_paper_is_the_way(officer):
    assert steps(officer) == [("product", [("C5.4", 2)])]


def test_practice_leads_to_the_lowest_level_that_is_asked(officer):
    bank(2)
    assert steps(officer) == [("practice", [("C5.4", 2)])]
    bank(1)
    assert steps(officer) == [("practice", [("C5.4", 1)])]


def test_level_one_held_and_no_question_of_level_two_offers_no_practice(client, login, officer, answers):
    bank(1)
    answers(officer, 20, 0, code="C5.4")
    services.refresh(officer.id, clock.now())
    assert steps(officer) == [("product", [("C5.4", 2)])]
    login(officer)
    page = client.get("/tracking/why/C5.4").text
    assert "/tracking/why/C5.4/practise" not in page
    assert "Chưa có câu hỏi để chứng minh cấp 2" in page
    assert "Gửi văn bản đã ban hành" in page


def test_practice_is_not_promised_to_raise_a_level_that_answers_like_these_do_not_give(officer, answers):
    bank(1)
    answers(officer, 15, 5, code="C5.4")
    assert steps(officer) == [("again", [("C5.4", 1)])]
    line = queries.profile(officer.id, clock.now()).lines[0]
    assert line.next.status == "not_enough"
    assert not line.next.proves


def test_a_course_counts_what_is_left_of_it(session, officer):
    course = factories.course("K02", quiz=True, evidences=[{"competence": "C5.4", "level": 1}])
    cycle = factories.enrolment(officer, course)
    first, *rest = [a for module in course.outline for a in module["activities"]]
    courses.touch(cycle.id, first["id"], clock.now(), done=True)
    session.flush()
    step = plan(queries.profile(officer.id, clock.now())).steps[0]
    assert (step.kind, step.minutes, step.course.next) == ("course", sum(a["minutes"] for a in rest), rest[0]["title"])


def test_a_suspended_question_is_not_practised(session, officer):
    """Its answers count for nobody: asking it would waste an answer."""
    asked = [factories.question("K01", f"q{n}", kind="short", competence="C5.4", level=1) for n in range(7)]
    at = clock.now() - timedelta(days=1)
    session.add(Calibration(number=1, made_at=at, answers=0, officers=0, loglik=0.0, digest="test-suspended", in_force_at=at))
    session.flush()
    for question in asked:
        session.add(
            ItemParameter(
                calibration=1, question_id=question.question_id, competence="C5.4", level=1, a=1.0, d=1.4, c=0.0, answers=100, right=0.8,
                in_bank=question is not asked[0], suspended=question is asked[0],
            )
        )  # fmt: skip
    session.flush()
    found = practice_set(services.practise(officer.id, "C5.4", clock.now()).id, officer.id)
    practised = {place.question.question_id for place in found.places}
    assert len(practised) == 5
    assert asked[0].question_id not in practised
