"""Taking a quiz through its pages, without a program in the browser."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from lms import clock, grading
from lms.courses.models import Result
from lms.quizzes import queries
from lms.quizzes.models import Answer, Attempt
from tests import factories

ALL = ("single", "multiple", "truefalse", "numerical", "short", "matching", "ordering")


def typed(kind: str, given: dict) -> dict:
    """The right answer as a form sends it."""
    if kind == "matching":
        return {f"pair-{left}": right for left, right in given["pairs"].items()}
    if kind == "truefalse":
        return {"value": "true" if given["value"] else "false"}
    return dict(given)


@pytest.fixture
def sit(client, login, seat):
    """sit(kinds, **settings): Olga, signed in, with an attempt begun; gives her seat and the attempt's address."""

    def begin(kinds=("single", "single"), **settings):
        olga = seat(kinds, **settings)
        login(olga.officer)
        reply = client.post(f"/quizzes/{olga.activity_id}/start")
        assert reply.status_code == 302
        return olga, reply.location.rsplit("/", 1)[0]

    return begin


def number(address: str) -> int:
    return int(address.rsplit("/", 1)[1])


def post(client, sat, address: str, position: int, given: dict, **more):
    item = sat.at_position(position)
    form = typed(item.question.kind, given) | {"based_on": item.revision, "token": f"token-{position}-{item.revision}"} | more
    return client.post(f"{address}/{position}", data=form)


def test_every_kind_is_answered_marked_and_recorded(client, sit, session):
    olga, address = sit(ALL)
    sat = olga.sitting(number(address))
    for item in sat.items:
        page = client.get(f"{address}/{item.position}").text
        assert "Câu hỏi " + item.question.kind in page
        reply = post(client, sat, address, item.position, grading.solution(item.question.spec))
        assert reply.status_code == 302
    assert reply.location.endswith("/check")
    assert "Đã trả lời đủ 7 câu" in client.get(f"{address}/check").text
    assert client.post(f"{address}/submit").location.endswith("/result")
    page = client.get(f"{address}/result").text
    assert "Đạt yêu cầu" in page
    assert "10,0" in page
    attempt = session.get(Attempt, number(address))
    assert (attempt.points, attempt.max_points, attempt.percent, attempt.passed) == (7, 7, 100, True)
    recorded = session.scalars(select(Result).where(Result.source_id == attempt.id)).one()
    share = recorded.detail["shares"]["C1.1"]
    assert (share["level"], share["points"], share["max"], share["apply"]) == (1, "7", "7", "0")
    assert [row[2] for row in share["answers"]] == [1.0] * 7  # every answer stands in the record by itself
    assert recorded.detail["passed"] is True
    session.refresh(olga.enrolment)
    assert olga.enrolment.completed_at == attempt.submitted_at
    assert olga.enrolment.percent == 100


@pytest.mark.parametrize("kind", ALL)
def test_no_page_before_the_end_tells_the_key(client, sit, kind):
    """An officer reads the page's source: nothing marks the right option and no explanation is there."""
    olga, address = sit((kind,))
    item = olga.sitting(number(address)).items[0]
    for page in (f"{address}/1", f"{address}/paper", f"{address}/check"):
        text = client.get(page).text
        assert "Giải thích" not in text
        assert "correct" not in text
        if kind in ("numerical", "short"):
            assert item.key.split()[0] not in text.split("data-position")[-1]


def test_the_intro_says_what_the_quiz_takes(client, login, seat):
    olga = seat(("single", "short"), minutes=20, attempts=2, pass_mark=75)
    login(olga.officer)
    page = client.get(f"/quizzes/{olga.activity_id}").text
    for words in ("2 câu", "20 phút", "7,5/10", "còn 2/2 lượt", "Mất mạng vẫn làm tiếp được", "Bắt đầu làm bài"):
        assert words in page


def test_pressing_start_twice_is_one_attempt(client, sit, session):
    olga, address = sit()
    again = client.post(f"/quizzes/{olga.activity_id}/start")
    assert again.location.rsplit("/", 1)[0] == address
    assert session.query(Attempt).filter_by(officer_id=olga.officer.id).count() == 1
    assert "Làm tiếp lượt 1" in client.get(f"/quizzes/{olga.activity_id}").text


def test_a_typed_number_is_read_in_vietnamese_and_said(client, sit):
    olga, address = sit(("numerical",))
    sat = olga.sitting(number(address))
    post(client, sat, address, 1, {"text": "1.234,5"}, go="stay")
    assert "Hệ thống đọc là 1.234,5." in client.get(f"{address}/1").text
    client.post(f"{address}/submit")
    assert session_percent(olga, address) == 100


def session_percent(olga, address):
    return queries.outcome(olga.sitting(number(address))).percent


def test_an_order_is_made_with_buttons_and_looking_is_no_answer(client, sit):
    olga, address = sit(("ordering",))
    shown = [row["key"] for row in olga.sitting(number(address)).items[0].shown["items"]]
    client.post(f"{address}/1", data={"order": shown, "based_on": 0, "token": "token-look"})
    assert olga.sitting(number(address)).items[0].revision == 0
    client.post(
        f"{address}/1", data={"order": shown, "move": f"{shown[1]}:up", "go": "stay", "based_on": 0, "token": "token-move"}
    )
    assert olga.sitting(number(address)).items[0].given == {"order": [shown[1], shown[0], shown[2]]}


