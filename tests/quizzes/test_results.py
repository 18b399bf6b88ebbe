"""What a result says, what of it is shown when, which attempt counts, and reporting a faulty question."""

from datetime import timedelta

import pytest

from lms import clock
from lms.courses.models import Course, Result
from lms.notices.models import Notice
from lms.quizzes import queries, services
from lms.quizzes.models import Allowance, QuestionReport
from tests import factories


def take(olga, right: int) -> int:
    """One attempt with so many right answers; its id."""
    attempt_id = olga.start()
    olga.answer_right(attempt_id, right)
    services.submit(olga.officer.id, attempt_id, clock.now())
    return attempt_id


@pytest.mark.parametrize(
    ("review", "attempts_made", "shown"),
    [
        ("after_submit", 1, True),
        ("after_last", 1, False),
        ("after_last", 2, True),
        ("never", 1, False),
        ("never", 2, False),
    ],
)
def test_keys_are_shown_only_when_the_quiz_says(seat, client, login, session, review, attempts_made, shown):
    olga = seat(("single", "short"), attempts=2, review=review)
    ids = [take(olga, 0) for _ in range(attempts_made)]
    login(olga.officer)
    for attempt_id in ids:
        page = client.get(f"/quizzes/attempts/{attempt_id}/result").text
        for secret in ("Sáu nội dung", "một cửa", "Giải thích single", "Đáp án:"):
            assert (secret in page) is shown
        assert "Chưa đạt: 0,0/10, cần 6,0." in page
        assert ("Còn 1 lượt" in page) is (attempts_made == 1)


def test_while_another_attempt_goes_on_after_last_stays_closed(seat, client, login):
    olga = seat(("single",), attempts=3, review="after_last")
    first = take(olga, 0)
    olga.start()
    login(olga.officer)
    page = client.get(f"/quizzes/attempts/{first}/result").text
    assert "Làm tiếp lượt đang dở" in page
    assert "Sáu nội dung" not in page


@pytest.mark.parametrize(
    ("method", "percents", "passes"),
    [
        ("highest", [25, 75, 75], [False, True, True]),
        ("latest", [25, 75, 50], [False, True, False]),
        ("first", [25, 25, 25], [False, False, False]),
        ("average", [25, 50, 50], [False, False, False]),
    ],
)
def test_the_course_hears_the_picked_result(seat, session, method, percents, passes):
    """Attempts of 25, 75 and 50 per cent under Moodle's four grading methods (mod/quiz/lib.php); pass mark 60."""
    olga = seat(("single",) * 4, method=method)
    for right in (1, 3, 2):
        take(olga, right)
    rows = session.query(Result).filter_by(officer_id=olga.officer.id).order_by(Result.n).all()
    assert [row.percent for row in rows] == percents
    assert [row.passed for row in rows] == passes
    assert [row.detail["shares"]["C1.1"]["points"] for row in rows] == ["1", "3", "2"]


def test_shares_speak_for_the_lowest_level_and_say_how_much_applies(seat, session):
    olga = seat(("single",) * 2)
    attempt_id = take(olga, 1)
    code = olga.sitting(attempt_id).items[0].question
    share = session.query(Result).one().detail["shares"][code.competence]
    assert (share["level"], share["points"], share["max"], share["apply"]) == (1, "1", "2", "0")
    assert sorted(row[2:] for row in share["answers"]) == [[0.0, 0.5], [1.0, 0.5]]  # share earned, chance of guessing it


def test_a_second_paper_has_other_questions_while_the_pool_lasts(seat, session):
    olga = seat(("single",) * 4, draw=[{"competence": "C1.1", "level": 1, "count": 2}], attempts=0)
    papers = []
    for _ in range(4):
        attempt_id = take(olga, 2)
        papers.append({item.question.key for item in olga.sitting(attempt_id).items})
    assert papers[0].isdisjoint(papers[1])
    assert papers[0] == papers[2]  # all were seen: those seen longest ago come again
    assert papers[1] == papers[3]


def test_the_paper_of_an_attempt_outlives_a_new_wording(seat, session):
    olga = seat(("single",))
    attempt_id = olga.start()
    before = olga.sitting(attempt_id).items[0].question
    code = session.get(Course, olga.version.course_id).code
    factories.question(code, before.key, stem="Câu mới?")
    assert olga.sitting(attempt_id).items[0].question == before
    services.submit(olga.officer.id, attempt_id, clock.now())
    again = olga.sitting(olga.start()).items[0].question
    assert again.key == before.key
    assert "Câu mới?" in again.stem_html


