"""Several questions on a page, points of their own, bands: as the author of the quiz set them."""

import re

import pytest

from lms import clock, grading
from lms.questions.models import Bank
from lms.quizzes import queries, services
from lms.quizzes.services import papers
from tests import factories
from tests.quizzes.test_player import number, typed

ALL = ("single", "multiple", "truefalse", "numerical", "short", "matching", "ordering")
BANDS = [{"name": "Giỏi", "from": 80, "text": "Rất vững."}, {"name": "Khá", "from": 65}, {"name": "Cần học lại", "from": 0}]


@pytest.fixture
def sit(client, login, seat):
    """sit(kinds, **settings): Olga, signed in, with an attempt begun; gives her seat and the attempt's address."""

    def begin(kinds=("single", "single"), **settings):
        olga = seat(kinds, **settings)
        login(olga.officer)
        return olga, client.post(f"/quizzes/{olga.activity_id}/start").location.rsplit("/", 1)[0]

    return begin


def page_form(page, right=True) -> dict:
    """A page of questions answered, as its form sends it."""
    form = {}
    for item in page:
        prefix = f"{item.position}." if len(page) > 1 else ""
        given = grading.solution(item.question.spec) if right else {}
        own = typed(item.question.kind, given) | {"based_on": item.revision, "token": f"token-{item.position}"}
        form |= {prefix + name: value for name, value in own.items()}
    return form


def test_a_page_of_every_kind_is_answered_with_one_form(client, sit):
    olga, address = sit(ALL, per_page=4)
    sat = olga.sitting(number(address))
    assert [len(page) for page in sat.pages] == [4, 3]
    text = client.get(f"{address}/2").text
    assert all(f"Câu hỏi {kind}?" in text for kind in ALL[:4])
    assert "Câu hỏi short?" not in text
    assert client.post(f"{address}/1", data=page_form(sat.pages[0])).location == f"{address}/5"
    assert client.post(f"{address}/5", data=page_form(sat.pages[1])).location.endswith("/check")
    client.post(f"{address}/submit")
    assert queries.outcome(olga.sitting(number(address))).percent == 100


def test_back_leads_to_the_first_question_of_the_page_before(client, sit):
    olga, address = sit(("single",) * 5, per_page=2)
    sat = olga.sitting(number(address))
    assert client.post(f"{address}/5", data=page_form(sat.pages[2]) | {"go": "back"}).location == f"{address}/3"
    assert client.post(f"{address}/4", data=page_form(sat.pages[1]) | {"go": "flag"}).location == f"{address}/4#cau-4"
    assert [item.position for item in olga.sitting(number(address)).flagged] == [4]


def test_of_a_page_only_what_was_answered_elsewhere_is_asked_about(client, sit):
    olga, address = sit(("single", "single"), per_page=2)
    page = olga.sitting(number(address)).pages[0]
    a, b = (row["key"] for row in page[0].question.spec["options"])
    olga.save(number(address), 1, {"chosen": a})
    form = page_form(page) | {"1.chosen": b}
    reply = client.post(f"{address}/1", data=form)
    assert reply.status_code == 409
    now = olga.sitting(number(address)).items
    assert (now[0].given, now[1].given) == ({"chosen": a}, grading.solution(page[1].question.spec))


def test_page_breaks_hold_in_the_authors_order(session):
    kinds = ("single",) * 4
    version = factories.quiz(kinds)
    keys = list(queries.quiz(version.outline[0]["activities"][0]["quiz_version"]).questions)
    quiz = services.put_quiz_version(
        version.outline[0]["activities"][0]["id"], _bank(version), "Bài",
        {"questions": keys, "breaks": [keys[1], keys[3]], "shuffle": False, "pass_mark": 50}, clock.now(), None,
    )  # fmt: skip
    read = queries.quiz(quiz.id)
    assert read.page_starts(keys) == [0, 1, 3]
    assert read.page_starts([]) == []


def _bank(version) -> int:
    return queries.quiz(version.outline[0]["activities"][0]["quiz_version"]).bank_id


