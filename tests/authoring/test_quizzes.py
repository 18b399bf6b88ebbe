"""The quiz editor: questions picked, written in place, ordered and weighed; settings and bands; what is missing before publishing."""

import re
from datetime import timedelta

import pytest

from lms import clock, grading
from lms.authoring.models import CourseDraft, QuestionDraft
from lms.authoring.services import checks
from lms.authoring.services import questions as question_services
from lms.authoring.services import quizzes as services
from lms.errors import Conflict
from lms.library.services import put_instrument
from lms.questions.models import Question, QuestionVersion
from lms.quizzes import services as quizzes
from lms.quizzes.services import practice
from tests import factories
from tests.authoring.conftest import ENTRY

KEYS = ("a", "b", "c")
QUIZ = services.new_quiz("thi", "Thi") | {"questions": list(KEYS)}


@pytest.fixture
def board(desk, login):
    """Tara before the quiz of her course; the course's bank has six more questions."""
    code = desk.bank.code
    for n in range(6):
        factories.question(code, f"them-{n}", stem=f"Quầy một cửa số {n} làm gì?", level=1 + n % 2)
    login(desk.tara)
    desk.address = f"/authoring/courses/{desk.course.course_id}/quizzes/kiem-tra"
    return desk


def stamp(page: str) -> str:
    return re.search(r'name="stamp" value="([^"]*)"', page)[1]


def item_of(session, desk) -> dict:
    session.expire_all()
    return session.get(CourseDraft, desk.course.course_id).entry["module"][0]["activity"][0]


def act(client, board, go: str, **data):
    page = client.get(board.address).text
    points = dict(re.findall(r'name="(points-[^"]*)" value="([^"]*)"', page))
    return client.post(f"{board.address}/questions", data=points | {"stamp": stamp(page), "go": go} | data)


def settings(page: str, **more) -> dict:
    values = {
        "stamp": stamp(page), "title": "Bài kiểm tra", "mandatory": "y", "minutes": "20", "attempts": "2", "pass_mark": "60",
        "method": "highest", "review": "after_submit", "per_page": "3", "closes": "",
    }  # fmt: skip
    return values | more


def test_questions_are_moved_weighed_and_dropped_and_take_their_points_along():
    weighed = services.weigh(QUIZ, {"a": "2", "b": "0,5", "c": ""}, ["c"])
    assert (weighed["points_of"], weighed["breaks"]) == ({"a": 2, "b": 0.5}, ["c"])
    assert services.move_question(weighed, "c", -1)["questions"] == ["a", "c", "b"]
    assert services.move_question(weighed, "a", -1)["questions"] == ["a", "b", "c"]
    assert services.put_question(weighed, "a", "")["questions"] == ["b", "c", "a"]
    less = services.drop_question(services.drop_question(weighed, "a"), "c")
    assert (less["questions"], less["points_of"], "breaks" in less) == (["b"], {"b": 0.5}, False)
    assert services.add_questions(less, ["b", "d", "d"])["questions"] == ["b", "d"]


@pytest.mark.parametrize("typed", ["0", "-1", "101", "hai"])
def test_what_is_no_number_of_points_is_refused_in_words(typed):
    with pytest.raises(Conflict, match="Điểm của câu a"):
        services.weigh(QUIZ, {"a": typed}, [])


def test_settings_come_back_as_they_went():
    full = services.weigh(QUIZ, {"a": "2"}, ["b"]) | {
        "per_page": 4, "closes": "2026-12-31", "draw": [{"competence": "C1.1", "level": 2, "count": 3, "points": 2}],
        "bands": [{"name": "Giỏi", "from": 80, "text": "Rất vững."}, {"name": "Còn lại", "from": 0}],
    }  # fmt: skip
    values = services.quiz_values(full)
    data = values | {"bands": [{"name": "", "start": "", "text": ""} | band for band in values["bands"]]}
    assert services.quiz_entry(full, data) == full
    assert services.quiz_entry(QUIZ, services.quiz_values(QUIZ) | {"bands": []}) == QUIZ
    most = [{"name": f"Mức {n}", "from": n} for n in range(12)]
    assert len(services.quiz_values(QUIZ | {"bands": most})["bands"]) == 12


