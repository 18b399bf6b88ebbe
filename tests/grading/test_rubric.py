"""Rubrics: marks, what a competence earned, one, two or three markers, agreement."""

from decimal import Decimal

import pytest

from lms.grading import rubric
from lms.grading.rubric import Agreement, Rules

LEVELS = [
    {"key": "m1", "title": "Chưa đạt", "points": "0", "description": "Thiếu"},
    {"key": "m2", "title": "Cơ bản", "points": "1", "description": "Có"},
    {"key": "m3", "title": "Khá", "points": "2", "description": "Đủ"},
    {"key": "m4", "title": "Tốt", "points": "3", "description": "Tốt"},
]
TWO = [
    {"key": "a", "title": "Thể thức", "competence": "C7.1", "levels": LEVELS},
    {"key": "b", "title": "Nhiệm vụ", "competence": "C1.1", "levels": LEVELS},
]
THREE = [*TWO, {"key": "c", "title": "Đúng hạn", "levels": [{**LEVELS[0]}, {**LEVELS[1], "points": "4"}]}]


@pytest.mark.parametrize(
    ("chosen", "points", "percent", "missing"),
    [
        ({"a": "m4", "b": "m4", "c": "m2"}, "10", "100", ()),
        ({"a": "m1", "b": "m1", "c": "m1"}, "0", "0", ()),
        ({"a": "m3", "b": "m2", "c": "m2"}, "7", "70", ()),
        ({"a": "m3"}, "2", "20", ("Nhiệm vụ", "Đúng hạn")),
        ({"a": "m9", "b": "m4", "x": "m4"}, "3", "30", ("Thể thức", "Đúng hạn")),
        ({}, "0", "0", ("Thể thức", "Nhiệm vụ", "Đúng hạn")),
    ],
)
def test_mark(chosen, points, percent, missing):
    found = rubric.mark(THREE, chosen)
    assert (found.points, found.max_points, found.percent, found.missing) == (
        Decimal(points), Decimal(10), Decimal(percent), missing,
    )  # fmt: skip


def rules(pass_mark="60", commend="85", tolerance="10", two=False):
    return Rules(Decimal(pass_mark), None if commend is None else Decimal(commend), Decimal(tolerance), two)


@pytest.mark.parametrize(
    ("marks", "rule", "waits", "percent", "passes", "commended"),
    [
        ([], rules(), "first", None, False, False),
        (["70"], rules(), None, "70", True, False),
        (["59.99"], rules(), None, "59.99", False, False),
        (["85"], rules(), "second", None, False, False),
        (["84.99"], rules(), None, "84.99", True, False),
        (["95"], rules(commend=None), None, "95", True, False),
        (["40"], rules(two=True), "second", None, False, False),
        (["90", "80"], rules(), None, "85", True, True),
        (["90", "79.9"], rules(), "third", None, False, False),
        (["90", "70", "72"], rules(), None, "72", True, False),
        (["90", "60", "95"], rules(), None, "95", True, True),
        (["86", "80"], rules(), None, "83", True, False),
        (["62", "57"], rules(two=True), None, "59.5", False, False),
        (["0", "100", "50"], rules(two=True), None, "50", False, False),
    ],
)
def test_settle(marks, rule, waits, percent, passes, commended):
    found = rubric.settle([Decimal(m) for m in marks], rule)
    assert (found.waits_for, found.percent, found.passed, found.commended) == (
        waits, None if percent is None else Decimal(percent), passes, commended,
    )  # fmt: skip


def test_an_upheld_appeal_stands_alone():
    found = rubric.settle_alone(Decimal(88), rules())
    assert (found.waits_for, found.percent, found.passed, found.commended) == (None, Decimal(88), True, True)


def test_competences_earn_the_mean_of_the_marks_that_count():
    both = [{"a": "m4", "b": "m2", "c": "m1"}, {"a": "m3", "b": "m2", "c": "m2"}]
    assert rubric.by_competence(THREE, both) == {
        "C1.1": (Decimal(1), Decimal(3)), "C7.1": (Decimal("2.5"), Decimal(3)),
    }  # fmt: skip
    assert rubric.by_competence(THREE, []) == {}


def test_agreement_counts_choices_and_neighbours():
    pairs = [
        ({"a": "m4", "b": "m2"}, {"a": "m3", "b": "m2"}),
        ({"a": "m1", "b": "m4"}, {"a": "m4", "b": "m4"}),
        ({"a": "m1"}, {"b": "m1"}),
    ]
    assert rubric.agreement(TWO, pairs) == Agreement(choices=4, same=2, near=3)
    assert rubric.agreement(TWO, []) == Agreement(0, 0, 0)


@pytest.mark.parametrize(
    "broken",
    [
        None, [], "x", [1], [{"key": "a", "title": "A"}], [{"key": "a", "title": "", "levels": LEVELS}],
        [{"key": "a", "title": "A", "levels": LEVELS[:1]}], [{"key": "a", "title": "A", "levels": LEVELS[::-1]}],
        [{"key": "a", "title": "A", "levels": [LEVELS[0], {**LEVELS[1], "points": "nhiều"}]}],
        [{"key": "a", "title": "A", "levels": [LEVELS[0], {**LEVELS[1], "points": "NaN"}]}],
        [{"key": "a", "title": "A", "levels": [LEVELS[0], {**LEVELS[1], "key": "m1"}]}],
        [{"key": "a", "title": "A", "levels": [LEVELS[0], {**LEVELS[1], "description": " "}]}],
        [TWO[0], TWO[0]],
    ],
)  # fmt: skip
def test_a_broken_rubric_says_why(broken):
    assert rubric.check(broken)


def test_a_whole_rubric_has_no_problems():
    assert rubric.check(THREE) == []