def test_a_question_counts_as_much_as_its_author_says(client, sit, session):
    olga, address = sit(("single", "single"))
    keys = list(olga.sitting(number(address)).quiz.questions)
    quiz = olga.sitting(number(address)).quiz
    heavier = services.put_quiz_version(
        olga.activity_id, quiz.bank_id, "Bài", {"questions": keys, "points_of": {keys[0]: 3}, "pass_mark": 70}, clock.now(), None
    )
    read = queries.quiz(heavier.id)
    assert [read.worth(key, "C1.1", 1) for key in keys] == [3, 1]


def test_named_questions_stand_beside_drawn_ones_and_none_twice(session):
    version = factories.quiz(("single",))
    quiz = queries.quiz(version.outline[0]["activities"][0]["quiz_version"])
    code = session.get(Bank, quiz.bank_id).code
    for n in range(3):
        factories.question(code, f"them-{n}")
    draw = [{"competence": "C1.1", "level": 1, "count": 3, "points": 2}]
    settings = {"questions": list(quiz.questions), "draw": draw, "pass_mark": 50}
    mixed = services.put_quiz_version(quiz.activity_id, quiz.bank_id, "Bài", settings, clock.now(), None)
    paper = papers.draw(queries.quiz(mixed.id), 0, 7)
    assert len(set(paper)) == 4 == queries.quiz(mixed.id).size
    with pytest.raises(ValueError, match="cần 4 câu, ngân hàng mới có 3"):
        services.put_quiz_version(
            quiz.activity_id, quiz.bank_id, "Bài", settings | {"draw": [draw[0] | {"count": 4}]}, clock.now(), None
        )


def test_the_result_says_the_band_and_its_words(client, sit):
    olga, address = sit(("single", "single"), bands=BANDS)
    assert "Giỏi từ 8,0" in client.get(f"/quizzes/{olga.activity_id}").text
    client.post(f"{address}/1", data=page_form(olga.sitting(number(address)).pages[0]))
    client.post(f"{address}/2", data=page_form(olga.sitting(number(address)).pages[1]))
    client.post(f"{address}/submit")
    page = client.get(f"{address}/result").text
    assert "Giỏi" in page
    assert "Rất vững." in page


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"bands": [{"name": "A", "from": 80}, {"name": "B", "from": 80}]}, "cùng bắt đầu từ 80%"),
        ({"bands": [{"name": "A", "from": 101}]}, "từ 0 đến 100"),
        ({"bands": [{"name": "", "from": 10}]}, "chưa ghi tên"),
        ({"bands": [{"name": "A", "from": 10, "txt": "x"}]}, "không có trường txt"),
        ({"points_of": {"la": 2}}, "không nằm trong questions"),
        ({"points_of": {"a": 0}}, "lớn hơn 0"),
        ({"per_page": -1}, "Số câu mỗi trang"),
        ({"breaks": ["la"]}, "breaks"),
    ],
)
def test_rules_that_make_no_sense_are_refused_in_words(rule, words):
    assert any(words in problem for problem in grading.paper_problems({"questions": ["a"]} | rule))


def test_a_trainer_sees_how_many_reached_which_grade(client, login, seat, session):
    olga = seat(("single", "single"), bands=BANDS, pass_mark=60)
    otto = factories.person("Đỗ Văn Otto", "M")
    factories.enrolment(otto, olga.version)
    for officer, right in ((olga.officer, 2), (otto, 0)):
        olga.officer = officer
        attempt_id = olga.start()
        olga.answer_right(attempt_id, right)
        services.submit(officer.id, attempt_id, clock.now())
    session.commit()
    login(role="trainer", scope="course", scope_id=olga.version.course_id)
    page = client.get(f"/quizzes/{olga.activity_id}/standing").text
    assert re.search(r"<dt>Giỏi</dt><dd>1 <small>50%", page)
    assert re.search(r"<dt>Cần học lại</dt><dd>1 <small>50%", page)
    assert "Đỗ Văn Otto" in page
    login(role="trainer", scope="course", scope_id=factories.course().course_id)
    assert client.get(f"/quizzes/{olga.activity_id}/standing").status_code == 404
