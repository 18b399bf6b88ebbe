"""Levels on answers: when one is given, what it rests on, and that reading late, twice or in pieces changes nothing."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lms.tracking import services
from lms.tracking.models import Award, Standing
from lms.tracking.queries import held_levels
from lms.tracking.queries.framework import competence_ids
from tests import factories
from tests.tracking.conftest import AT


def awards(session, officer):
    rows = session.execute(select(Award).where(Award.officer_id == officer.id).order_by(Award.id)).scalars()
    return [(award.level, award.policy, award.valid_until) for award in rows]


@pytest.mark.parametrize(
    ("right", "wrong", "given"),
    [
        (17, 3, set()),  # 17 of 20 on four options is not yet proof that 80 per cent are known (issue; P about .69)
        (18, 2, {1}),
        (9, 0, set()),  # fewer effective answers than the rules ask for
        (10, 0, {1}),
        (5, 15, set()),
    ],
)
def test_level_one_needs_enough_answers_and_a_chance_of_80_per_cent(session, answers, right, wrong, given):
    officer = factories.person()
    answers(officer, right, wrong)
    services.refresh(officer.id, AT)
    assert {level for level, _, _ in awards(session, officer)} == given


def test_a_guessed_answer_proves_less_than_a_written_one(session, answers):
    guessing, writing = factories.person(), factories.person()
    answers(guessing, 13, 1, guess=0.5)
    answers(writing, 13, 1, guess=0.0)
    services.refresh_many([guessing.id, writing.id], AT)
    p = dict(session.execute(select(Standing.officer_id, Standing.own_1)).all())
    assert p[guessing.id] < p[writing.id]


def test_level_two_needs_answers_of_its_own_height(session, answers):
    """The ceilings of sources: questions that ask for knowledge never show that it can be applied (domain analysis, 3.4)."""
    officer = factories.person()
    answers(officer, 40, 0, level=1)
    services.refresh(officer.id, AT)
    assert [level for level, _, _ in awards(session, officer)] == [1]
    answers(officer, 12, 0, level=2, at=AT + timedelta(hours=1))
    services.refresh(officer.id, AT + timedelta(hours=1))
    assert [level for level, _, _ in awards(session, officer)] == [1, 2]


def test_an_award_says_by_what_and_until_when(session, answers):
    officer = factories.person()
    answers(officer, 20)
    services.refresh(officer.id, AT)
    (award,) = session.scalars(select(Award)).all()
    assert (award.policy, award.calibration, award.effective) == (2, 0, 20)
    assert 0.8 <= award.p <= 1
    assert (award.valid_until, award.counts_until) == (date(2028, 11, 23), date(2029, 2, 21))  # 24 months, and 90 days of grace


def test_no_failure_takes_a_level_and_it_ends_only_with_its_grace(session, answers):
    officer = factories.person()
    answers(officer, 20)
    answers(officer, 0, 30, at=AT + timedelta(days=1))
    services.refresh(officer.id, AT + timedelta(days=1))
    key = (officer.id, competence_ids()["C1.1"])
    assert session.scalar(select(Standing.own_1)) < 0.2  # the chance fell: a refresher is proposed, the level stands
    assert held_levels([officer.id], date(2029, 2, 21)) == {key: 1}
    assert held_levels([officer.id], date(2029, 2, 22)) == {}


def test_new_proof_renews_a_level_that_is_about_to_end(session, answers):
    officer = factories.person()
    answers(officer, 20)
    answers(officer, 12, at=AT + timedelta(days=400))  # more than 180 days before the end: nothing to renew
    answers(officer, 12, at=AT + timedelta(days=600))
    services.refresh(officer.id, AT + timedelta(days=600))
    assert [until for _, _, until in awards(session, officer)] == [date(2028, 11, 23), date(2030, 7, 15)]


@pytest.mark.parametrize("stops", [(), (1,), (1, 2, 3), (2, 4)])
def test_reading_in_pieces_gives_the_same_awards(session, answers, stops):
    officer = factories.person()
    for day in range(1, 6):
        answers(officer, 4, 0, level=1 + day % 2, at=AT + timedelta(days=day))
        if day in stops:
            services.refresh(officer.id, AT + timedelta(days=day))
    services.refresh(officer.id, AT + timedelta(days=9))
    rows = session.execute(select(Award.level, Award.p, Award.effective, Award.awarded_at).order_by(Award.id)).all()
    assert [(row.level, row.awarded_at) for row in rows] == [(1, AT + timedelta(days=3)), (2, AT + timedelta(days=5))]


def test_a_corrected_key_replaces_the_answers_it_corrects_and_takes_nothing(session, answers):
    officer = factories.person()
    answers(officer, 16, 4, source=501, ids=list(range(900, 920)))
    services.refresh(officer.id, AT)
    assert awards(session, officer) == []
    answers(officer, 20, 0, source=501, revision=2, ids=list(range(900, 920)), late=timedelta(days=3))
    services.refresh(officer.id, AT + timedelta(days=3))
    assert [level for level, _, _ in awards(session, officer)] == [1]
    assert session.scalar(select(Standing.rows)) == 20
    answers(officer, 3, 17, source=501, revision=3, ids=list(range(900, 920)), late=timedelta(days=4))
    services.refresh(officer.id, AT + timedelta(days=4))
    assert [level for level, _, _ in awards(session, officer)] == [1]


def test_borrowed_strength_never_gives_a_level(session, answers):
    """Fairness: what other competences lend is for planning; a level rests on own answers only."""
    officer = factories.person()
    answers(officer, 60, 0, guess=0.0, code="C5.4")
    answers(officer, 8, 2, code="C1.1", at=AT + timedelta(hours=1))
    services.refresh(officer.id, AT + timedelta(hours=1))
    ids = competence_ids()
    row = session.scalars(select(Standing).where(Standing.competence_id == ids["C1.1"])).one()
    assert row.best_1 > 0.8 > row.own_1
    assert held_levels([officer.id], AT.date()) == {(officer.id, ids["C5.4"]): 1}


def test_borrowed_weakness_never_takes_one(session, answers):
    officer = factories.person()
    answers(officer, 0, 60, guess=0.0, code="C5.4")
    answers(officer, 18, 2, code="C1.1", at=AT + timedelta(hours=1))
    services.refresh(officer.id, AT + timedelta(hours=1))
    ids = competence_ids()
    row = session.scalars(select(Standing).where(Standing.competence_id == ids["C1.1"])).one()
    assert row.best_1 < 0.8 <= row.own_1
    assert held_levels([officer.id], AT.date()) == {(officer.id, ids["C1.1"]): 1}
