"""Results, their numbers, and the moment a course is completed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lms import clock
from lms.courses import queries, services
from lms.courses.models import Enrolment, Result
from lms.errors import Conflict, NotFound
from lms.notices.models import Notice
from lms.people.models import Account
from tests import factories


def activities(version) -> list[int]:
    return [a["id"] for a in version.outline[0]["activities"]]


def finish(enrolment, activity_id, at=None):
    return services.finish_lesson(enrolment.id, activity_id, at or clock.now())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_completes_exactly_once_and_exactly_when_the_rule_is_met(session, data):
    """Rule "x bắt buộc + y tự chọn": domain analysis 7 (the 5 + 5 rule of the commune officials' course)."""
    mandatory, electives = data.draw(st.integers(1, 4)), data.draw(st.integers(0, 4))
    needed = data.draw(st.integers(0, electives))
    version = factories.course(mandatory=mandatory, electives=electives, needed=needed)
    officer = factories.person()
    enrolment = factories.enrolment(officer, version)
    ids = activities(version)
    done: set[int] = set()
    completions = []
    for activity_id in data.draw(st.permutations(ids + ids[:2])):  # some buttons are pressed twice
        finish(enrolment, activity_id)
        done.add(activity_id)
        session.refresh(enrolment)
        completions.append(enrolment.completed_at)
        left = len(set(ids[:mandatory]) - done), needed - len(set(ids[mandatory:]) & done)
        assert (enrolment.completed_at is not None) == (left[0] == 0 and left[1] <= 0)
    assert len(set(completions) - {None}) == 1
    assert enrolment.done_count == enrolment.need_count == mandatory + needed
    assert session.scalars(select(Result.n).where(Result.officer_id == officer.id).order_by(Result.n)).all() == [
        *range(1, len(ids) + 1)
    ]
    assert session.query(Notice).filter_by(person_id=officer.id, kind="course.completed").count() == 1


def test_completion_is_earned_here_and_now_with_the_unit_of_that_day(session):
    officer = factories.person()
    factories.account(officer)
    unit = factories.unit()
    factories.assignment(officer, unit)
    version = factories.course(mandatory=1)
    enrolment = factories.enrolment(officer, version)
    earned, recorded = clock.now() - timedelta(minutes=2), clock.now()
    services.record_result(enrolment.id, activities(version)[0], "lesson", 0, None, True, {}, earned, recorded)
    session.refresh(enrolment)
    assert (enrolment.completed_at, enrolment.completion_recorded_at) == (earned, recorded)
    assert (enrolment.completion_origin, enrolment.unit_id) == ("here", unit.id)
    assert session.query(Account).filter_by(person_id=officer.id).one().unread == 1


def test_percent_of_the_course_is_that_of_its_last_mandatory_quiz(session):
    version = factories.course(mandatory=1, quiz=True)
    officer = factories.person()
    enrolment = factories.enrolment(officer, version)
    lesson, quiz = activities(version)
    shares = {"shares": {"C1.1": {"level": 1, "points": "3.5", "max": "5", "apply": "0.4"}}}
    now = clock.now()
    services.record_result(enrolment.id, quiz, "attempt", 1, Decimal("55.5"), False, shares, now, now)
    session.refresh(enrolment)
    assert (enrolment.percent, enrolment.done_count, enrolment.completed_at) == (Decimal("55.5"), 0, None)
    services.record_result(enrolment.id, quiz, "attempt", 2, Decimal("85.8"), True, shares, now, now)
    finish(enrolment, lesson)
    session.refresh(enrolment)
    assert enrolment.percent == Decimal("85.8")
    assert enrolment.completed_at is not None
    rows = queries.results_after(officer.id, 1)
    assert [(row.n, row.source_kind, row.source_id, row.passed) for row in rows] == [
        (2, "attempt", 2, True),
        (3, "lesson", 0, True),
    ]
    assert rows[0].detail == shares
    assert rows[0].version_id == version.id


def test_the_same_result_twice_takes_one_number(session):
    version = factories.course()
    officer = factories.person()
    enrolment = factories.enrolment(officer, version)
    first, second = activities(version)
    assert finish(enrolment, first).id == finish(enrolment, first).id
    assert finish(enrolment, second).n == 2


def test_a_correction_is_a_new_row_and_takes_nothing_back(session):
    version = factories.course(mandatory=1)
    officer = factories.person()
    enrolment = factories.enrolment(officer, version)
    activity, now = activities(version)[0], clock.now()
    services.record_result(enrolment.id, activity, "attempt", 7, Decimal(80), True, {}, now, now)
    services.record_result(enrolment.id, activity, "attempt", 7, Decimal(40), False, {}, now, now, revision=2)
    session.refresh(enrolment)
    assert enrolment.completed_at == now
    assert [(row.n, row.revision) for row in queries.results_of([officer.id])] == [(1, 1), (2, 2)]


def test_results_of_an_unknown_cycle(session):
    with pytest.raises(NotFound):
        services.record_result(0, 0, "lesson", 0, None, True, {}, clock.now(), clock.now())


def test_publishing_moves_officers_inside_and_leaves_completions_alone(session):
    version = factories.course("K90", mandatory=2)
    first, second = activities(version)
    finished, inside = (factories.enrolment(factories.person(), version) for _ in range(2))
    for activity_id in (first, second):
        finish(finished, activity_id)
    finish(inside, first)
    longer = factories.course("K90", mandatory=3)
    for enrolment in (finished, inside):
        session.refresh(enrolment)
    assert (finished.version_id, finished.done_count, finished.completed_at is not None) == (version.id, 2, True)
    assert (inside.version_id, inside.done_count, inside.need_count, inside.completed_at) == (longer.id, 1, 3, None)


def test_publishing_a_shorter_course_completes_those_who_have_done_all_of_it(session):
    version = factories.course("K91", mandatory=3)
    enrolment = factories.enrolment(factories.person(), version)
    for activity_id in activities(version)[:2]:
        finish(enrolment, activity_id)
    factories.course("K91", mandatory=2)
    session.refresh(enrolment)
    assert enrolment.completed_at is not None


def test_a_course_that_requires_itself_is_refused(session):
    with pytest.raises(Conflict, match="đòi hỏi chính nó"):
        factories.course("K80", prerequisites=["K80"])
    for code, before in (("K81", []), ("K82", ["K81"]), ("K83", ["K82"])):
        factories.course(code, prerequisites=before)
    with pytest.raises(Conflict, match="K81 → K83 → K82 → K81"):
        factories.course("K81", prerequisites=["K83"])
    with pytest.raises(Conflict, match="K99 chưa có"):
        factories.course("K84", prerequisites=["K99"])


def test_a_rule_that_cannot_be_met_is_refused(session):
    with pytest.raises(Conflict, match="tự chọn"):
        factories.course(electives=1, needed=2)
    with pytest.raises(Conflict, match="không có bài nào bắt buộc"):
        factories.course(mandatory=0, electives=2)


def test_the_same_pack_twice_is_one_version(session):
    one = factories.course("K70", digest="d")
    assert factories.course("K70", digest="d").id == one.id


def test_study_is_the_officers_own_newest_cycle(session):
    version = factories.course(mandatory=1)
    activity = activities(version)[0]
    officer = factories.person()
    with pytest.raises(NotFound):
        queries.study(officer.id, activity)
    enrolment = factories.enrolment(officer, version)
    finish(enrolment, activity)
    again = factories.enrolment(officer, version, again=True)
    assert factories.enrolment(officer, version).id == again.id != enrolment.id
    found = queries.study(officer.id, activity)
    assert (found.enrolment_id, found.kind, found.completed_at) == (again.id, "lesson", None)


def test_a_course_is_locked_until_the_one_before_is_completed(session):
    before = factories.course("K60", mandatory=1)
    after = factories.course("K61", mandatory=1, prerequisites=["K60"])
    officer = factories.person()
    with pytest.raises(Conflict, match="K60 Khóa thử K60"):
        services.enrol_self(officer.id, after.course_id, clock.now())
    factories.enrolment(officer, after)
    with pytest.raises(Conflict, match="K60 Khóa thử K60"):
        queries.study(officer.id, activities(after)[0])
    finish(factories.enrolment(officer, before), activities(before)[0])
    assert queries.study(officer.id, activities(after)[0]).course_code == "K61"


def test_enrolling_twice_is_one_cycle(session):
    version = factories.course()
    officer = factories.person()
    assert factories.enrolment(officer, version).id == factories.enrolment(officer, version).id
    assert session.query(Enrolment).filter_by(officer_id=officer.id).count() == 1


def test_a_retake_after_completion_leaves_the_result_of_the_cycle(session):
    version = factories.course(mandatory=0, quiz=True)
    cycle = factories.enrolment(factories.person(), version)
    (quiz,) = activities(version)
    now = clock.now()
    services.record_result(cycle.id, quiz, "attempt", 1, Decimal(60), True, {}, now, now)
    services.record_result(cycle.id, quiz, "attempt", 2, Decimal(95), True, {}, now, now)
    session.refresh(cycle)
    assert (cycle.percent, cycle.completed_at) == (Decimal(60), now)
