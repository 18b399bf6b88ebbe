"""Who keeps answering wrong is seen by the trainer, and reminded at most once a week."""

from datetime import timedelta

from lms import clock
from lms.courses import services as courses
from lms.notices.models import Notice
from lms.quizzes import services
from tests import factories


def wrong(seat, count: int) -> None:
    """An attempt handed in with so many wrong answers."""
    attempt = seat.start()
    for item in seat.sitting(attempt).items[:count]:
        key = next(o["key"] for o in item.question.spec["options"] if not o["correct"])
        seat.save(attempt, item.position, {"chosen": key})
    services.submit(seat.officer.id, attempt, clock.now())


def test_four_wrong_answers_without_a_pass(client, login, session, seat):
    here = seat(("single", "single", "single", "single"))
    login(factories.person("Trần Tara"), role="trainer", scope="course", scope_id=here.version.course_id)
    wrong(here, 3)
    assert here.officer.full_name not in client.get("/quizzes/help").text
    wrong(here, 1)
    page = client.get("/quizzes/help").text
    assert here.officer.full_name in page
    attempt = here.start()
    here.answer_right(attempt)
    services.submit(here.officer.id, attempt, clock.now())
    assert here.officer.full_name not in client.get("/quizzes/help").text


def test_one_reminder_a_week_whoever_presses(client, login, session, seat):
    here = seat()
    factories.account(here.officer)
    login(factories.person("Trần Tara"), role="trainer", scope="course", scope_id=here.version.course_id)
    page = client.post("/courses/nudge", data={"enrolment_ids": [here.enrolment.id]}, follow_redirects=True).text
    assert "Đã nhắc 1 người" in page
    page = client.post("/courses/nudge", data={"enrolment_ids": [here.enrolment.id]}, follow_redirects=True).text
    assert "đã được nhắc trong tuần này" in page
    assert session.query(Notice).filter_by(person_id=here.officer.id, kind="course.nudge").count() == 1
    assert courses.nudge([here.enrolment], clock.now() + timedelta(days=7)) == 1


def test_another_courses_officers_are_not_reminded(client, login, session, seat):
    here, other = seat(), factories.quiz()
    login(role="trainer", scope="course", scope_id=other.course_id)
    assert client.post("/courses/nudge", data={"enrolment_ids": [here.enrolment.id]}).status_code == 404
    assert session.query(Notice).filter_by(kind="course.nudge").count() == 0
