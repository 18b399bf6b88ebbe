"""Grading: questions as stored specs, answers as JSON, marks as Decimals. Pure, standard library only.

A spec and a response by kind (numbers are strings):

single, multiple  {"kind", "options": [{"key", "text", "correct", "share"?, "feedback"?}], "shuffle", "scoring"?}
                  {"chosen": key} · {"chosen": [keys]}
truefalse         {"kind", "answer": bool} · {"value": bool}
numerical         {"kind", "answers": [{"value", "tolerance", "share"?}], "unit"?} · {"text": str}
short             {"kind", "answers": [{"text", "share"?}], "case", "diacritics"} · {"text": str}
matching          {"kind", "pairs": [{"key", "left", "right", "right_key"}], "distractors": [{"key", "text"}]}
                  {"pairs": {left key: right key}}
ordering          {"kind", "items": [{"key", "text"}]} in the right order · {"order": [keys]}

A response of {} or None is no answer.
"""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from lms.grading import matching, multiple, numerical, ordering, short, single, truefalse
from lms.grading.marks import METHODS, Result, band, passed, pick, round_mark, ten_scale, total
from lms.grading.outcome import Grade, Part, Problem, blank
from lms.grading.papers import MOST_BANDS, paper_problems
from lms.grading.screening import ScreenWarning, remark, screen
from lms.grading.source import spec_from_source

__all__ = [
    "KINDS",
    "METHODS",
    "MOST_BANDS",
    "Grade",
    "Part",
    "Problem",
    "Result",
    "ScreenWarning",
    "answered",
    "band",
    "check",
    "describe",
    "feedback",
    "grade",
    "guess_rate",
    "paper_problems",
    "passed",
    "pick",
    "present",
    "remark",
    "round_mark",
    "screen",
    "solution",
    "spec_from_source",
    "ten_scale",
    "total",
]

KINDS: dict[str, ModuleType] = {
    "single": single,
    "multiple": multiple,
    "truefalse": truefalse,
    "numerical": numerical,
    "short": short,
    "matching": matching,
    "ordering": ordering,
}


def _kind(spec: object) -> ModuleType | None:
    name = spec.get("kind") if isinstance(spec, Mapping) else None
    return KINDS.get(name) if isinstance(name, str) else None


def check(spec: Any) -> list[Problem]:
    """Why the question cannot be used yet, in the author's words; empty when it can. Takes any JSON."""
    kind = _kind(spec)
    if kind is None:
        return [Problem("kind", "Chưa chọn loại câu hỏi, hoặc loại này chưa được hỗ trợ.")]
    problems: list[Problem] = kind.check(spec)
    return problems


def grade(spec: Mapping[str, Any], given: Any) -> Grade:
    """The mark of one answer. Takes any JSON as the answer; keys the question does not have score nothing."""
    kind = _kind(spec)
    if kind is None:
        return blank("Câu hỏi này thuộc loại chưa được hỗ trợ nên chưa chấm được. Câu trả lời vẫn được giữ.")
    found: Grade = kind.grade(spec, given)
    return found


def guess_rate(spec: Mapping[str, Any]) -> float:
    """The chance of the whole mark for somebody who only guesses: one of n options, one of two, else none worth counting."""
    match spec.get("kind"):
        case "single":
            return round(1 / max(2, len(spec.get("options", ()))), 6)
        case "truefalse":
            return 0.5
    return 0.0


def present(spec: Mapping[str, Any], seed: str | int) -> dict[str, Any]:
    """What may be sent to the person: no key, share, feedback or answer.

    {"kind"} and "options" | "lefts" and "rights" | "items", each a list of {"key", "text"}, or "unit".
    The same seed gives the same order anywhere.
    """
    kind = _kind(spec)
    return kind.present(spec, seed) if kind else {"kind": None}


def answered(spec: Mapping[str, Any], given: Any) -> bool:
    """Whether anything was answered, be it right, wrong or unreadable."""
    kind = _kind(spec)
    return bool(kind and kind.answered(spec, given))


def solution(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A response that earns the whole mark."""
    kind = _kind(spec)
    return kind.solution(spec) if kind else {}


def feedback(spec: Mapping[str, Any], given: Any) -> list[str]:
    """What the author says to those who chose these options, in the author's order."""
    chosen = given.get("chosen") if isinstance(given, Mapping) else None
    keys = chosen if isinstance(chosen, list) else [chosen]
    return [row["feedback"] for row in spec.get("options") or [] if row.get("key") in keys and row.get("feedback")]


def describe(spec: Mapping[str, Any], given: Any) -> str:
    """The answer in words, for reports."""
    kind = _kind(spec)
    return (kind.describe(spec, given) if kind else "") or "Chưa trả lời"