def test_an_unchanged_answer_is_not_stored_again(client, sit, session):
    olga, address = sit()
    for _ in range(2):
        sat = olga.sitting(number(address))
        post(client, sat, address, 1, grading.solution(sat.items[0].question.spec))
    assert session.query(Answer).count() == 1


def test_a_form_of_an_older_page_is_shown_with_both_answers(client, sit):
    olga, address = sit()
    sat = olga.sitting(number(address))
    a, b = (row["key"] for row in sat.items[0].question.spec["options"])
    post(client, sat, address, 1, {"chosen": a})
    reply = client.post(f"{address}/1", data={"chosen": b, "based_on": 0, "token": "token-old-tab"})
    assert reply.status_code == 409
    assert "vừa được trả lời ở cửa sổ hoặc máy khác" in reply.text
    assert "Sáu nội dung" in reply.text
    assert olga.sitting(number(address)).items[0].given == {"chosen": a}


def test_the_flag_and_the_unanswered_stand_on_the_last_page(client, sit):
    olga, address = sit(("single", "single", "single"))
    sat = olga.sitting(number(address))
    post(client, sat, address, 2, grading.solution(sat.items[1].question.spec), go="flag")
    page = client.get(f"{address}/check").text
    assert "Còn 2 câu chưa trả lời" in page
    assert "Có 1 câu đánh dấu xem lại" in page


def test_submitting_twice_gives_one_result(client, sit, session):
    olga, address = sit()
    assert client.post(f"{address}/submit").location == client.post(f"{address}/submit").location
    assert session.query(Result).filter_by(officer_id=olga.officer.id).count() == 1
    assert client.get(f"{address}/1").location.endswith("/result")


def test_after_the_deadline_every_reader_sees_it_closed_and_nothing_was_written(client, sit, session):
    olga, address = sit(minutes=10)
    post(
        client, olga.sitting(number(address)), address, 1, grading.solution(olga.sitting(number(address)).items[0].question.spec)
    )
    with time_machine.travel(clock.now() + timedelta(minutes=21), tick=False):
        assert client.get(f"{address}/2").location.endswith("/result")
        page = client.get(f"{address}/result").text
        assert "hết giờ, tự nộp lúc" in page
        assert "5,0" in page
        assert "Lượt 1: 5,0/10" in client.get(f"/quizzes/{olga.activity_id}").text
        assert session.get(Attempt, number(address)).submitted_at is None
        client.post(f"/quizzes/{olga.activity_id}/start")
        session.expire_all()
        attempt = session.get(Attempt, number(address))
        assert (attempt.submitted_at, attempt.closed_by, attempt.percent) == (attempt.deadline, "clock", 50)
        assert session.query(Attempt).filter_by(officer_id=olga.officer.id).count() == 2


def test_a_form_after_the_deadline_keeps_what_was_saved(client, sit):
    olga, address = sit(minutes=10)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        sat = olga.sitting(number(address))
        reply = post(client, sat, address, 1, grading.solution(sat.items[0].question.spec))
        assert reply.location.endswith("/check")
        assert "Đã hết giờ" in client.get(reply.location).text
        assert olga.sitting(number(address)).items[0].revision == 0


def test_attempts_run_out(client, sit):
    olga, address = sit(attempts=1)
    client.post(f"{address}/submit")
    assert "Đã hết lượt làm bài" in client.get(f"{address}/result").text
    reply = client.post(f"/quizzes/{olga.activity_id}/start")
    assert reply.status_code == 409
    assert "đã dùng hết 1 lượt" in reply.text


def test_a_bank_without_questions_is_said_plainly(client, seat, login, session):
    olga = seat(("single",))
    for row in session.query(factories.questions.Question).all():
        row.state = "retired"
    login(olga.officer)
    reply = client.post(f"/quizzes/{olga.activity_id}/start")
    assert reply.status_code == 409
    assert "chưa có câu hỏi" in reply.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/1"), ("post", "/1"), ("post", "/1/save"), ("post", "/1/flag"), ("get", "/paper"), ("get", "/check"),
        ("post", "/submit"), ("get", "/result"), ("post", "/1/report"),
    ],
)  # fmt: skip
def test_anothers_attempt_is_not_found_anywhere(client, sit, login, method, path):
    _, address = sit()
    login(factories.person("Trần Văn Otto"))
    more = {"json": {"given": {}, "based_on": 0, "token": "12345678", "given_at": 1}} if path.endswith(("save", "flag")) else {}
    assert getattr(client, method)(address + path, **more).status_code == 404


def test_a_stranger_to_the_course_finds_no_quiz(client, sit, login):
    olga, _ = sit()
    login(factories.person("Trần Văn Otto"))
    assert client.get(f"/quizzes/{olga.activity_id}").status_code == 404
    assert client.post(f"/quizzes/{olga.activity_id}/start").status_code == 404


def test_a_question_page_takes_few_queries(client, sit, queries):
    _, address = sit(("single",) * 5)
    client.get(f"{address}/1")
    with queries() as count:
        client.get(f"{address}/2")
    assert len(count) <= 5
