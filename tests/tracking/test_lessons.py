"""Which lessons move which competence: the same people's tests before and after."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lms import clock
from lms.errors import NotFound
from lms.people.queries import Scope
from lms.tracking import services
from lms.tracking.models import Evidence
from lms.tracking.queries import competence_ids, lessons
from tests import factories
from tests.factories import _add

AT = clock.now() - timedelta(days=20)


@pytest.fixture
def studied(session):
    """studied(before, after): an officer of a course who was tested before and after the first lesson (per cent; None: not tested)."""
    services.put_competence("C1.1", "N1", "Tham mưu", "Xây dựng kế hoạch CCHC", list("abcde"), 0)
    course = factories.course("K01", mandatory=2)
    first, second = (activity["id"] for activity in course.outline[0]["activities"][:2])

    def note(officer, n, kind, activity_id, percent, at):
        _add(
            Evidence(
                officer_id=officer.id, competence_id=competence_ids()["C1.1"], result_n=n, source_kind=kind, course_id=course.course_id,
                activity_id=activity_id, source_id=n, level=0, percent=percent, policy=2, occurred_at=at, recorded_at=at,
            )
        )  # fmt: skip

    def studied(before, after, lessons_done=1):
        officer = factories.person()
        factories.enrolment(officer, course).last_at = AT
        for n, kind, activity_id, percent, at in (
            (1, "quiz_knowledge", None, before, AT), (2, "lesson", first, None, AT + timedelta(days=1)),
            (3, "quiz_knowledge", None, after, AT + timedelta(days=2)), (4, "lesson", second, None, AT + timedelta(days=1)),
        ):  # fmt: skip
            if kind == "lesson" and n > 2 * lessons_done:
                continue
            if kind == "lesson" or percent is not None:
                note(officer, n, kind, activity_id, None if percent is None else Decimal(percent), at)

    studied.course_id = course.course_id
    return studied


def test_the_same_officers_before_and_after(session, studied):
    for n in range(lessons.FEWEST):
        studied(40 + n % 3, 70 + n % 2)
    studied(None, 100)  # tested once only: no comparison
    studied(90, None)
    session.flush()
    found = lessons.lesson_effects(studied.course_id, Scope(course_ids=frozenset({studied.course_id})))
    (effect,) = found.lessons[0].shown
    assert (effect.code, effect.officers, effect.better) == ("C1.1", lessons.FEWEST, lessons.FEWEST)
    assert (round(effect.before, 2), round(effect.after, 2), effect.clear) == (40.95, 70.5, True)
    assert found.lessons[1].effects == []


def test_few_officers_and_chance_say_nothing(session, studied):
    for n in range(lessons.FEWEST - 1):
        studied(50, 60 if n % 2 else 42)
    session.flush()
    everywhere = Scope(everywhere=True)
    assert lessons.lesson_effects(studied.course_id, everywhere).lessons[0].shown == []
    studied(50, 50)
    session.flush()
    (effect,) = lessons.lesson_effects(studied.course_id, everywhere).lessons[0].shown
    assert not effect.clear


def test_lessons_that_cannot_be_told_apart_are_said_once_for_the_competence(client, login, session, studied):
    for n in range(lessons.FEWEST):
        studied(80 + n % 3, 70 + n % 2, lessons_done=2)
    session.commit()
    found = lessons.lesson_effects(studied.course_id, Scope(everywhere=True))
    ((group,),) = [c.groups for c in found.competences]
    assert len(group.titles) == 2
    login(role="admin")
    page = client.get(f"/tracking/courses/{studied.course_id}").text
    assert page.count("giảm 10 điểm phần trăm") == 1
    assert "không tách được" in page


def test_a_trainer_sees_their_own_course_only(client, login, session, studied):
    session.commit()
    login(role="trainer", scope="course", scope_id=studied.course_id)
    assert "Chưa đủ để so" in client.get(f"/tracking/courses/{studied.course_id}").text
    assert client.get(f"/tracking/courses/{factories.course().course_id}").status_code == 404
    with pytest.raises(NotFound):
        lessons.lesson_effects(studied.course_id, Scope())
