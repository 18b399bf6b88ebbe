"""Levels by rule. Sources: the proposed competence framework, domain analysis 3.3 and 3.4."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.competence import (
    POLICY_1,
    SOURCE_KINDS,
    Fit,
    award,
    gap,
    meets_position,
    quiz_source_kind,
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


def test_core_competences_decide_whether_a_position_is_met():
    """3.3: thiếu năng lực cốt lõi là "chưa đáp ứng". V3: C1.1 and C1.2 core at 3, C2.1 at 2."""
    required, core = {"C1.1": 3, "C1.2": 3, "C2.1": 2}, ["C1.1", "C1.2"]
    assert meets_position(required, {"C1.1": 3, "C1.2": 4}, core) == Fit(True, (), ("C2.1",))
    assert meets_position(required, {"C1.1": 2, "C1.2": 3}, core) == Fit(False, ("C1.1",), ("C1.1", "C2.1"))
    assert [gap(3, 1), gap(3, 3), gap(2, 5)] == [2, 0, 0]


@given(st.sampled_from(SOURCE_KINDS), st.integers(), st.booleans())
def test_ceilings_hold(source, claimed, passed):
    level = award(POLICY_1, source, claimed, passed)
    assert 0 <= level <= POLICY_1.ceilings[source]
    assert level <= max(claimed, 0)
