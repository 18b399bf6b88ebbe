"""Which items are probably wrong: their key, or what they measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lms.competence.engine.calibration import Calibration, person_levels
from lms.competence.engine.grid import Array, log_answer
from lms.competence.engine.responses import Responses

CHECK_KEY, CHECK_TAG, WEAK, TOO_EASY, TOO_HARD = "check_key", "check_tag", "weak", "too_easy", "too_hard"
FLAGS = (CHECK_KEY, CHECK_TAG, WEAK, TOO_HARD, TOO_EASY)  # the gravest first
POINTS = 31
BLOCK = 100_000
Statistics = tuple[Array, Array, Array]  # answers, facility, correlation of every item


@dataclass(frozen=True)
class ItemFlag:
    """`correlation` is between the answers and the level without this item; `better` another competence's code."""

    item: str
    flag: str
    answers: int
    facility: float
    correlation: float
    better: str = ""


def rest_levels(rows: Responses, calibration: Calibration) -> Array:
    """For each answer its officer's EAP without that answer: the item divided out of the posterior, exactly."""
    *_, chances = person_levels(rows, calibration.items, POINTS)
    nodes = np.linspace(-5, 5, POINTS)
    known = np.array([(item.a, item.d, item.c) for item in calibration.items])
    found = np.zeros(len(rows.item))
    for start in range(0, len(found), BLOCK):
        part = slice(start, start + BLOCK)
        a, d, c = (known[rows.item[part], at][:, None] for at in range(3))
        rest = chances[rows.person[part]] / np.exp(
            log_answer(nodes + rows.lift[part][:, None], a, d, c, rows.score[part][:, None])
        )
        found[part] = (rest @ nodes) / rest.sum(axis=1)
    return found


def correlations(rows: Responses, levels: Array, items: int) -> tuple[Array, Array, Array]:
    """Answers, facility and Pearson correlation of score with level, per item (point-biserial; Lord and Novick 1968)."""

    def total(values: Array) -> Array:
        return np.bincount(rows.item, weights=values, minlength=items).astype(np.float64)

    n = total(np.ones(len(levels)))
    safe = np.maximum(n, 1)
    x, y = total(rows.score) / safe, total(levels) / safe
    both = total((rows.score - x[rows.item]) * (levels - y[rows.item]))
    spread = total((rows.score - x[rows.item]) ** 2) * total((levels - y[rows.item]) ** 2)
    return n, x, np.where(spread > 1e-12, both / np.sqrt(np.maximum(spread, 1e-12)), 0.0)


def item_statistics(rows: Responses, calibration: Calibration) -> Statistics:
    """Answers, facility and leave-one-out point-biserial of every item, in the order of the calibration's items."""
    return correlations(rows, rest_levels(rows, calibration), len(calibration.items))


def _flag(n: float, facility: float, r: float, chance: float) -> str:
    guessed = facility + 3 * (chance * (1 - chance) / max(n, 1)) ** 0.5
    if n >= 30 and (guessed < chance or facility == 0 or r < -0.10):  # fewer right than blind guessing gives, or the weak ones
        return CHECK_KEY
    if n >= 100 and facility > 0.97:
        return TOO_EASY
    if n >= 100 and r < 0.05:
        return CHECK_KEY
    if n >= 100 and facility < chance + 0.2 * (1 - chance):
        return TOO_HARD
    return WEAK if n >= 100 and r < 0.15 else ""


def screen(
    rows: Responses, calibration: Calibration, others: Mapping[str, Array] | None = None, known: Statistics | None = None
) -> list[ItemFlag]:
    """Flags by leave-one-out point-biserial; `others` are the levels of the same people in other competences.

    The bands were set on simulated banks (miskeyed found, false alarms); fit statistics are nearly blind to them. An item that
    everybody gets right says nothing of its key; one that fewer get right than guess it does. Only items of two scores are read so.
    `known`: the figures of item_statistics, where they were computed already.
    """
    size = len(calibration.items)
    n, facility, own = known or item_statistics(rows, calibration)
    elsewhere = {code: correlations(rows, levels[rows.person], size)[2] for code, levels in sorted((others or {}).items())}
    found = []
    for at, item in enumerate(calibration.items):
        if item.thresholds or n[at] == 0:
            continue
        plain = (int(n[at]), round(float(facility[at]), 6), round(float(own[at]), 6))
        flag = _flag(float(n[at]), float(facility[at]), float(own[at]), item.c)
        if flag:
            found.append(ItemFlag(item.key, flag, *plain))
        found += _tags(item.key, at, plain, elsewhere)
    return found


def _tags(key: str, at: int, plain: tuple[int, float, float], elsewhere: Mapping[str, Array]) -> Sequence[ItemFlag]:
    if plain[0] < 300 or not elsewhere:
        return ()
    best = max(elsewhere, key=lambda code: float(elsewhere[code][at]))
    better = float(elsewhere[best][at]) > plain[2] + 2.5 * (2 / plain[0]) ** 0.5
    return (ItemFlag(key, CHECK_TAG, *plain, better=best),) if better else ()