def test_picking_finds_without_marks_marks_what_is_there_and_adds_several(client, session, board):
    there = item_of_published(session, board)
    page = client.get(f"{board.address}/pick?q=quay mot cua&level=1").text
    assert page.count('type="checkbox" name="question_ids"') == 3
    assert "chưa ai làm" in page
    assert "Đã có trong bài" in client.get(f"{board.address}/pick?q={there[0]}").text
    ids = re.findall(r'name="question_ids" id="q\d+" value="(\d+)"', page)
    assert client.post(f"{board.address}/pick", data={"question_ids": ids}).location.endswith("#cau-hoi")
    assert item_of(session, board)["questions"] == [*there, "them-0", "them-2", "them-4"]
    more = client.post(f"{board.address}/pick?q=quay", data={"question_ids": ids, "go": "more"})
    assert more.location == f"{board.address}/pick?q=quay"
    assert len(item_of(session, board)["questions"]) == 5


def item_of_published(session, board) -> list[str]:
    rows = session.query(Question.key).filter(Question.bank_id == board.bank.id, Question.key.not_like("them-%"))
    return [key for (key,) in rows.order_by(Question.id)]


def test_how_often_a_question_was_met_and_right_is_shown(client, session, board, login):
    officer = factories.person("Lê Thị Olga")
    factories.enrolment(officer, board.course)
    activity_id = board.course.outline[0]["activities"][0]["id"]
    quizzes.submit(officer.id, quizzes.start(officer.id, activity_id, clock.now()), clock.now())
    session.commit()
    assert "1 lượt làm, đúng 0" in client.get(board.address).text
    version = (
        session.query(QuestionVersion)
        .join(Question, Question.current_id == QuestionVersion.id)
        .filter(Question.bank_id == board.bank.id, Question.key == item_of_published(session, board)[0])
        .one()
    )
    practised = practice.begin(officer.id, [version.id], "practice", "C1.1", clock.now()).id
    practice.answer(officer.id, practised, 1, grading.solution(version.spec), clock.now())
    session.commit()
    assert "2 lượt làm, đúng 50" in client.get(board.address).text


def test_a_question_of_another_bank_is_not_added(client, session, board):
    factories.question("KHAC", "la")
    session.commit()
    foreign = session.query(Question.id).filter_by(key="la").scalar()
    client.post(f"{board.address}/pick", data={"question_ids": [foreign]})
    assert session.get(CourseDraft, board.course.course_id) is None


def test_order_points_and_draws_are_kept_in_the_draft(client, session, board):
    first, second = item_of_published(session, board)
    act(client, board, f"down:{first}", **{f"points-{first}": "2,5"})
    item = item_of(session, board)
    assert (item["questions"], item["points_of"]) == ([second, first], {first: 2.5})
    act(client, board, "draw", competence="C1.1", level="2", count="3", points="2")
    assert item_of(session, board)["draw"] == [{"competence": "C1.1", "level": 2, "count": 3, "points": 2}]
    assert "Ngân hàng có 3 câu sẵn sàng" in client.get(board.address).text
    refused = act(client, board, "save", **{f"points-{first}": "nhiều"})
    assert refused.status_code == 409
    assert 'value="nhiều"' in refused.text
    assert act(client, board, "draw", competence="", count="").status_code == 422
    act(client, board, "drop-draw:0")
    act(client, board, f"drop:{first}")
    assert item_of(session, board)["questions"] == [second]


def test_the_second_on_a_quiz_is_told_who_was_first(client, session, board, login):
    factories.grant(board.rita, "author", "course", board.course.course_id)
    old = stamp(client.get(board.address).text)
    act(client, board, "draw", competence="C1.1", level="1", count="1", points="")
    login(board.rita)
    late = client.post(board.address, data=settings(client.get(board.address).text) | {"stamp": old, "title": "Của Rita"})
    assert late.status_code == 409
    assert "Trần Tara đã sửa trước" in late.text
    assert 'value="Của Rita"' in late.text


def test_bands_and_pages_are_set_and_nonsense_is_said_at_its_place(client, session, board):
    page = client.get(board.address).text
    bands = {
        "bands-0-name": "Giỏi",
        "bands-0-start": "80%",
        "bands-0-text": "Rất vững.",
        "bands-1-name": "Đạt",
        "bands-1-start": "50",
    }
    assert client.post(board.address, data=settings(page) | bands).status_code == 302
    item = item_of(session, board)
    assert item["bands"] == [{"name": "Giỏi", "from": 80, "text": "Rất vững."}, {"name": "Đạt", "from": 50}]
    assert item["per_page"] == 3
    same = client.post(board.address, data=settings(client.get(board.address).text) | bands | {"bands-1-start": "80"})
    assert same.status_code == 422
    assert "cùng bắt đầu từ 80%" in same.text


