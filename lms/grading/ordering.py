"""Sắp xếp: items are put in the right order.

The share is that of the items standing at their own place: Moodle's grading type 0, absolute position
(qtype_ordering).
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from lms.grading import fields
from lms.grading.outcome import Grade, Part, Problem, blank, graded
from lms.grading.shuffle import shuffled


def _items(spec: Mapping[str, Any]) -> dict[str, str]:
    """Texts by key, in the right order."""
    found: dict[str, str] = {}
    for row in fields.rows(spec, "items"):
        if fields.text(row, "key"):
            found.setdefault(row["key"], fields.text(row, "text"))
    return found


def _order(spec: Mapping[str, Any], given: object) -> list[str]:
    """The keys given, each once; keys this question does not have keep their place and fit nowhere."""
    order = given.get("order") if isinstance(given, Mapping) else None
    keys = [key if isinstance(key, str) else "" for key in order] if isinstance(order, list) else []
    first_only = [key if key not in keys[:place] else "" for place, key in enumerate(keys[: 2 * len(_items(spec))])]
    return first_only if any(key in _items(spec) for key in first_only) else []


def check(spec: Mapping[str, Any]) -> list[Problem]:
    """Two items at least, none empty or written twice."""
    rows = fields.rows(spec, "items")
    found = [] if len(rows) > 1 else [Problem("items", "Cần ít nhất hai mục để sắp xếp.")]
    found += fields.texts_problems([fields.text(row, "text") for row in rows], "items.{}.text", "Mục")
    found += fields.keys_problems([fields.text(row, "key") for row in rows], "items.{}.key", "Mục")
    return found


def present(spec: Mapping[str, Any], seed: str | int) -> dict[str, Any]:
    """The items shuffled, and never in the right order already where there is more than one."""
    items = _items(spec)
    order = shuffled(list(items), seed, str)
    if order == list(items):
        order = order[1:] + order[:1]
    return {"kind": "ordering", "items": [{"key": key, "text": items[key]} for key in order]}


def answered(spec: Mapping[str, Any], given: object) -> bool:
    """At least one item of this question was placed."""
    return bool(_order(spec, given))


def grade(spec: Mapping[str, Any], given: object) -> Grade:
    """The share of items at their own place."""
    order, items = _order(spec, given), _items(spec)
    if not order:
        return blank()
    places = dict(zip(items, [*order, *[""] * len(items)], strict=False))
    parts = [Part(key, "right" if places[key] == key else "wrong") for key in items]
    return graded(Fraction(sum(part.outcome == "right" for part in parts), len(items)), parts)


def solution(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The right order."""
    return {"order": list(_items(spec))}


def describe(spec: Mapping[str, Any], given: object) -> str:
    """The items in the order given, numbered."""
    items = _items(spec)
    placed = [key for key in _order(spec, given) if key in items]
    return "; ".join(f"{place}. {items[key]}" for place, key in enumerate(placed, 1))
