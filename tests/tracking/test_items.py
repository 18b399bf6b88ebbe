"""What the answers say of questions, to those who write them; and a figure computed once more for an auditor."""

from random import Random

import pytest
from sqlalchemy import select

from lms.courses.models import Course
from lms.people.queries import Scope
from lms.questions.models import Question
from lms.quizzes.models import Attempt, AttemptItem
from lms.quizzes.services import practice
from lms.tracking import services
from lms.tracking.models import ItemParameter
from lms.tracking.queries import items
from tests import factories
from tests.tracking.conftest import AT, proposed


@pytest.fixture
def bank(session, open_course):
    """Ten questions of the bank K01."""
    return [factories.question("K01", f"q{n:02d}", competence="C1.1", level=1) for n in range(10)]


@pytest.fixture
def answered(session, bank, answers, paper):
    """120 officers; the last question is keyed the wrong way round: who knows more chooses b, and is marked wrong."""
    dice = Random(5)
    people = []
    for i in range(120):
        officer, skill = factories.person(), dice.random()
        marks = [dice.random() < 0.3 + 0.65 * skill for _ in bank[:-1]] + [dice.random() > skill]
        right = [q.question_id for q, mark in zip(bank, marks, strict=True) if mark]
        wrong = [q.question_id for q, mark in zip(bank, marks, strict=True) if not mark]
        answers(officer, len(right), len(wrong), ids=right + wrong, source=i + 1)
        paper(officer, bank[-1], marks[-1])
        people.append(officer)
    services.refresh_many([officer.id for officer in people], AT)
    proposed()
    session.commit()
    return people


@pytest.fixture
def paper(session):
    """paper(officer, question, right): an attempt in which that officer chose the key, or the other option."""
    quiz = factories.quiz()
    activity = quiz.outline[0]["activities"][0]

    def paper(officer, question, right):
        attempt = Attempt(
            officer_id=officer.id, enrolment_id=factories.enrolment(officer, quiz).id, activity_id=activity["id"],
            quiz_version_id=activity["quiz_version"], number=1, seed=1, started_at=AT, submitted_at=AT,
        )  # fmt: skip
        session.add(attempt)
        session.flush()
        key = next(option["key"] for option in question.spec["options"] if bool(option.get("correct")) is right)
        given = {"chosen": key}
        session.add(
            AttemptItem(
                attempt_id=attempt.id, position=1, question_version_id=question.id, points=1, given=given, share=int(right)
            )
        )
        session.flush()

    return paper


def test_the_worst_question_stands_first_and_says_what_to_do(client, login, answered, bank):
    login(role="admin")
    page = client.get("/tracking/items").text
    assert "Cần xem lại đáp án" in page
    assert page.index("q09") < page.index("q00")
    assert "120" in page
    narrowed = client.get("/tracking/items?flag=check_key").text
    assert "q09" in narrowed
    assert "q00" not in narrowed


def test_who_writes_sees_which_choice_the_best_take(client, login, answered, bank):
    login(role="admin")
    page = client.get(f"/tracking/items/{bank[-1].question_id}").text
    assert "Nhóm cao chọn nhiều nhất" in page
    assert "“Bốn nội dung”" in page
    assert f"/authoring/questions/{bank[-1].question_id}" in page
    assert "Cần từ 30 câu trả lời" in client.get(f"/tracking/items/{bank[0].question_id}").text


def test_a_question_that_tells_nothing_does_not_look_good_because_its_own_answer_is_in_the_level(session, bank, answers, paper):
    """Ten questions answered at random: with the question's own answer in the level, the best third would seem far better at it."""
    dice = Random(7)
    people = []
    for i in range(150):
        officer, marks = factories.person(), [dice.random() < 0.5 for _ in bank]
        right = [q.question_id for q, mark in zip(bank, marks, strict=True) if mark]
        wrong = [q.question_id for q, mark in zip(bank, marks, strict=True) if not mark]
        answers(officer, len(right), len(wrong), ids=right + wrong, source=i + 1)
        paper(officer, bank[0], marks[0])
        people.append(officer)
    services.refresh_many([officer.id for officer in people], AT)
    session.commit()
    row, _ = items.one(bank[0].question_id, Scope(everywhere=True))
    low, _, high = items.picture(row).right
    assert abs(high - low) < 0.2


