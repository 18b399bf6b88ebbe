"""A draft quiz tried out: the player's own pages, marked, and nothing recorded."""

import re

import pytest

from lms import grading
from lms.authoring.models import QuizTry
from lms.authoring.queries.trying import trying
from lms.courses.models import Result
from lms.quizzes.models import Answer, Attempt
from tests import factories
from tests.authoring.test_quizzes import QUIZ, act, board, settings  # noqa: F401  board is a fixture
from tests.quizzes.test_pages_of_questions import ALL, page_form


@pytest.fixture
def tried(board, client, session):  # noqa: F811
    """Tara has begun to try a quiz of every kind, three questions a page, with a grade."""
    keys = [factories.question(board.bank.code, f"moi-{kind}", kind).source["key"] for kind in ALL]
    session.commit()
    old = re.findall(r'name="points-([^"]*)"', client.get(board.address).text)
    for key in old:
        act(client, board, f"drop:{key}")
    ids = [session.query(factories.questions.Question.id).filter_by(key=key).scalar() for key in keys]
    client.post(f"{board.address}/pick", data={"question_ids": ids})
    band = {"bands-0-name": "Giỏi", "bands-0-start": "80", "bands-0-text": "Rất vững."}
    client.post(board.address, data=settings(client.get(board.address).text) | band | {"review": "never"})
    board.trying = client.post(f"{board.address}/try").location.rsplit("/", 1)[0]
    return board


def test_every_kind_is_tried_marked_and_nothing_is_recorded(tried, client, session):
    sat = trying(int(tried.trying.rsplit("/", 1)[1]), tried.tara.id).sat
    assert [len(page) for page in sat.pages] == [3, 3, 1]
    page = client.get(f"{tried.trying}/1").text
    assert "quiz.js" not in page
    assert "Giải thích" not in page
    for page in sat.pages:
        reply = client.post(f"{tried.trying}/{page[0].position}", data=page_form(page))
    assert "Đã trả lời đủ 7 câu" in client.get(reply.location).text
    result = client.get(client.post(f"{tried.trying}/submit").location).text
    assert "Đạt yêu cầu" in result
    assert "Rất vững." in result
    assert "Học viên chưa thấy đáp án" in result
    assert "Giải thích matching." not in result
    assert "Giải thích matching." in client.get(f"{tried.trying}/result?all=1").text
    assert [session.query(table).count() for table in (Attempt, Answer, Result)] == [0, 0, 0]


def test_a_draft_question_is_tried_when_it_can_be_answered(tried, client, session):
    client.post(f"{tried.address}/write", data={"kind": "single"})
    client.post(f"{tried.address}/try")
    row = session.query(QuizTry).one()  # beginning again replaces the try before
    assert len(row.paper) == 7  # the empty draft cannot be answered yet
    assert all(not grading.check(grading.spec_from_source(q["entry"], q["entry"]["key"])) for q in row.paper)


def test_a_try_is_its_owners_alone(tried, client, login):
    login(tried.rita)
    for path in ("/1", "/check", "/result"):
        assert client.get(tried.trying + path).status_code == 404
    assert client.post(f"{tried.trying}/submit").status_code == 404
    assert client.post(f"{tried.trying}/1", data={}).status_code == 404


def test_an_empty_quiz_is_not_tried(board, client):  # noqa: F811
    for key in re.findall(r'name="points-([^"]*)"', client.get(board.address).text):
        act(client, board, f"drop:{key}")
    assert "Bài chưa có câu hỏi" in client.get(f"{board.address}/try").text
    assert client.post(f"{board.address}/try").status_code == 409
