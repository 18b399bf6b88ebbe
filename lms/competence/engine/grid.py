"""The fixed grid of levels, and the curves on it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from lms.competence.engine.item import Item

Array = NDArray[np.float64]

POINTS: Final = 61
STEP: Final = 1 / 6
THETA: Final[Array] = (np.arange(POINTS, dtype=np.float64) - 30) / 6
FURTHEST: Final = 30.0  # |z| beyond which a probability is 0 or 1 in float64 for any use here


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z))."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(z, -FURTHEST, FURTHEST))))


def log_answer(theta: Array, a: Array, d: Array, c: Array, x: Array) -> Array:
    """x log P + (1-x) log(1-P), P = c + (1-c) sigmoid(a theta + d) (Birnbaum 1968); x may be a fraction."""
    away = np.exp(-np.minimum(np.maximum(a * theta + d, -FURTHEST), FURTHEST))  # np.clip costs more than the exp on a short row
    right = 1.0 / (1.0 + away)
    wrong = away * right * (1.0 - c)
    return np.asarray(x * np.log(c + (1.0 - c) * right) + (1.0 - x) * np.log(wrong))


def step_chances(theta: Array, item: Item) -> Array:
    """Chance of each of the K+1 scores, theta x scores: generalised partial credit (Muraki 1992)."""
    gains = item.a * theta[:, None] + np.asarray(item.thresholds)[None, :]
    sums = np.concatenate([np.zeros((len(theta), 1)), np.cumsum(gains, axis=1)], axis=1)
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def score_chances(theta: Array, item: Item) -> Array:
    """Chance of each score, theta x scores; an item of several steps without thresholds counts as right or wrong."""
    if item.thresholds:
        return step_chances(theta, item)
    right = expected_score(theta, item)
    return np.stack([1 - right, right], axis=1)


def expected_score(theta: Array, item: Item) -> Array:
    """Expected share of the item's points at each level."""
    if item.thresholds:
        return np.asarray(step_chances(theta, item) @ (np.arange(item.steps + 1) / item.steps))
    return item.c + (1 - item.c) * sigmoid(item.a * theta + item.d)


def normal(mean: Array, sd: Array) -> Array:
    """log density of N(mean, sd^2) on the grid, up to a constant; mean and sd as columns give a row each."""
    z = (THETA - mean) / sd
    return np.asarray(-0.5 * (z * z))


def weights_of(logs: Array) -> Array:
    """Chances that sum to 1 along the last axis, from logs up to a constant."""
    powers = np.exp(logs - logs.max(axis=-1, keepdims=True))
    powers /= powers.sum(axis=-1, keepdims=True)
    return np.asarray(powers)


def tail(chances: Array, level: Array) -> Array:
    """P(theta >= level), row by row: each point's chance lies evenly over its cell, so the answer moves smoothly with the level."""
    above = np.clip((THETA + STEP / 2 - level[:, None]) / STEP, 0.0, 1.0)
    return np.asarray(np.clip((chances * above).sum(axis=1), 0.0, 1.0))


def quantile(chances: Array, share: float) -> float:
    """The level below which `share` of the chance lies."""
    ends = np.concatenate([[THETA[0] - STEP / 2], THETA + STEP / 2])
    return float(np.interp(share, np.concatenate([[0.0], np.cumsum(chances)]), ends))
