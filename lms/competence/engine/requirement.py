"""What a level asks: a share of the reference bank expected right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lms.competence.engine.grid import THETA, Array, expected_score, sigmoid
from lms.competence.engine.item import Item


@dataclass(frozen=True)
class Requirement:
    """The level `theta` at which `share` of the bank is expected right. People read the share, never theta."""

    share: float
    theta: float
    bank: tuple[Item, ...]

    @cached_property
    def curve(self) -> Array:
        """The share of the bank expected right at each level of the grid."""
        return bank_score(THETA, self.bank)


def bank_score(theta: Array, bank: Sequence[Item]) -> Array:
    """Expected share of the bank's points: the mean of its items' curves (test characteristic curve; Lord 1980)."""
    a, d, c = np.array([(item.a, item.d, item.c) for item in bank]).T[:, :, None]
    curves = c + (1 - c) * sigmoid(a * theta + d)  # all at once: a bank has a hundred items
    for at, item in enumerate(bank):
        if item.thresholds:
            curves[at] = expected_score(theta, item)
    return np.asarray(curves.mean(axis=0))


def required_level(items: Iterable[Item], share: float) -> Requirement:
    """Solved by bisection over the grid from the items not suspended; the end of the grid where none reaches it."""
    bank = tuple(sorted((item for item in items if not item.suspended), key=lambda item: item.key))
    if not bank or not 0 < share < 1:
        raise ValueError("a bank with items and a share between 0 and 1")
    low, high = float(THETA[0]), float(THETA[-1])
    for _ in range(50):
        middle = (low + high) / 2
        if float(bank_score(np.array([middle]), bank)[0]) < share:
            low = middle
        else:
            high = middle
    return Requirement(share, round(high, 6), bank)
