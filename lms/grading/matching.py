"""Ghép đôi: each left side is given a right side; distractors fit none.

The share is that of the right pairs (Moodle, qtype_match: right/total). Right sides of one text share one key,
so choosing either is the same choice.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from lms.grading import fields
from lms.grading.outcome import Grade, Part, Problem, blank, graded
from lms.grading.shuffle import shuffled


def _pairs(spec: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The pairs by left key."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in fields.rows(spec, "pairs"):
        if fields.text(row, "key") and fields.text(row, "right_key"):
            found.setdefault(row["key"], row)
    return found


def _rights(spec: Mapping[str, Any]) -> dict[str, str]:
    """Texts of the right sides by key, distractors included."""
    found: dict[str, str] = {}
    for row in _pairs(spec).values():
        found.setdefault(row["right_key"], fields.text(row, "right"))
    for row in fields.rows(spec, "distractors"):
        if fields.text(row, "key"):
            found.setdefault(row["key"], fields.text(row, "text"))
    return found


def _given(spec: Mapping[str, Any], given: object) -> dict[str, str]:
    """Right key by left key, of the sides this question has."""
    chosen = given.get("pairs") if isinstance(given, Mapping) else None
    if not isinstance(chosen, Mapping):
        return {}
    rights = _rights(spec)
    return {left: chosen[left] for left in _pairs(spec) if isinstance(chosen.get(left), str) and chosen[left] in rights}


def check(spec: Mapping[str, Any]) -> list[Problem]:
    """Two pairs at least; no left side twice; one right side, one key; distractors that fit none."""
    rows, extra = fields.rows(spec, "pairs"), fields.rows(spec, "distractors")
    found = [] if len(rows) > 1 else [Problem("pairs", "Cần ít nhất hai cặp.")]
    found += fields.texts_problems([fields.text(row, "left") for row in rows], "pairs.{}.left", "Vế trái")
    found += fields.keys_problems([fields.text(row, "key") for row in rows], "pairs.{}.key", "Cặp")
    keys: dict[str, str] = {}
    for index, row in enumerate(rows):
        plain, key = " ".join(fields.text(row, "right").split()).casefold(), fields.text(row, "right_key")
        if not plain:
            found.append(Problem(f"pairs.{index}.right", f"Vế phải {index + 1} chưa có nội dung."))
        if not key or keys.setdefault(plain, key) != key or list(keys.values()).count(key) > 1:
            found.append(Problem(f"pairs.{index}.right_key", f"Mã vế phải {index + 1} thiếu hoặc trùng."))
    if len(rows) > 1 and len(keys) < 2:
        found.append(Problem("pairs", "Các vế phải giống hệt nhau. Cần ít nhất hai vế phải khác nhau."))
    every = [*keys, *(fields.text(row, "text") for row in extra)]
    for problem in fields.texts_problems(every, "{}", "Vế phải"):
        if int(problem.field) >= len(keys):
            place = int(problem.field) - len(keys)
            message = f"Vế nhiễu {place + 1} chưa có nội dung hoặc trùng với một vế phải."
            found.append(Problem(f"distractors.{place}.text", message))
    every_key = [*dict.fromkeys(keys.values()), *(fields.text(row, "key") for row in extra)]
    found += fields.keys_problems(every_key, "distractors", "Vế phải")
    return found


def present(spec: Mapping[str, Any], seed: str | int) -> dict[str, Any]:
    """Left sides in the author's order, right sides shuffled."""
    rights = shuffled(list(_rights(spec).items()), seed, lambda item: item[0])
    return {
        "kind": "matching",
        "lefts": [{"key": key, "text": fields.text(row, "left")} for key, row in _pairs(spec).items()],
        "rights": [{"key": key, "text": text} for key, text in rights],
    }


def answered(spec: Mapping[str, Any], given: object) -> bool:
    """At least one left side was given a right side."""
    return bool(_given(spec, given))


def grade(spec: Mapping[str, Any], given: object) -> Grade:
    """The share of right pairs."""
    chosen, pairs = _given(spec, given), _pairs(spec)
    if not chosen:
        return blank()
    parts = [
        Part(key, "blank" if key not in chosen else "right" if chosen[key] == row["right_key"] else "wrong")
        for key, row in pairs.items()
    ]
    return graded(Fraction(sum(part.outcome == "right" for part in parts), len(pairs)), parts)


def solution(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Every left side with its own right side."""
    return {"pairs": {key: row["right_key"] for key, row in _pairs(spec).items()}}


def describe(spec: Mapping[str, Any], given: object) -> str:
    """The pairs chosen: left → right."""
    chosen, rights = _given(spec, given), _rights(spec)
    return "; ".join(f"{fields.text(row, 'left')} → {rights[chosen[key]]}" for key, row in _pairs(spec).items() if key in chosen)
