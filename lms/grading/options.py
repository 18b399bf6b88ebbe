"""Options of single and multiple choice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lms.grading import fields
from lms.grading.outcome import Part, Problem
from lms.grading.shuffle import shuffled


@dataclass(frozen=True)
class Option:
    """One option; `share` is None where the author gave none."""

    key: str
    text: str
    correct: bool
    share: Fraction | None


def read(spec: Mapping[str, Any]) -> dict[str, Option]:
    """The options by key, in the author's order. Of two with one key the first counts."""
    found: dict[str, Option] = {}
    for row in fields.rows(spec, "options"):
        key = fields.text(row, "key")
        if key:
            option = Option(key, fields.text(row, "text"), row.get("correct") is True, fields.share(row))
            found.setdefault(key, option)
    return found


def problems(spec: Mapping[str, Any]) -> Iterator[Problem]:
    """What single and multiple choice ask alike of their options."""
    rows = fields.rows(spec, "options")
    if len(rows) < 2:
        yield Problem("options", "Cần ít nhất hai phương án trả lời.")
    if not any(row.get("correct") is True for row in rows):
        yield Problem("options", "Chưa có phương án đúng. Đánh dấu phương án đúng.")
    yield from fields.texts_problems([fields.text(row, "text") for row in rows], "options.{}.text", "Phương án")
    yield from fields.keys_problems([fields.text(row, "key") for row in rows], "options.{}.key", "Phương án")
    yield from fields.share_problems(rows, "options.{}.share", "phương án")


def present(spec: Mapping[str, Any], seed: str | int) -> dict[str, Any]:
    """Keys and texts, in the author's order where `shuffle` is false."""
    found = list(read(spec).values())
    if spec.get("shuffle", True) is not False:
        found = shuffled(found, seed, lambda option: option.key)
    return {"kind": spec.get("kind"), "options": [{"key": o.key, "text": o.text} for o in found]}


def parts(found: Mapping[str, Option], chosen: set[str]) -> list[Part]:
    """Outcome of each option that was chosen or should have been."""
    outcomes = {(True, True): "right", (True, False): "wrong", (False, True): "missed"}
    return [
        Part(option.key, outcomes[option.key in chosen, option.correct])
        for option in found.values()
        if option.correct or option.key in chosen
    ]
