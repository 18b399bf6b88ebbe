"""From result to evidence to award: the ceilings of the framework's table of sources (domain analysis, 3.4), end to end."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from lms.courses import services as courses
from lms.errors import NotFound
from lms.tracking import queries, services
from lms.tracking.models import Award, Bookmark, Evidence, Requirement
from tests import factories

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def k01(session):
    services.put_competence("C1.1", "N1", "Tham mưu", "Xây dựng kế hoạch CCHC", ["a", "b", "c", "d", "e"], 0)
    services.put_competence("C5.4", "N5", "Số", "An ninh mạng", ["a", "b", "c", "d", "e"], 1)
    return factories.course("K01", mandatory=1, quiz=True, evidences=[{"competence": "C1.1", "level": 3}])


@pytest.fixture
def hand_in(k01):
    """hand_in(officer, points=5, full=5, apply="0", level=1, code="C1.1", passed=True): a quiz result of that officer is recorded."""
    quiz = k01.outline[0]["activities"][-1]["id"]
    serial = iter(range(1, 100))

    def hand_in(officer, points=5, full=5, apply="0", level=1, code="C1.1", passed=True, at=AT):
        cycle = factories.enrolment(officer, k01)
        share = {"level": level, "points": str(points), "max": str(full), "apply": apply}
        return courses.record_result(
            cycle.id, quiz, "attempt", next(serial), percent=Decimal(100 * points) / full, passed=passed,
            detail={"shares": {code: share}}, occurred_at=at, at=at,
        )  # fmt: skip

    return hand_in


def held(officer, code="C1.1", at=AT + timedelta(days=1)):
    return {line.need.code: line.held for line in queries.profile(officer.id, at).lines}.get(code, 0)


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ({"apply": "0", "level": 3}, 1),  # trắc nghiệm kiến thức: cấp 1
        ({"apply": "0.59", "level": 3}, 1),
        ({"apply": "0.6", "level": 3}, 2),  # ma trận đề có từ 60% câu vận dụng: cấp 2
        ({"apply": "1", "level": 1}, 1),  # never above the level its questions aim at
        ({"passed": False}, 0),
        ({"points": 2}, 0),  # passed by other questions, 40% on this competence
        ({"points": 3}, 1),
        ({"full": 4, "points": 4}, 0),  # four questions are too few
        ({"code": "C5.4"}, 0),  # the course does not say that it evidences this one
    ],
)
def test_quiz_awards_under_the_ceiling_of_its_kind(hand_in, given, level):
    officer = factories.person()
    hand_in(officer, **given)
    assert held(officer, given.get("code", "C1.1")) == level  # read in memory
    services.refresh(officer.id, AT)
    assert held(officer, given.get("code", "C1.1")) == level  # read from the record


def test_level_is_capped_by_what_the_course_names(session, hand_in, k01):
    officer = factories.person()
    courses.publish(
        "K01", at=AT - timedelta(days=1), title="K01", summary="", periods=8, outcomes=[], audience={"positions": [], "unit_kinds": []},
        prerequisites=[], outline=k01.outline, rule={"electives": 0}, evidences=[{"competence": "C1.1", "level": 1}], review_by=None,
        digest="again",
    )  # fmt: skip
    hand_in(officer, apply="1", level=2)
    services.refresh(officer.id, AT)
    assert held(officer) == 1


def test_lesson_is_evidence_of_taking_part_only(session, k01):
    officer = factories.person()
    cycle = factories.enrolment(officer, k01)
    lesson = k01.outline[0]["activities"][0]["id"]
    courses.record_result(cycle.id, lesson, "lesson", 0, percent=None, passed=True, detail={}, occurred_at=AT, at=AT)
    assert services.refresh(officer.id, AT) == 1
    assert session.scalars(select(Evidence.level)).all() == [0]
    assert session.scalar(select(func.count()).select_from(Award)) == 0


def test_a_failed_quiz_never_lowers_a_level(hand_in):
    officer = factories.person()
    hand_in(officer, apply="1", level=2)
    hand_in(officer, points=0, passed=False, at=AT + timedelta(hours=1))
    services.refresh(officer.id, AT)
    assert held(officer) == 2


def test_refresh_reads_each_result_once_and_misses_none(session, hand_in):
    officer = factories.person()
    hand_in(officer)
    assert services.refresh(officer.id, AT) == 1
    assert services.refresh(officer.id, AT) == 0
    hand_in(officer, apply="1", level=2, at=AT + timedelta(hours=1))
    assert services.refresh(officer.id, AT) == 1
    assert session.scalars(select(Award.level).order_by(Award.level)).all() == [1, 2]
    assert session.scalar(select(Bookmark.n)) == 2


def test_refresh_all_reads_everybody(hand_in):
    people = [factories.person() for _ in range(3)]
    for officer in people:
        hand_in(officer)
    assert sum(services.refresh_all(AT)) == 3
    assert list(services.refresh_all(AT)) == []
    assert [held(officer) for officer in people] == [1, 1, 1]


def test_rebuild_says_what_is_missing_and_appends_it(session, hand_in):
    officer = factories.person()
    hand_in(officer)
    services.refresh(officer.id, AT)
    session.execute(Award.__table__.delete())
    session.execute(Evidence.__table__.delete())
    checked = [d for chunk in services.rebuild(AT, check=True) for d in chunk]
    assert [(d.officer_id, d.missing, d.changed) for d in checked] == [(officer.id, 1, 0)]
    assert session.scalar(select(func.count()).select_from(Evidence)) == 0
    list(services.rebuild(AT))
    assert held(officer) == 1
    assert [d for chunk in services.rebuild(AT, check=True) for d in chunk] == []


def test_requirements_that_change_end_and_begin_anew(session, k01):
    position = factories.position("V3")
    services.put_requirements("V3", {"C1.1": 2, "C5.4": 2}, ["C1.1"], date(2026, 1, 1))
    services.put_requirements("V3", {"C1.1": 3, "C5.4": 2}, ["C1.1"], date(2026, 7, 1))
    rows = session.execute(
        select(Requirement.level, Requirement.since, Requirement.until)
        .where(Requirement.position_id == position.id)
        .order_by(Requirement.level, Requirement.competence_id)
    ).all()
    assert [tuple(row) for row in rows] == [
        (2, date(2026, 1, 1), date(2026, 6, 30)),
        (2, date(2026, 1, 1), None),
        (3, date(2026, 7, 1), None),
    ]
    with pytest.raises(NotFound):
        services.put_requirements("V3", {"C9.9": 1}, [], date(2026, 7, 1))
    with pytest.raises(NotFound):
        services.put_requirements("V77", {"C1.1": 1}, [], date(2026, 7, 1))


def test_profile_holds_the_highest_requirement_of_two_positions(session, k01, hand_in):
    officer = factories.person()
    for code, level, core in (("V3", 3, ["C1.1"]), ("V6", 2, [])):
        place = factories.position(code)
        services.put_requirements(code, {"C1.1": level, "C5.4": 2}, core, date(2025, 7, 1))
        factories.assignment(officer, position_=place, main=code == "V3")
    hand_in(officer)
    profile = queries.profile(officer.id, AT)
    first = profile.lines[0]
    assert (first.need.code, first.need.level, first.need.core, first.held, first.gap) == ("C1.1", 3, True, 1, 2)
    assert [offer.code for offer in first.offers] == ["K01"]
    assert profile.fit.missing_core == ("C1.1",)
    assert profile.areas == [("N1", "Tham mưu", 0, 1), ("N5", "Số", 0, 1)]
    pieces = queries.why(officer.id, "C1.1", AT).pieces
    assert [(piece.kind, piece.course_code, piece.level) for piece in pieces] == [("quiz_knowledge", "K01", 1)]