def test_a_question_written_in_place_is_in_the_quiz_and_leads_back(client, session, board):
    reply = client.post(f"{board.address}/write", data={"kind": "ordering"})
    page = client.get(reply.location).text
    assert "Về bài kiểm tra" in page
    assert "phải được người khác thẩm định" in page
    draft = session.query(QuestionDraft).one()
    assert item_of(session, board)["questions"][-1] == draft.entry["key"]
    assert "còn là bản nháp" in client.get(f"{board.address}/check").text


def found(item: dict, bank_id: int) -> dict[str, bool]:
    return {finding.text: finding.grave for finding in checks.check_quiz(item, bank_id, clock.today()).findings}


def says(item: dict, bank_id: int, words: str, grave: bool) -> bool:
    return any(words in text and stops is grave for text, stops in found(item, bank_id).items())


def test_what_stops_publishing_and_what_only_deserves_a_look(session, board):
    bank, there = board.bank.id, item_of_published(session, board)
    base = services.new_quiz("thi", "Thi")
    assert says(base, bank, "Chưa có câu hỏi nào", True)
    assert says(base | {"questions": ["khong-co"]}, bank, "không còn trong ngân hàng", True)
    assert says(base | {"draw": [{"competence": "C1.1", "level": 2, "count": 9}]}, bank, "mới có 3 câu sẵn sàng", True)
    assert says(
        base | {"draw": [{"competence": "C1.1", "level": 2, "count": 3}]}, bank, "câu vận dụng mới chiếm khoảng 0%", False
    )
    good = base | {"questions": there}
    assert says(good | {"points_of": {there[0]: 0}}, bank, "lớn hơn 0", True)
    assert says(good | {"pass_mark": 0}, bank, "không ai đạt được", True)
    assert says(good | {"bands": [{"name": "A", "from": 50}, {"name": "B", "from": 50}]}, bank, "cùng bắt đầu", True)
    assert says(good | {"review": "after_last", "attempts": 0}, bank, "lượt cuối", True)
    assert says(good | {"minutes": 1}, bank, "trung bình 0,5 phút mỗi câu", False)
    assert says(good | {"bands": [{"name": "A", "from": 50}]}, bank, "dưới 50%", False)
    assert says(good | {"breaks": there[1:]}, bank, "ngắt trang", False)
    assert says(good | {"closes": "2020-01-01"}, bank, "đã qua", False)
    session.query(Question).filter_by(key=there[0]).one().state = "retired"
    assert says(good, bank, "đã ngừng dùng", True)


def test_law_no_longer_in_force_is_pointed_at(session, board):
    ended = clock.today() - timedelta(days=1)
    put_instrument(
        {"key": "cu", "kind": "Nghị định", "number": "1/2000", "issuer": "CP", "title": "x", "verified": True, "ended": ended}
    )
    factories.question(board.bank.code, "dan-cu", citations=[{"instrument": "cu", "article": "Điều 1"}])
    item = services.new_quiz("thi", "Thi") | {"questions": ["dan-cu"]}
    assert says(item, board.bank.id, "không còn hiệu lực: Nghị định 1/2000", False)


def test_a_habit_of_the_whole_bank_is_told_on_its_page(client, session, board):
    for n in range(40):
        factories.question(board.bank.code, f"dai-{n}", options=[
            {"key": "a", "text": "Đúng"}, {"key": "b", "text": "Phương án đúng và dài nhất", "correct": True}, {"key": "c", "text": "Sai"},
        ])  # fmt: skip
    session.commit()
    address = f"/authoring/banks/{board.bank.id}/habits"
    assert address in client.get(f"/authoring/banks/{board.bank.id}").text  # fetched after the list: it reads every question
    page = client.get(address).text
    assert "Đáp án là phương án dài nhất" in page
    assert "Đáp án đứng ở vị trí 2" in page


def test_a_mended_question_in_use_counts_as_it_is_used(session, board):
    """Papers hold the wording in use; a draft beside it changes nothing in the quiz until it comes into use."""
    key = item_of_published(session, board)[0]
    question = session.query(Question).filter_by(key=key).one()
    question_services.write(question.id, ENTRY | {"stem": ""}, 0, board.tara.id, clock.now())
    item = services.new_quiz("thi", "Thi") | {"questions": [key]}
    assert not any(found(item, board.bank.id).values())
    assert session.get(QuestionVersion, question.current_id).number == 1
