"""Rubrics: criteria x levels x points. A marker chooses one level of each criterion; the rest is arithmetic.

A rubric: [{"key", "title", "competence"?, "levels": [{"key", "title", "points": str, "description"}]}]. Levels stand from the lowest
to the highest. Two markers are asked where the assignment says so, or where the first mark is one of commendation (domain analysis
3.4: "2 người chấm nếu dùng cho khen thưởng"); where they differ by more than the stated tolerance a third decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lms.grading.marks import passed, round_mark
from lms.grading.outcome import Problem, decimal

Rubric = Sequence[Mapping[str, Any]]
Chosen = Mapping[str, str]  # criterion key -> level key
SEATS = ("first", "second", "third")


@dataclass(frozen=True)
class RubricMark:
    """What one marker's choice earns. `missing`: titles of criteria without a level; `percent` of all points, not rounded."""

    points: Decimal
    max_points: Decimal
    percent: Decimal
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """How marks become a result. All in per cent of the points: `commend_from` is where commendation begins (None: nowhere),
    `tolerance` by how much two markers may differ; `always_two`: every submission has two markers."""

    pass_mark: Decimal
    commend_from: Decimal | None
    tolerance: Decimal
    always_two: bool


@dataclass(frozen=True)
class Settlement:
    """How a submission stands. `waits_for` is the seat that has to mark (first | second | third), None when it is settled; then
    `counted` are the positions of the marks that count: their mean is `percent`."""

    waits_for: str | None
    percent: Decimal | None = None
    passed: bool = False
    commended: bool = False
    counted: tuple[int, ...] = ()


@dataclass(frozen=True)
class Agreement:
    """How far pairs of markers agreed, over all criteria: in so many choices the same level, in so many at most one level apart."""

    choices: int
    same: int
    near: int


def check(rubric: object) -> list[Problem]:
    """Why the rubric cannot be used yet; empty when it can. Takes any JSON."""
    if not isinstance(rubric, list) or not rubric:
        return [Problem("criteria", "Phiếu chấm chưa có tiêu chí nào.")]
    found = [problem for i, criterion in enumerate(rubric) for problem in _check_criterion(f"criteria.{i}", criterion)]
    keys = [c["key"] for c in rubric if isinstance(c, Mapping) and isinstance(c.get("key"), str)]
    return found + [
        Problem("criteria", f"Tiêu chí “{key}” ghi hai lần.") for key in sorted({k for k in keys if keys.count(k) > 1})
    ]


def _check_criterion(field: str, criterion: object) -> list[Problem]:
    if not isinstance(criterion, Mapping):
        return [Problem(field, "Tiêu chí phải là một bảng.")]
    found = [
        Problem(f"{field}.{name}", "Tiêu chí thiếu mã hoặc tên.") for name in ("key", "title") if not _text(criterion.get(name))
    ]
    levels = criterion.get("levels")
    if not isinstance(levels, list) or len(levels) < 2 or not all(isinstance(level, Mapping) for level in levels):
        return [*found, Problem(f"{field}.levels", "Mỗi tiêu chí cần ít nhất hai mức.")]
    for i, level in enumerate(levels):
        found += [
            Problem(f"{field}.levels.{i}.{name}", "Mức thiếu mã, tên hoặc mô tả.")
            for name in ("key", "title", "description")
            if not _text(level.get(name))
        ]
    points = [_points(level.get("points")) for level in levels]
    if None in points:
        return [*found, Problem(f"{field}.levels", "Điểm của mức phải là số từ 0 đến 1000.")]
    if any(low >= high for low, high in pairwise(points)):  # type: ignore[operator]
        found.append(Problem(f"{field}.levels", "Điểm phải tăng dần từ mức thấp đến mức cao."))
    if len({str(level.get("key")) for level in levels}) < len(levels):
        found.append(Problem(f"{field}.levels", "Hai mức trùng mã."))
    return found


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _points(value: object) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return Fraction(number) if number.is_finite() and 0 <= number <= 1000 else None


def _worth(criterion: Mapping[str, Any]) -> Fraction:
    return max(Fraction(Decimal(level["points"])) for level in criterion["levels"])


def _earned(criterion: Mapping[str, Any], chosen: Chosen) -> Fraction | None:
    wanted = chosen.get(criterion["key"])
    return next((Fraction(Decimal(level["points"])) for level in criterion["levels"] if level["key"] == wanted), None)


def mark(rubric: Rubric, chosen: Chosen) -> RubricMark:
    """What these levels earn. A criterion without a level earns nothing and is named as missing."""
    worth = sum((_worth(c) for c in rubric), Fraction(0))
    earned = sum((_earned(c, chosen) or Fraction(0) for c in rubric), Fraction(0))
    missing = tuple(str(c["title"]) for c in rubric if _earned(c, chosen) is None)
    return RubricMark(decimal(earned), decimal(worth), decimal(100 * earned / worth) if worth else Decimal(0), missing)


def by_competence(rubric: Rubric, counted: Sequence[Chosen]) -> dict[str, tuple[Decimal, Decimal]]:
    """Competence -> (points earned, points there are) on the criteria that speak for it: the mean of the marks that count."""
    found: dict[str, tuple[Fraction, Fraction]] = {}
    for criterion in rubric:
        code = criterion.get("competence")
        if not code or not counted:
            continue
        mean = sum((_earned(criterion, chosen) or Fraction(0) for chosen in counted), Fraction(0)) / len(counted)
        earned, worth = found.get(code, (Fraction(0), Fraction(0)))
        found[code] = (earned + mean, worth + _worth(criterion))
    return {code: (decimal(earned), decimal(worth)) for code, (earned, worth) in sorted(found.items())}


def settle(percents: Sequence[Decimal], rules: Rules) -> Settlement:
    """How a submission stands by the marks given, in the order of the seats.

    One mark stands where it is no commendation and two are not demanded. Of two the mean stands while they differ by no more than the
    tolerance; else the third mark stands alone.
    """
    if not percents:
        return Settlement("first")
    commends = rules.commend_from is not None and passed(percents[0], rules.commend_from)
    if len(percents) == 1:
        return Settlement("second") if rules.always_two or commends else _settled(percents, (0,), rules)
    if abs(percents[0] - percents[1]) <= rules.tolerance:
        return _settled(percents, (0, 1), rules)
    return _settled(percents, (2,), rules) if len(percents) > 2 else Settlement("third")


def settle_alone(percent: Decimal, rules: Rules) -> Settlement:
    """The settlement by one mark that stands whatever was marked before: the answer to an appeal that was upheld."""
    return _settled([percent], (0,), rules)


def _settled(percents: Sequence[Decimal], counted: tuple[int, ...], rules: Rules) -> Settlement:
    mean = decimal(sum((Fraction(percents[i]) for i in counted), Fraction(0)) / len(counted))
    commended = rules.commend_from is not None and passed(mean, rules.commend_from)
    return Settlement(None, round_mark(mean, 7), passed(mean, rules.pass_mark), commended, counted)


def agreement(rubric: Rubric, pairs: Iterable[tuple[Chosen, Chosen]]) -> Agreement:
    """How far two markers of the same submissions agreed."""
    choices = same = near = 0
    for first, second in pairs:
        for criterion in rubric:
            places = {level["key"]: i for i, level in enumerate(criterion["levels"])}
            a, b = places.get(first.get(criterion["key"], "")), places.get(second.get(criterion["key"], ""))
            if a is None or b is None:
                continue
            choices, same, near = choices + 1, same + (a == b), near + (abs(a - b) <= 1)
    return Agreement(choices, same, near)
