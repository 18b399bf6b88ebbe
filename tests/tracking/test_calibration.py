"""Parameters of questions: proposed from everybody's answers, in force only from a moment decided on."""

from datetime import date, timedelta
from math import exp
from random import Random
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from lms.competence.engine import Attendance
from lms.courses import services as courses
from lms.errors import Conflict
from lms.questions.models import Question
from lms.tracking import services
from lms.tracking.models import Award, Calibration, ItemParameter, Standing
from lms.tracking.queries.parameters import Laws
from tests import factories
from tests.tracking.conftest import AT, proposed


@pytest.fixture
def bank(session, open_course):
    return [factories.question("K01", f"q{n:02d}", competence="C1.1", level=1).question_id for n in range(14)]


@pytest.fixture
def province(session, bank, answers):
    """120 officers answer 14 questions of which the last is keyed wrongly: who knows more gets it wrong."""
    dice = Random(7)
    people = []
    for i in range(120):
        officer, skill = factories.person(), dice.random()
        marks = [dice.random() < 0.35 + 0.6 * skill for _ in bank[:-1]] + [dice.random() > skill]
        right = [q for q, mark in zip(bank, marks, strict=True) if mark]
        wrong = [q for q, mark in zip(bank, marks, strict=True) if not mark]
        answers(officer, len(right), len(wrong), ids=right + wrong, source=i + 1)
        people.append(officer)
    services.refresh_many([officer.id for officer in people], AT)
    return people


def test_a_proposal_decides_nothing_until_it_is_put_in_force(session, province, bank):
    made = proposed(AT)
    assert (made.number, made.answers, made.officers, made.in_force_at) == (1, 120 * 14, 120, None)
    assert Laws().at(AT + timedelta(days=9)).calibration == 0
    services.use_calibration(1, None, AT + timedelta(days=1))
    assert Laws().at(AT).calibration == 0  # what was recorded before is judged as it was
    assert Laws().at(AT + timedelta(days=1)).calibration == 1
    with pytest.raises(Conflict):
        services.use_calibration(1, None, AT + timedelta(days=2))


def test_a_question_keyed_wrongly_is_named_and_counts_for_nobody(session, province, bank):
    proposed(AT)
    rows = {row.question_id: row for row in session.scalars(select(ItemParameter))}
    assert rows[bank[-1]].flag == "check_key"
    assert [question for question, row in rows.items() if row.suspended] == [bank[-1]]
    assert not rows[bank[-1]].in_bank
    assert all(rows[question].in_bank for question in bank[:-1])
    assert rows[bank[0]].answers == 120


def test_awards_stand_when_parameters_change_and_rebuild_still_proves_them(session, province, answers):
    before = session.execute(select(Award.id, Award.calibration).order_by(Award.id)).all()
    proposed(AT)
    services.use_calibration(1, None, AT + timedelta(days=1))
    officer = province[0]
    answers(officer, 30, at=AT + timedelta(days=2), source=9001)
    services.refresh(officer.id, AT + timedelta(days=2))
    assert session.execute(select(Award.id, Award.calibration).order_by(Award.id)).all()[: len(before)] == before
    assert session.scalar(select(Standing.calibration).where(Standing.officer_id == officer.id)) == 1
    assert [d for chunk in services.rebuild(AT, check=True) for d in chunk] == []


def test_too_few_questions_make_no_reference_bank(session, province, bank):
    session.execute(update(Question).where(Question.id.in_(bank[5:])).values(state="retired"))
    proposed(AT)
    assert not any(session.scalars(select(ItemParameter.in_bank)))


def test_nothing_answered_is_said(session, framework):
    with pytest.raises(Conflict):
        proposed(AT)
    assert session.scalars(select(Calibration)).all() == []


def test_nothing_is_asked_of_the_database_while_the_parameters_are_computed(session, province, queries):
    found = services.Answers()
    assert max(services.collect(found)) == 120
    with queries() as count:
        made = services.parameters_of(found)
    assert (len(count), made.answers) == (0, 120 * 14)


def test_questions_are_no_easier_for_being_asked_after_a_course(session):
    """Half of 500 officers took a course that adds one logit before they were asked; everybody knows equally much without it."""
    dice = Random(11)
    easy = {question: -1.5 + 3 * question / 14 for question in range(1, 15)}
    found = services.Answers(tags=dict.fromkeys(easy, "C1.1"), codes={1: "C1.1"})
    for officer in range(1, 501):
        knows, trained = dice.gauss(0, 1), officer % 2
        if trained:
            found.add_training(SimpleNamespace(officer_id=officer, competence_id=1, course_id=7, last=AT - timedelta(days=3)))
        marks = []
        for question, d in easy.items():
            chance = 1 / (1 + exp(-(knows + trained + d)))
            marks.append([question, 1, float(dice.random() < 0.25 + 0.75 * chance), 0.25])
        found.add(SimpleNamespace(officer_id=officer, competence_id=1, occurred_at=AT, answers=marks))
    told = {row["question_id"]: row["d"] for row in services.parameters_of(found).rows}
    found.attended = {}
    untold = {row["question_id"]: row["d"] for row in services.parameters_of(found).rows}
    off, off_untold = (sum(of[q] - d for q, d in easy.items()) / 14 for of in (told, untold))
    assert abs(off) < 0.25 < off_untold


def test_a_course_counts_as_a_training_from_its_last_lesson_on(session, open_course, answers):
    olga, otto = factories.person(), factories.person()
    lesson = open_course.outline[0]["activities"][0]["id"]
    for officer in (olga, otto):
        answers(officer, 5)
    cycle = factories.enrolment(olga, open_course)
    courses.finish_lesson(cycle.id, lesson, AT - timedelta(days=2))
    services.refresh_many([olga.id, otto.id], AT)
    found = services.Answers()
    list(services.collect(found))
    assert found.attended == {(str(olga.id), "C1.1"): [Attendance(date(2026, 11, 21), str(open_course.course_id))]}


def test_a_question_that_goes_with_another_competence_is_named():
    """What 600 officers know of two competences is unrelated; question 14, tagged C1.1, is answered by what they know of C5.4."""
    dice = Random(3)
    here, there = range(1, 14), range(21, 33)
    found = services.Answers(
        tags={**dict.fromkeys([*here, 14], "C1.1"), **dict.fromkeys(there, "C5.4")}, codes={1: "C1.1", 2: "C5.4"}
    )
    for officer in range(600):
        knows = {1: dice.random() > 0.5, 2: dice.random() > 0.5}
        given = {1: [(q, knows[1]) for q in here] + [(14, knows[2])], 2: [(q, knows[2]) for q in there]}
        for competence, asked in given.items():
            marks = [[q, 1, float(dice.random() < (0.9 if known else 0.4)), 0.25] for q, known in asked]
            found.add(SimpleNamespace(officer_id=officer, competence_id=competence, occurred_at=AT, answers=marks))
    said = {row["question_id"]: row for row in services.parameters_of(found).rows if row["flag"] in {"check_key", "check_tag"}}
    assert [(q, row["flag"], row["better"], row["suspended"]) for q, row in said.items()] == [(14, "check_tag", "C5.4", True)]
