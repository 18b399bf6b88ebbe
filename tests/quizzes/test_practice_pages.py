"""The pages of practice: the key only after the answer, nothing stored by mistake, all of it without a program in the browser."""

import re

import pytest

from lms import clock, grading
from lms.library.services import put_instrument
from lms.notices.models import Notice
from lms.quizzes import queries, services
from lms.quizzes.models import PracticeAnswer, QuestionReport
from lms.quizzes.services import practice
from lms.tracking.services import put_competence
from tests import factories

CITED = [{"instrument": "vb-thu", "article": "Điều 5"}]
OPTIONS = [
    {"key": "a", "text": "Sáu nội dung", "correct": True},
    {"key": "b", "text": "Bốn nội dung", "feedback": "Đó là giai đoạn trước."},
]
SECRETS = ("Giải thích", "Đáp án:", "Điều 5", "giai đoạn trước", "1234", "một cửa", "Đúng rồi", "Chưa đúng")


@pytest.fixture
def olga(session):
    return factories.person()


@pytest.fixture
def begun(olga, login):
    """begun(kinds, **more): a practice of such questions, its officer signed in; the address of its pages."""

    def make(*kinds: str, **more) -> tuple[int, str]:
        ids = [factories.question("LUYEN", kind=kind, **more).id for kind in kinds]
        practice_id = practice.begin(olga.id, ids, "practice", "C1.1", clock.now()).id
        login(olga)
        return practice_id, f"/quizzes/practice/{practice_id}"

    return make


def form_of(one) -> dict:
    """What the form of a question sends for its right answer."""
    given = grading.solution(one.question.spec)
    match one.question.kind:
        case "truefalse":
            return {"value": str(given["value"]).lower()}
        case "matching":
            return {f"pair-{left}": right for left, right in given["pairs"].items()}
    return given


def words(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page)


def answers(session, practice_id: int) -> int:
    return session.query(PracticeAnswer).filter_by(practice_id=practice_id).count()


@pytest.mark.parametrize("kind", list(factories.ANSWERS))
def test_each_kind_is_answered_by_its_form_and_shows_its_key_only_then(begun, olga, client, session, kind):
    put_instrument({"key": "vb-thu", "kind": "Luật", "number": "1", "issuer": "QH", "title": "Luật", "verified": True})
    practice_id, address = begun(kind, citations=CITED)
    before = client.get(f"{address}/1").text
    assert [secret for secret in SECRETS if secret in before] == []
    reply = client.post(f"{address}/1", data=form_of(queries.practice_set(practice_id, olga.id).places[0]))
    assert (reply.status_code, reply.headers["Location"]) == (302, f"{address}/1")
    after = client.get(f"{address}/1").text
    for words in ("Đúng rồi.", f"Giải thích {kind}.", "Điều 5", "Xem tổng kết"):
        assert words in after
    assert answers(session, practice_id) == 1
    assert "Đúng 1/1 câu" in client.get(f"{address}/summary").text


def test_a_wrong_answer_is_told_what_its_option_says_and_the_first_stands(begun, olga, client, session):
    practice_id, address = begun("single", "short", options=OPTIONS)
    one = queries.practice_set(practice_id, olga.id).places[0]
    wrong = next(option["key"] for option in one.question.spec["options"] if not option["correct"])
    client.post(f"{address}/1", data={"chosen": wrong})
    client.post(f"{address}/1", data=form_of(one))
    page = client.get(f"{address}/1").text
    for words in ("Chưa đúng.", "Bốn nội dung", "Đó là giai đoạn trước.", "Đáp án:", "Sáu nội dung", "Câu tiếp theo"):
        assert words in page
    assert "Làm tiếp câu 2" in client.get(address).text
    assert client.get(f"{address}/summary").headers["Location"] == address
    assert answers(session, practice_id) == 1


@pytest.mark.parametrize(
    ("kind", "sent", "words"),
    [
        ("single", {}, "Chưa có câu trả lời."),
        ("multiple", {"chosen": "khong-co"}, "Chưa có câu trả lời."),
        ("short", {"text": "  "}, "Chưa có câu trả lời."),
        ("numerical", {"text": "nhiều lắm"}, "Chưa đọc được số"),
        ("matching", {"pair-x": ""}, "Chưa có câu trả lời."),
    ],
)
def test_what_is_no_answer_is_asked_again_and_not_kept(begun, client, session, kind, sent, words):
    practice_id, address = begun(kind)
    reply = client.post(f"{address}/1", data=sent)
    assert reply.status_code == 422
    assert words in reply.text
    assert answers(session, practice_id) == 0


def test_not_sure_shows_the_key_and_counts_as_answered(begun, client, session):
    _, address = begun("short")
    client.post(f"{address}/1", data={"go": "unsure", "text": "một cửa"})
    page = client.get(f"{address}/1").text
    assert "Cùng xem đáp án." in page
    assert "một cửa" in page
    assert session.query(PracticeAnswer).one().share == 0
    summary = client.get(f"{address}/summary").text
    assert "Đúng 0/1 câu" in summary
    assert "chưa rõ" in summary


def test_moving_a_step_is_no_answer(begun, olga, client, session):
    practice_id, address = begun("ordering")
    shown = [row["key"] for row in queries.practice_set(practice_id, olga.id).places[0].shown["items"]]
    page = client.post(f"{address}/1", data={"order": shown, "move": f"{shown[1]}:up"})
    assert page.status_code == 200
    assert page.text.index(f'value="{shown[1]}:up"') < page.text.index(f'value="{shown[0]}:up"')
    assert answers(session, practice_id) == 0
    client.post(f"{address}/1", data={"order": shown, "go": "answer"})
    assert answers(session, practice_id) == 1


