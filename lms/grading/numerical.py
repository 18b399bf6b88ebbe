"""Trả lời bằng số: a number, right within a tolerance.

The interval is closed and exact on decimals: |given - value| <= tolerance. (Moodle widens it by a few units
of its floating point, qtype_numerical; decimals need no such slack.) Of the answers that fit, the one with
the largest share counts, so that the order the author wrote them in costs nobody points.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.grading import fields
from lms.grading.outcome import Grade, Problem, blank, graded
from lms.vietnamese import clean, fold, format_number, read_number

UNREAD = "Chưa đọc được số trong câu trả lời “{}”. Anh/Chị ghi bằng chữ số, ví dụ 12,5."


def _answers(spec: Mapping[str, Any]) -> list[tuple[Fraction, Fraction, Fraction]]:
    """Value, tolerance and share of each answer that can be read."""
    found = []
    for row in fields.rows(spec, "answers"):
        value, tolerance = fields.number(row.get("value")), fields.number(row.get("tolerance", "0"))
        share = fields.share(row)
        if value is not None and tolerance is not None:
            found.append((value, tolerance, Fraction(1) if share is None else share))
    return found


def _typed(given: object) -> str:
    return clean(fields.text(given, "text"))


def _has_unit(typed: str, unit: str) -> bool:
    return bool(unit) and fold(typed[-len(unit) :]) == fold(unit)


def _number(spec: Mapping[str, Any], typed: str) -> Fraction | None:
    """The number typed, with or without the unit behind it."""
    unit = clean(fields.text(spec, "unit"))
    if _has_unit(typed, unit):
        typed = typed[: -len(unit)].rstrip()
    return fields.number(read_number(typed))


def check(spec: Mapping[str, Any]) -> list[Problem]:
    """An answer at least; values and tolerances are numbers; one earns the whole mark."""
    rows = fields.rows(spec, "answers")
    found = [] if rows else [Problem("answers", "Chưa có đáp số. Ghi ít nhất một đáp số.")]
    for index, row in enumerate(rows):
        tolerance = fields.number(row.get("tolerance", "0"))
        if fields.number(row.get("value")) is None:
            found.append(Problem(f"answers.{index}.value", f"Đáp số {index + 1} phải là số, ví dụ 12.5."))
        if tolerance is None or tolerance < 0:
            message = f"Sai số cho phép của đáp số {index + 1} phải là số không âm, ví dụ 0.5."
            found.append(Problem(f"answers.{index}.tolerance", message))
    found += fields.share_problems(rows, "answers.{}.share", "đáp số")
    if rows and not found and max(share for _, _, share in _answers(spec)) != 1:
        found.append(Problem("answers", "Cần ít nhất một đáp số được trọn điểm (tỷ lệ 1)."))
    return found


def present(spec: Mapping[str, Any], seed: str | int) -> dict[str, Any]:
    """The unit, shown behind the field."""
    return {"kind": "numerical", "unit": fields.text(spec, "unit")}


def answered(spec: Mapping[str, Any], given: object) -> bool:
    """Something was typed, be it readable or not."""
    return bool(_typed(given))


def grade(spec: Mapping[str, Any], given: object) -> Grade:
    """The share of the best answer the number fits. What cannot be read is blank, with a note saying so."""
    typed = _typed(given)
    if not typed:
        return blank()
    number = _number(spec, typed)
    if number is None:
        return blank(UNREAD.format(typed[:40]))
    fits = [share for value, tolerance, share in _answers(spec) if abs(number - value) <= tolerance]
    return graded(max(fits, default=Fraction(0)))


def solution(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The first answer with the whole mark, as it would be typed."""
    for row in fields.rows(spec, "answers"):
        if fields.number(row.get("value")) is not None and fields.share(row) in (None, 1):
            return {"text": format_number(Decimal(row["value"]))}
    return {}


def describe(spec: Mapping[str, Any], given: object) -> str:
    """The number as it was typed, with the unit."""
    typed, unit = _typed(given), clean(fields.text(spec, "unit"))
    if not typed or not unit or _has_unit(typed, unit):
        return typed
    return f"{typed}{unit}" if unit == "%" else f"{typed} {unit}"