def test_answers_of_practice_are_drawn_too_and_told_apart(client, login, session, answered, bank):
    login(role="admin")
    address = f"/tracking/items/{bank[0].question_id}"
    other = next(option["key"] for option in bank[0].spec["options"] if not option.get("correct"))
    for officer in answered[:31]:
        practised = practice.begin(officer.id, [bank[0].id], "practice", "C1.1", AT).id
        practice.answer(officer.id, practised, 1, {"chosen": other}, AT)
    page = client.get(address).text
    assert "31 câu trả lời mới nhất (trong đó 31 khi luyện tập)" in page
    assert "Nhóm cao chọn nhiều nhất <b>“Bốn nội dung”" in page


def test_a_trainer_sees_the_own_courses_questions_only(client, login, session, answered, bank):
    other = factories.question("K99", competence="C1.1", level=1)
    course_id = session.scalar(select(Course.id).where(Course.code == "K01"))
    login(role="trainer", scope="course", scope_id=course_id)
    assert "q09" in client.get("/tracking/items").text
    assert client.get(f"/tracking/items/{bank[0].question_id}").status_code == 200
    assert client.get(f"/tracking/items/{other.question_id}").status_code == 404
    login(role="trainer", scope="course", scope_id=factories.course("K98").course_id)
    assert "q09" not in client.get("/tracking/items").text


def test_the_editor_shows_the_flag_as_a_fragment(client, login, answered, bank):
    login(role="admin")
    fragment = client.get(f"/tracking/items/{bank[-1].question_id}", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "Cần xem lại đáp án" in fragment
    assert f'hx-get="/tracking/items/{bank[-1].question_id}"' in client.get(f"/authoring/questions/{bank[-1].question_id}").text


def test_few_answers_and_none_are_said(client, login, session, answered, bank):
    fresh = factories.question("K01", "moi", competence="C1.1", level=1)
    session.query(ItemParameter).filter_by(question_id=bank[0].question_id).update({"answers": 12, "flag": ""})
    login(role="admin")
    bank_id = session.get(Question, fresh.question_id).bank_id
    assert "thêm 1 câu đang dùng chưa ai trả lời" in client.get(f"/tracking/items?bank={bank_id}").text
    assert "Mới có 12 câu trả lời" in client.get(f"/tracking/items/{bank[0].question_id}").text
    assert "Chưa có câu trả lời nào được tính" in client.get(f"/tracking/items/{fresh.question_id}").text


def test_a_list_before_any_calibration_says_so(client, login, session):
    login(role="admin")
    assert "Chưa có số liệu" in client.get("/tracking/items").text


def test_the_list_asks_little_of_the_database(client, login, answered, queries):
    login(role="admin")
    client.get("/tracking/items")
    with queries() as count:
        client.get("/tracking/items")
    assert len(count) <= 7


def test_an_auditor_gets_the_page_s_figure_from_the_ledger(app, session, answered):
    officer = answered[0]
    result = app.test_cli_runner().invoke(args=["tracking", "explain", str(officer.id), "C1.1"])
    assert result.exit_code == 0, result.output
    assert "Khớp với trang của học viên." in result.output
    assert "Quy tắc 2" in result.output
    assert len([line for line in result.output.splitlines() if line.startswith("  2026-11-23")]) == 20  # ten answers, two levels
    early = app.test_cli_runner().invoke(args=["tracking", "explain", str(officer.id), "C1.1", "--at", "2026-11-24"])
    assert "đến hết ngày 24/11/2026" in early.output
    assert app.test_cli_runner().invoke(args=["tracking", "explain", "999999", "C1.1"]).exit_code == 1