def test_a_report_is_sent_answered_and_told(seat, client, login, session):
    olga = seat(("single",))
    attempt_id = take(olga, 0)
    login(olga.officer)
    address = f"/quizzes/attempts/{attempt_id}/1/report"
    empty = client.post(address, data={"text": " "})
    assert empty.status_code == 422
    assert "Chưa ghi chỗ sai" in empty.text
    assert client.post(address, data={"text": "Đáp án B cũng đúng."}).status_code == 302
    assert client.post(address, data={"text": "Lần nữa."}).status_code == 409
    report = session.query(QuestionReport).one()
    tara = login(factories.person("Lê Văn Tara"), role="trainer", scope="course", scope_id=olga.version.course_id)
    assert "Đáp án B cũng đúng." in client.get("/quizzes/reports").text
    assert client.post(f"/quizzes/reports/{report.id}", data={"text": ""}).status_code == 422
    assert client.post(f"/quizzes/reports/{report.id}", data={"text": "Đúng, đã sửa."}).status_code == 302
    assert client.post(f"/quizzes/reports/{report.id}", data={"text": "Lần nữa."}).status_code == 409
    session.expire_all()
    assert (report.reply, report.replied_by) == ("Đúng, đã sửa.", tara.id)
    told = session.query(Notice).filter_by(person_id=olga.officer.id, kind="question_reply").one()
    assert "Đúng, đã sửa." in told.text
    assert "Đúng, đã sửa." in client.get("/quizzes/reports?answered=1").text
    login(olga.officer)
    assert "Đúng, đã sửa." in client.get(f"/quizzes/attempts/{attempt_id}/result").text


def test_a_question_is_not_reported_while_the_attempt_goes_on(seat, client, login, session):
    olga = seat(("single",))
    attempt_id = olga.start()
    login(olga.officer)
    assert client.post(f"/quizzes/attempts/{attempt_id}/1/report", data={"text": "Sai"}).status_code == 409
    assert session.query(QuestionReport).count() == 0


def test_a_trainer_of_another_course_sees_and_answers_no_report(seat, client, login, session):
    olga = seat(("single",))
    attempt_id = take(olga, 0)
    services.report_question(olga.officer.id, attempt_id, 1, "Sai chỗ này.", clock.now())
    report = session.query(QuestionReport).one()
    login(factories.person("Lê Văn Tara"), role="trainer", scope="course", scope_id=factories.course().course_id)
    assert "Sai chỗ này." not in client.get("/quizzes/reports").text
    assert client.post(f"/quizzes/reports/{report.id}", data={"text": "x"}).status_code == 404


def test_officers_do_not_see_the_pages_of_staff(client, login):
    login(factories.person())
    for address in ("/quizzes/reports", "/quizzes/allowances"):
        assert client.get(address).status_code == 403


def test_extra_time_is_given_in_scope_with_reasons_and_ended(seat, client, login, session):
    olga = seat(("single",))
    login(factories.person("Lê Văn Tara"), role="trainer", scope="course", scope_id=olga.version.course_id)
    good = {"person": olga.officer.full_name, "activity_id": olga.activity_id, "percent": 25, "reason": "Tay đau"}
    for wrong, words in [
        ({"person": "Không Ai"}, "Không tìm thấy"),
        ({"percent": 0}, "1 đến 300"),
        ({"reason": ""}, "Chưa ghi lý do"),
        ({"activity_id": 0}, ""),  # every quiz: only with a role for everything
    ]:
        reply = client.post("/quizzes/allowances", data=good | wrong)
        assert reply.status_code == 422
        assert words in reply.text
    assert queries.terms(olga.officer.id, olga.activity_id, clock.today()).percent == 0
    assert client.post("/quizzes/allowances", data=good).status_code == 302
    assert queries.terms(olga.officer.id, olga.activity_id, clock.today()).percent == 25
    page = client.get("/quizzes/allowances").text
    assert "Tay đau" in page
    row = session.query(Allowance).one()
    client.post(f"/quizzes/allowances/{row.id}/end", data={"reason": ""})
    assert queries.terms(olga.officer.id, olga.activity_id, clock.today()).percent == 25
    client.post(f"/quizzes/allowances/{row.id}/end", data={"reason": "Đã khỏi"})
    assert queries.terms(olga.officer.id, olga.activity_id, clock.today()).percent == 0
    login(factories.person("Phan Văn Tám"), role="trainer", scope="course", scope_id=factories.course().course_id)
    assert client.post(f"/quizzes/allowances/{row.id}/end", data={"reason": "x"}).status_code == 404


def test_the_calendar_closes_by_command(seat, app, session):
    olga = seat(("single",), minutes=5)
    attempt_id = olga.start(at=clock.now() - timedelta(hours=1))
    session.commit()
    result = app.test_cli_runner().invoke(args=["quizzes", "close-expired"])
    assert "Đã đóng 1 bài" in result.output
    session.expire_all()
    assert olga.sitting(attempt_id).closed_by == "clock"