def test_while_a_paper_holds_the_question_the_pages_lead_back_to_it(seat, client, login, session):
    olga = seat(("single", "short"))
    attempt_id = olga.start()
    item = olga.sitting(attempt_id).items[1]
    done = practice.begin(olga.officer.id, [item.question.id], "practice", "C1.1", clock.now()).id
    address = f"/quizzes/practice/{done}"
    login(olga.officer)
    for page in (f"{address}/1", f"{address}/summary"):
        assert client.get(page).headers["Location"] == address
    assert client.post(f"{address}/1", data={"text": "một cửa"}).headers["Location"] == address
    page = client.get(address).text
    assert "Về bài kiểm tra đang làm" in page
    assert f"/quizzes/{olga.activity_id}" in page
    assert answers(session, done) == 0
    services.submit(olga.officer.id, attempt_id, clock.now())
    assert "Bắt đầu" in client.get(address).text
    client.post(f"{address}/1", data={"text": "một cửa"})
    assert client.get(address).headers["Location"] == f"{address}/summary"


def test_every_page_names_the_competences_it_is_about(olga, login, client):
    put_competence("C1.1", "N1", "Tham mưu", "Xây dựng kế hoạch CCHC", list("abcde"), 0)
    put_competence("C2.1", "N2", "Thực thi", "Rà soát thủ tục", list("abcde"), 1)
    ids = [factories.question("LUYEN", competence=code).id for code in ("C1.1", "C2.1", "C9.9")]
    address = f"/quizzes/practice/{practice.begin(olga.id, ids, 'weekly', '', clock.now()).id}"
    login(olga)
    start = client.get(address).text
    assert "C1.1 Xây dựng kế hoạch CCHC" in start
    assert "C2.1 Rà soát thủ tục" in start
    for place, words in enumerate(("C1.1 Xây dựng kế hoạch CCHC", "C2.1 Rà soát thủ tục", "C9.9"), 1):
        assert words in client.get(f"{address}/{place}").text
        client.post(f"{address}/{place}", data={"go": "unsure"})
    assert "C2.1 Rà soát thủ tục" in client.get(f"{address}/summary").text
    ids = [factories.question("LUYEN").id]
    address = f"/quizzes/practice/{practice.begin(olga.id, ids, 'practice', 'C1.1', clock.now()).id}"
    client.post(f"{address}/1", data={"go": "unsure"})
    assert "Xây dựng kế hoạch CCHC" in client.get(f"{address}/summary").text


def test_a_practised_question_is_reported_once_answered_and_its_trainer_replies(olga, login, client, session):
    course = factories.course("LUYEN")
    ids = [factories.question("LUYEN").id, factories.question("LUYEN").id]
    address = f"/quizzes/practice/{practice.begin(olga.id, ids, 'practice', 'C1.1', clock.now()).id}"
    login(olga)
    assert "Báo câu hỏi có lỗi" not in client.get(f"{address}/1").text
    assert client.post(f"{address}/1/report", data={"text": "Chưa thấy đáp án."}).status_code == 409
    client.post(f"{address}/1", data={"go": "unsure"})
    assert f'action="{address}/1/report"' in client.get(f"{address}/1").text
    empty = client.post(f"{address}/1/report", data={"text": " "})
    assert empty.status_code == 422
    assert "Chưa ghi chỗ sai" in empty.text
    assert client.post(f"{address}/1/report", data={"text": "x" * 2001}).status_code == 422
    assert client.post(f"{address}/1/report", data={"text": "Phương án B cũng đúng."}).status_code == 302
    assert client.post(f"{address}/1/report", data={"text": "Lần nữa."}).status_code == 409
    assert "Phương án B cũng đúng." in client.get(f"{address}/1").text
    tara = factories.person("Lê Văn Tara")
    login(tara, role="trainer", scope="course", scope_id=factories.course().course_id)
    assert "Phương án B cũng đúng." not in client.get("/quizzes/reports").text
    assert "1 câu hỏi được báo lỗi" not in words(client.get("/").text)
    login(tara, role="trainer", scope="course", scope_id=course.course_id)
    assert "1 câu hỏi được báo lỗi" in words(client.get("/").text)
    page = client.get("/quizzes/reports").text
    assert "Phương án B cũng đúng." in page
    assert "Câu 1 của lượt luyện" in page
    client.post(f"/quizzes/reports/{session.query(QuestionReport).one().id}", data={"text": "Cảm ơn, đã sửa."})
    told = session.query(Notice).filter_by(person_id=olga.id, kind="question_reply").one()
    assert (told.href, "Cảm ơn, đã sửa." in told.text) == (f"{address}/1", True)
    login(olga)
    assert "Cảm ơn, đã sửa." in client.get(f"{address}/1").text


def test_pages_cost_few_queries(begun, client, queries):
    _, address = begun("single", "short")
    client.get(f"{address}/1")
    with queries() as count:
        assert client.get(f"{address}/1").status_code == 200
    assert len(count) <= 5, count.statements
    client.post(f"{address}/1", data={"go": "unsure"})
    with queries() as count:
        assert "Giải thích" in client.get(f"{address}/1").text
    assert len(count) <= 5, count.statements
