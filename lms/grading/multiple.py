"""Nhiều phương án đúng: any number of options is chosen.

Partial scoring: each right option chosen adds 1/k (k right ones), each wrong one takes 1/w (w wrong ones),
and the sum is held within 0 and 1. So ticking everything, or nothing, earns nothing, and neither do blind
guesses on average. Where the author gave shares to options these count instead, an option without one
counting 0. The sum held within 0 and 1 is Moodle's rule (qtype_multichoice, grade_response); Moodle leaves
the shares to the author, the default 1/k and -1/w is ours.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from lms.grading import options
from lms.grading.options import Option
from lms.grading.outcome import NEARLY, Grade, Problem, blank, graded

SCORINGS = ("partial", "all_or_nothing")

present = options.present


def _chosen(found: Mapping[str, Option], given: object) -> set[str]:
    keys = given.get("chosen") if isinstance(given, Mapping) else None
    return {key for key in keys if isinstance(key, str) and key in found} if isinstance(keys, list) else set()


def _shares(found: Mapping[str, Option]) -> dict[str, Fraction]:
    if any(option.share is not None for option in found.values()):
        return {key: option.share or Fraction(0) for key, option in found.items()}
    right = sum(option.correct for option in found.values())
    wrong = len(found) - right
    return {key: Fraction(1, right) if o.correct else Fraction(-1, wrong) for key, o in found.items()}


def check(spec: Mapping[str, Any]) -> list[Problem]:
    """A right option at least; the author's shares, if any, follow the key and make a whole."""
    found = list(options.problems(spec))
    if spec.get("scoring", "partial") not in SCORINGS:
        found.append(Problem("scoring", "Cách tính điểm phải là “partial” hoặc “all_or_nothing”."))
    read = options.read(spec).values()
    if all(option.share is None for option in read):
        return found
    shares = [(option.correct, option.share or Fraction(0)) for option in read]
    if any((value > 0) != correct for correct, value in shares):
        found.append(Problem("options", "Chỉ phương án đúng được có tỷ lệ điểm dương."))
    elif abs(sum((value for correct, value in shares if correct), Fraction(-1))) > NEARLY:
        found.append(Problem("options", "Tổng tỷ lệ điểm của các phương án đúng phải bằng 1."))
    return found


def answered(spec: Mapping[str, Any], given: object) -> bool:
    """At least one option of this question was chosen."""
    return bool(_chosen(options.read(spec), given))


def grade(spec: Mapping[str, Any], given: object) -> Grade:
    """The sum of the chosen options' shares, or all or nothing (see the module)."""
    found = options.read(spec)
    chosen = _chosen(found, given)
    if not chosen:
        return blank()
    parts = options.parts(found, chosen)
    if spec.get("scoring") == "all_or_nothing":
        return graded(Fraction(all(part.outcome == "right" for part in parts)), parts)
    shares = _shares(found)
    return graded(sum((shares[key] for key in chosen), Fraction(0)), parts)


def solution(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Every right option."""
    return {"chosen": [option.key for option in options.read(spec).values() if option.correct]}


def describe(spec: Mapping[str, Any], given: object) -> str:
    """The chosen options' texts, in the author's order."""
    found = options.read(spec)
    chosen = _chosen(found, given)
    return "; ".join(o.text for o in found.values() if o.key in chosen)
