"""Một phương án đúng: one option is chosen."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from lms.grading import fields, options
from lms.grading.options import Option
from lms.grading.outcome import Grade, Problem, blank, graded

present = options.present


def _share(option: Option) -> Fraction:
    return Fraction(option.correct) if option.share is None else option.share


def _chosen(spec: Mapping[str, Any], given: object) -> Option | None:
    return options.read(spec).get(fields.text(given, "chosen"))


def check(spec: Mapping[str, Any]) -> list[Problem]:
    """Exactly one right option, and it earns the whole mark."""
    found = list(options.problems(spec))
    right = [row for row in fields.rows(spec, "options") if row.get("correct") is True]
    if len(right) > 1:
        found.append(Problem("options", "Có nhiều hơn một phương án đúng. Bỏ bớt, hoặc đổi sang loại nhiều lựa chọn."))
    if len(right) == 1 and fields.share(right[0]) not in (None, 1):
        found.append(Problem("options", "Phương án đúng phải được trọn điểm (tỷ lệ 1)."))
    return found


def answered(spec: Mapping[str, Any], given: object) -> bool:
    """An option of this question was chosen."""
    return _chosen(spec, given) is not None


def grade(spec: Mapping[str, Any], given: object) -> Grade:
    """The chosen option's share: 1 for the right one, 0 for others, or what the author gave it.

    A negative share counts 0: a question never takes points from another.
    """
    option = _chosen(spec, given)
    if option is None:
        return blank()
    return graded(_share(option), options.parts(options.read(spec), {option.key}))


def solution(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The option with the largest share."""
    best = max(options.read(spec).values(), key=_share, default=None)
    return {"chosen": best.key} if best else {}


def describe(spec: Mapping[str, Any], given: object) -> str:
    """The chosen option's text."""
    option = _chosen(spec, given)
    return option.text if option else ""
