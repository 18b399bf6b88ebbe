"""Đúng/sai."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from lms.grading.outcome import Grade, Problem, blank, graded

WORDS = {True: "Đúng", False: "Sai"}


def _value(given: object) -> bool | None:
    value = given.get("value") if isinstance(given, Mapping) else None
    return value if isinstance(value, bool) else None


def check(spec: Mapping[str, Any]) -> list[Problem]:
    """The answer is true or false."""
    if isinstance(spec.get("answer"), bool):
        return []
    return [Problem("answer", "Chưa chọn đáp án. Chọn Đúng hoặc Sai.")]


def present(spec: Mapping[str, Any], seed: str | int) -> dict[str, Any]:
    """Nothing but the kind: đúng and sai always stand in this order."""
    return {"kind": "truefalse"}


def answered(spec: Mapping[str, Any], given: object) -> bool:
    """Đúng or sai was chosen."""
    return _value(given) is not None


def grade(spec: Mapping[str, Any], given: object) -> Grade:
    """All or nothing."""
    value = _value(given)
    return blank() if value is None else graded(Fraction(value is spec.get("answer")))


def solution(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The answer."""
    return {"value": spec["answer"]} if isinstance(spec.get("answer"), bool) else {}


def describe(spec: Mapping[str, Any], given: object) -> str:
    """Đúng or Sai."""
    value = _value(given)
    return "" if value is None else WORDS[value]
