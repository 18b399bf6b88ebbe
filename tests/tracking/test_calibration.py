"""Parameters of questions: proposed from everybody's answers, in force only from a moment decided on."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select, update

from lms.errors import Conflict
from lms.questions.models import Question
from lms.tracking import services
from lms.tracking.models import Award, Calibration, ItemParameter, Standing
from lms.tracking.queries.parameters import Laws
from tests import factories
from tests.tracking.conftest import AT


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
    made = services.propose_calibration(AT)
    assert (made.number, made.answers, made.officers, made.in_force_at) == (1, 120 * 14, 120, None)
    assert Laws().at(AT + timedelta(days=9)).calibration == 0
    services.use_calibration(1, None, AT + timedelta(days=1))
    assert Laws().at(AT).calibration == 0  # what was recorded before is judged as it was
    assert Laws().at(AT + timedelta(days=1)).calibration == 1
    with pytest.raises(Conflict):
        services.use_calibration(1, None, AT + timedelta(days=2))


def test_a_question_keyed_wrongly_is_named_and_counts_for_nobody(session, province, bank):
    services.propose_calibration(AT)
    rows = {row.question_id: row for row in session.scalars(select(ItemParameter))}
    assert rows[bank[-1]].flag == "check_key"
    assert [question for question, row in rows.items() if row.suspended] == [bank[-1]]
    assert not rows[bank[-1]].in_bank
    assert all(rows[question].in_bank for question in bank[:-1])
    assert rows[bank[0]].answers == 120


def test_awards_stand_when_parameters_change_and_rebuild_still_proves_them(session, province, answers):
    before = session.execute(select(Award.id, Award.calibration).order_by(Award.id)).all()
    services.propose_calibration(AT)
    services.use_calibration(1, None, AT + timedelta(days=1))
    officer = province[0]
    answers(officer, 30, at=AT + timedelta(days=2), source=9001)
    services.refresh(officer.id, AT + timedelta(days=2))
    assert session.execute(select(Award.id, Award.calibration).order_by(Award.id)).all()[: len(before)] == before
    assert session.scalar(select(Standing.calibration).where(Standing.officer_id == officer.id)) == 1
    assert [d for chunk in services.rebuild(AT, check=True) for d in chunk] == []


def test_too_few_questions_make_no_reference_bank(session, province, bank):
    session.execute(update(Question).where(Question.id.in_(bank[5:])).values(state="retired"))
    services.propose_calibration(AT)
    assert not any(session.scalars(select(ItemParameter.in_bank)))


def test_nothing_answered_is_said(session, framework):
    with pytest.raises(Conflict):
        services.propose_calibration(AT)
    assert session.scalars(select(Calibration)).all() == []
