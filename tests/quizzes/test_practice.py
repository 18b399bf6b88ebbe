"""Practising: begun once, each question answered once, under the officer's next number, and never while a paper holds the same question."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, select

from lms import clock, grading
from lms.courses import services as courses
from lms.courses.models import ResultHead
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.people.models import Person, PersonAlias
from lms.questions.models import Bank, Question, QuestionVersion
from lms.quizzes import queries, services
from lms.quizzes.models import Practice, PracticeAnswer
from lms.quizzes.services import practice
from tests import factories

KINDS = ("single", "short", "truefalse")


def picks(kinds=KINDS, **more) -> list[int]:
    return [factories.question("LUYEN", kind=kind, **more).id for kind in kinds]


def begin(officer, version_ids=None, kind="practice", competence="C1.1", at=None, week=None) -> Practice:
    return practice.begin(officer.id, version_ids or picks(), kind, competence, at or clock.now(), week)


def solution(officer, practice_id: int, place: int):
    return grading.solution(queries.practice_set(practice_id, officer.id).at_place(place).question.spec)


def answer_right(officer, practice_id: int, place: int, at=None):
    return practice.answer(officer.id, practice_id, place, solution(officer, practice_id, place), at or clock.now())


@pytest.fixture
def olga(session):
    return factories.person()


def test_an_answer_is_graded_at_once_and_the_last_one_ends_the_practice(olga, session):
    practice_id = begin(olga).id
    assert answer_right(olga, practice_id, 1).state == "right"
    assert practice.answer(olga.id, practice_id, 2, {"text": "ba cửa"}, clock.now()).state == "wrong"
    found = queries.practice_set(practice_id, olga.id)
    assert (len(found.done), len(found.right), found.after(0).place, found.ended_at) == (2, 1, 3, None)
    assert practice.answer(olga.id, practice_id, 3, None, clock.now()).state == "blank"  # not sure
    found = queries.practice_set(practice_id, olga.id)
    assert (found.after(0), found.ended_at is not None) == (None, True)
    assert [one.grade.state for one in found.places] == ["right", "wrong", "blank"]


def test_the_first_answer_stands_and_takes_one_number(olga, session):
    practice_id = begin(olga).id
    assert practice.answer(olga.id, practice_id, 2, {"text": "ba cửa"}, clock.now()).state == "wrong"
    assert answer_right(olga, practice_id, 2).state == "wrong"
    assert session.query(PracticeAnswer).one().given == {"text": "ba cửa"}
    assert courses.next_number(olga.id) == 2


def test_an_unfinished_practice_of_the_day_is_gone_on_with(olga, session):
    at = clock.now()
    first = begin(olga, at=at)
    assert begin(olga, at=at).id == first.id
    assert begin(olga, competence="C3.4", at=at).id != first.id
    assert begin(factories.person(), at=at).id != first.id
    assert begin(olga, at=at + timedelta(days=1)).id != first.id
    for place in (1, 2, 3):
        answer_right(olga, first.id, place, at)
    assert begin(olga, at=at).id != first.id


def test_a_week_has_one_practice_even_when_it_is_done(olga, session):
    at = clock.now()
    week = queries.week_of(clock.local(at).date())
    assert queries.weekly_practice(olga.id, week) is None
    first = begin(olga, kind="weekly", competence="", at=at)
    for place in (1, 2, 3):
        answer_right(olga, first.id, place, at)
    assert begin(olga, kind="weekly", competence="", at=at).id == first.id
    assert queries.weekly_practice(olga.id, week).ended_at == at
    other = begin(olga, kind="weekly", competence="", at=at + timedelta(days=7))
    assert other.id != first.id


def test_what_was_begun_is_gone_on_with_when_no_other_question_is_left(olga):
    at = clock.now()
    first, week = begin(olga, at=at), begin(olga, kind="weekly", competence="", at=at)
    for place in (1, 2, 3):
        assert practice.begin(olga.id, [], "practice", "C1.1", at).id == first.id
        assert practice.begin(olga.id, [], "weekly", "", at).id == week.id
        answer_right(olga, first.id, place, at)
        answer_right(olga, week.id, place, at)
    assert practice.begin(olga.id, [], "weekly", "", at).id == week.id
    with pytest.raises(Conflict):
        practice.begin(olga.id, [], "practice", "C1.1", at)


def test_nothing_to_practise_and_questions_that_do_not_exist_are_refused(olga):
    with pytest.raises(Conflict):
        practice.begin(olga.id, [], "practice", "C1.1", clock.now())
    with pytest.raises(NotFound):
        practice.begin(olga.id, [10**6], "practice", "C1.1", clock.now())


def test_anothers_practice_does_not_exist_but_that_of_a_merged_duplicate_does(olga, session):
    practice_id = begin(olga).id
    otto = factories.person("Đỗ Văn Otto", "M")
    with pytest.raises(NotFound):
        practice.answer(otto.id, practice_id, 1, {"chosen": "a"}, clock.now())
    for place in (0, 4):
        with pytest.raises(NotFound):
            practice.answer(olga.id, practice_id, place, {"chosen": "a"}, clock.now())
    session.add(PersonAlias(person_id=olga.id, into_id=otto.id, at=clock.now(), by_id=otto.id))
    session.flush()
    assert queries.practice_set(practice_id, otto.id).id == practice_id


def test_tracking_reads_practised_answers_by_their_numbers(olga, session):
    at = clock.now()
    first = begin(olga, picks(("single",), competence="C3.4", level=2), at=at).id
    second = begin(olga, picks(("truefalse",)), kind="weekly", competence="", at=at).id
    answer_right(olga, first, 1, at)
    practice.answer(olga.id, second, 1, {"value": False}, at)
    rows = queries.answers_of([olga.id, factories.person().id])
    assert [(row.n, row.practice_id, row.competence, row.level, row.kind, row.share, row.guess, row.at) for row in rows] == [
        (1, first, "C3.4", 2, "practice", 1.0, 0.5, at),
        (2, second, "C1.1", 1, "weekly", 0.0, 0.5, at),
    ]
    assert [row.n for row in queries.answers_after(olga.id, 1)] == [2]
    assert session.query(PracticeAnswer.share).order_by(PracticeAnswer.n).all() == [(Decimal(1),), (Decimal(0),)]


def test_results_and_practised_answers_share_one_sequence(olga, session):
    version = factories.course()
    cycle = factories.enrolment(olga, version)
    lessons = [a["id"] for a in version.outline[0]["activities"]]
    practice_id = begin(olga).id
    answer_right(olga, practice_id, 1)
    assert courses.finish_lesson(cycle.id, lessons[0], clock.now()).n == 2
    assert courses.finish_lesson(cycle.id, lessons[0], clock.now()).n == 2
    answer_right(olga, practice_id, 2)
    assert [row.n for row in queries.answers_after(olga.id, 0)] == [1, 3]


def test_what_was_answered_recently_in_quizzes_and_in_practice(seat):
    olga, at = seat(("single", "single")), clock.now()
    attempt_id = olga.start(at=at - timedelta(days=3))
    olga.answer_right(attempt_id, 1, at=at - timedelta(days=3))
    services.submit(olga.officer.id, attempt_id, at - timedelta(days=3))
    item = olga.sitting(attempt_id).items[0].question
    practice_id = begin(olga.officer, [*picks(("short",)), item.id]).id
    answer_right(olga.officer, practice_id, 1, at)
    practised = queries.practice_set(practice_id, olga.officer.id).places[0].question.question_id
    recently = queries.answered_recently(olga.officer.id, at - timedelta(days=30))
    assert recently == {item.question_id: at - timedelta(days=3), practised: at}
    assert queries.answered_recently(olga.officer.id, at - timedelta(days=1)) == {practised: at}
    answer_right(olga.officer, practice_id, 2, at)
    assert queries.answered_recently(olga.officer.id, at - timedelta(days=30))[item.question_id] == at


def test_a_question_of_an_open_paper_is_not_practised_until_it_is_handed_in(seat):
    """Practice shows the key at once."""
    olga = seat(("single", "short"))
    attempt_id = olga.start()
    question = olga.sitting(attempt_id).items[1].question
    practice_id = begin(olga.officer, [*picks(("single",)), question.id]).id
    assert question.question_id in queries.in_hand(olga.officer.id, clock.now())
    with pytest.raises(Conflict):
        answer_right(olga.officer, practice_id, 1)
    services.submit(olga.officer.id, attempt_id, clock.now())
    assert queries.in_hand(olga.officer.id, clock.now()) == set()
    assert answer_right(olga.officer, practice_id, 1).state == "right"


@pytest.fixture
def committed(app):
    """An officer and questions, committed for all threads to see, and taken away afterwards."""
    with app.app_context():
        officer_id, version_ids = factories.person().id, picks()
        db.session.commit()
    yield officer_id, version_ids
    with app.app_context():
        bank = select(Bank.id).where(Bank.code == "LUYEN")
        of_bank = select(Question.id).where(Question.bank_id.in_(bank))
        for table, condition in (
            (PracticeAnswer, PracticeAnswer.officer_id == officer_id),
            (Practice, Practice.officer_id == officer_id),
            (ResultHead, ResultHead.officer_id == officer_id),
            (Person, Person.id == officer_id),
            (QuestionVersion, QuestionVersion.question_id.in_(of_bank)),
            (Question, Question.bank_id.in_(bank)),
            (Bank, Bank.code == "LUYEN"),
        ):
            db.session.execute(delete(table).where(condition).execution_options(synchronize_session=False))
        db.session.commit()


def test_pressed_by_many_hands_at_once_everything_is_there_once(app, committed):
    officer_id, version_ids = committed

    def press(place: int) -> tuple[int, str]:
        with app.app_context():
            made = practice.begin(officer_id, version_ids, "practice", "C1.1", clock.now()).id
            db.session.commit()
            question = queries.practice_set(made, officer_id).at_place(place).question
            given = None if place == 2 else grading.solution(question.spec)
            db.session.rollback()
            grade = practice.answer(officer_id, made, place, given, clock.now())
            db.session.commit()
            return made, grade.state

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(press, [1, 1, 1, 1, 2, 2, 2]))
    assert {made for made, _ in said} == {said[0][0]}
    assert [state for _, state in said] == ["right"] * 4 + ["blank"] * 3
    with app.app_context():
        numbers = db.session.execute(select(PracticeAnswer.place, PracticeAnswer.n).order_by(PracticeAnswer.n)).all()
        assert sorted(row.place for row in numbers) == [1, 2]
        assert [row.n for row in numbers] == [1, 2]
        assert db.session.scalar(select(ResultHead.n).where(ResultHead.officer_id == officer_id)) == 2
