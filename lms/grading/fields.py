"""Reading specs and responses of any shape: what is missing or of a wrong kind is passed over."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from lms.grading.outcome import Problem

LARGEST_EXPONENT = 30


def rows(source: object, name: str) -> list[Mapping[str, Any]]:
    """The mappings in the list `source[name]`."""
    found = source.get(name) if isinstance(source, Mapping) else None
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def text(source: object, name: str) -> str:
    """The text `source[name]`, or ""."""
    found = source.get(name) if isinstance(source, Mapping) else None
    return found if isinstance(found, str) else ""


def number(value: object) -> Fraction | None:
    """A stored number ("12.5") exactly; None for what is no number or beyond 10^30."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    if not found.is_finite() or abs(found.adjusted()) > LARGEST_EXPONENT or len(found.as_tuple().digits) > 60:
        return None
    return Fraction(found)


def share(row: Mapping[str, Any]) -> Fraction | None:
    """The share of the points the author gave this row, or None where it has none."""
    return number(row["share"]) if "share" in row else None


def texts_problems(found: list[str], path: str, what: str) -> Iterator[Problem]:
    """Empty and repeated texts. `path` has a place for the index ("options.{}.text")."""
    seen: set[str] = set()
    for index, value in enumerate(found):
        plain = " ".join(value.split()).casefold()
        if not plain:
            yield Problem(path.format(index), f"{what} {index + 1} chưa có nội dung.")
        elif plain in seen:
            yield Problem(path.format(index), f"{what} {index + 1} trùng với {what.lower()} ở trên.")
        seen.add(plain)


def keys_problems(found: list[str], path: str, what: str) -> Iterator[Problem]:
    """Missing and repeated keys."""
    for index, key in enumerate(found):
        if not key:
            yield Problem(path.format(index), f"{what} {index + 1} chưa có mã.")
        elif key in found[:index]:
            yield Problem(path.format(index), f"{what} {index + 1} trùng mã với {what.lower()} ở trên.")


def share_problems(found: list[Mapping[str, Any]], path: str, what: str) -> Iterator[Problem]:
    """Shares that are no numbers from -1 to 1."""
    for index, row in enumerate(found):
        value = share(row)
        if "share" in row and (value is None or not -1 <= value <= 1):
            yield Problem(path.format(index), f"Tỷ lệ điểm của {what} {index + 1} phải là số từ -1 đến 1, ví dụ 0.5.")
