"""From the pack form of a question (docs/content-packs.md, Questions) to the spec that is stored."""

from collections.abc import Callable, Mapping
from typing import Any

from lms.grading import fields
from lms.grading.shuffle import key_for
from lms.vietnamese import nfc


def _text(row: Mapping[str, Any], name: str) -> str:
    return nfc(fields.text(row, name)).strip()


def _number(value: object) -> str:
    return nfc(str(value)).strip()


def _name(row: Mapping[str, Any], text: str) -> str:
    """What the key is made of: the author's key, which outlives a change of wording, or the text."""
    return f"key:{row['key']}" if row.get("key") else _text(row, text)


def _share(row: Mapping[str, Any]) -> dict[str, str]:
    return {"share": _number(row["share"])} if "share" in row else {}


def _options(question: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = []
    for row in fields.rows(question, "options"):
        option = {"key": key_for(key, "option", _name(row, "text")), "text": _text(row, "text")}
        feedback = {"feedback": _text(row, "feedback")} if _text(row, "feedback") else {}
        found.append({**option, "correct": row.get("correct", False), **_share(row), **feedback})
    scoring = {"scoring": question.get("scoring", "partial")} if question.get("kind") == "multiple" else {}
    return {"options": found, "shuffle": question.get("shuffle", True), **scoring}


def _truefalse(question: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {"answer": question.get("answer")}


def _numerical(question: Mapping[str, Any], key: str) -> dict[str, Any]:
    answers = [
        {"value": _number(row.get("value", "")), "tolerance": _number(row.get("tolerance", "0")), **_share(row)}
        for row in fields.rows(question, "answers")
    ]
    return {"answers": answers, **({"unit": _text(question, "unit")} if _text(question, "unit") else {})}


def _short(question: Mapping[str, Any], key: str) -> dict[str, Any]:
    answers = [{"text": _text(row, "text"), **_share(row)} for row in fields.rows(question, "answers")]
    return {"answers": answers, "case": question.get("case", False), "diacritics": question.get("diacritics", True)}


def _matching(question: Mapping[str, Any], key: str) -> dict[str, Any]:
    pairs = [
        {
            "key": key_for(key, "left", _name(row, "left")),
            "left": _text(row, "left"),
            "right": _text(row, "right"),
            "right_key": key_for(key, "right", _text(row, "right")),
        }
        for row in fields.rows(question, "pairs")
    ]
    written = question.get("distractors")
    extra = [nfc(text).strip() for text in written if isinstance(text, str)] if isinstance(written, list) else []
    return {"pairs": pairs, "distractors": [{"key": key_for(key, "right", text), "text": text} for text in extra]}


def _ordering(question: Mapping[str, Any], key: str) -> dict[str, Any]:
    rows = fields.rows(question, "items")
    return {"items": [{"key": key_for(key, "item", _name(r, "text")), "text": _text(r, "text")} for r in rows]}


READERS: dict[str, Callable[[Mapping[str, Any], str], dict[str, Any]]] = {
    "single": _options,
    "multiple": _options,
    "truefalse": _truefalse,
    "numerical": _numerical,
    "short": _short,
    "matching": _matching,
    "ordering": _ordering,
}


def spec_from_source(question: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The stored spec of a question as its author wrote it.

    `key` is the question's own key. Options, pairs and items get keys made of it and of the author's key or,
    where there is none, the text: the same in any order, so that a key betrays neither answer nor place.
    What is missing or wrong stays so, for `check` to name.
    """
    kind = question.get("kind")
    reader = READERS.get(kind) if isinstance(kind, str) else None
    return {"kind": kind, **(reader(question, key) if reader else {})}
