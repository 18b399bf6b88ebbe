"""Levels by rule. Sources: the proposed competence framework, domain analysis 3.3 and 3.4."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.competence import (
    POLICY_1,
    SOURCE_KINDS,
    Evidence,
    Fit,
    Held,
    Policy,
    award,
    current_level,
    gap,
    meets_position,
    quiz_source_kind,
    valid_until,
)

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("source", "claimed", "passed", "level"),
    [
        ("lesson", 3, True, 0),  # 3.4: hoàn thành bài học không ghi cấp
        ("quiz_knowledge", 3, True, 1),  # 3.4: trắc nghiệm kiến thức tối đa cấp 1
        ("quiz_situational", 3, True, 2),  # 3.4: trắc nghiệm tình huống tối đa cấp 2
        ("quiz_situational", 1, True, 1),
        ("quiz_situational", 2, False, 0),  # 3.4: phải đạt
        ("rubric", 5, True, 3),  # 3.4: bài tập có phiếu chấm tối đa cấp 3
        ("product", 5, True, 4),  # 3.4: sản phẩm công việc thật 3-4
        ("product", 3, True, 3),
        ("recognition", 5, True, 5),  # 3.4: hội đồng công nhận 4-5
        ("self_rating", 4, True, 0),  # 3.4: tự đánh giá không ghi cấp
        ("hearsay", 4, True, 0),
        ("product", -1, True, 0),
    ],
)
def test_award_stays_under_the_ceiling_of_its_source(source, claimed, passed, level):
    assert award(POLICY_1, source, claimed, passed) == level


@pytest.mark.parametrize(
    ("cognitive", "kind"),
    [
        ({"remember": 4, "apply": 6}, "quiz_situational"),  # 3.4: từ 60% câu vận dụng
        ({"remember": 41, "apply": 59}, "quiz_knowledge"),
        ({"understand": 1}, "quiz_knowledge"),
        ({}, "quiz_knowledge"),
    ],
)
def test_quiz_is_situational_from_sixty_per_cent(cognitive, kind):
    assert quiz_source_kind(cognitive) == kind


def test_current_level_is_the_highest_in_date():
    rows = [
        Evidence("a", 1, date(2025, 1, 1)),
        Evidence("b", 3, date(2025, 1, 1), valid_until=date(2026, 11, 22)),
        Evidence("c", 2, date(2026, 1, 1), valid_until=DAY),
        Evidence("d", 4, date(2026, 11, 24)),
    ]
    assert current_level(rows, DAY) == Held(2, "c", False)
    assert current_level(rows, DAY - timedelta(1)) == Held(3, "b", False)
    assert current_level([], DAY) == Held(0, None, False)


def test_replaced_law_makes_a_level_stale_before_it_ends():
    """3.4: chuyển "cần cập nhật", không mất mức ngay; có hạn."""
    row = Evidence("a", 2, date(2025, 1, 1), replaced_on=date(2026, 7, 1), update_by=date(2026, 12, 31))
    assert current_level([row], date(2026, 6, 30)) == Held(2, "a", False)
    assert current_level([row], DAY) == Held(2, "a", True)
    assert current_level([row], date(2027, 1, 1)) == Held(0, None, False)
    assert current_level([row, Evidence("b", 2, date(2024, 1, 1))], DAY) == Held(2, "b", False)


@pytest.mark.parametrize(
    ("earned", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 23), 24, date(2028, 11, 23)),
        (date(2026, 12, 5), None, None),
    ],
)
def test_evidence_ends_by_whole_months(earned, months, last):
    assert valid_until(Policy(2, {}, months), earned) == last


def test_core_competences_decide_whether_a_position_is_met():
    """3.3: thiếu năng lực cốt lõi là "chưa đáp ứng". V3: C1.1 and C1.2 core at 3, C2.1 at 2."""
    required, core = {"C1.1": 3, "C1.2": 3, "C2.1": 2}, ["C1.1", "C1.2"]
    assert meets_position(required, {"C1.1": 3, "C1.2": 4}, core) == Fit(True, (), ("C2.1",))
    assert meets_position(required, {"C1.1": 2, "C1.2": 3}, core) == Fit(False, ("C1.1",), ("C1.1", "C2.1"))
    assert [gap(3, 1), gap(3, 3), gap(2, 5)] == [2, 0, 0]


days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
evidence = st.builds(
    Evidence, st.text("abc", min_size=1), st.integers(0, 5), days, st.none() | days, st.none() | days, st.none() | days
)


@given(st.lists(evidence, max_size=6), evidence, st.randoms())
def test_more_evidence_never_lowers_and_its_order_is_nothing(rows, another, random):
    held = current_level(rows, DAY)
    assert current_level([*rows, another], DAY).level >= held.level
    random.shuffle(rows)
    turned = current_level(rows, DAY)
    assert (turned.level, turned.by, turned.stale) == (held.level, held.by, held.stale)


@given(st.sampled_from(SOURCE_KINDS), st.integers(), st.booleans())
def test_ceilings_hold(source, claimed, passed):
    level = award(POLICY_1, source, claimed, passed)
    assert 0 <= level <= POLICY_1.ceilings[source]
    assert level <= max(claimed, 0)
