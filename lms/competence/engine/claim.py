"""What may be said of a unit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lms.competence.engine.estimate import DIGITS

LEAST_OFFICERS = 30  # below this no interval of a unit is shown


@dataclass(frozen=True)
class Claim:
    """Share of the officers expected to meet the level with its 90 % bounds; `unknown` have no evidence at all."""

    officers: int
    expected: float
    low: float
    high: float
    unknown: int

    def above(self, share: float) -> bool:
        """Whether "over `share`" may be claimed: the lower bound reaches it, and the unit is large enough."""
        return self.officers >= LEAST_OFFICERS and self.low >= share


def rollup(chances: Sequence[float], unknown: int = 0) -> Claim:
    """Sum of independent chances: Poisson-binomial, exact by convolution (Le Cam 1960; Hong 2013) up to 2,000 officers,
    normal beyond. `chances` holds everybody, also those without evidence (their prior)."""
    officers = len(chances)
    if not officers:
        return Claim(0, 0.0, 0.0, 0.0, 0)
    p = np.sort(np.clip(np.asarray(chances, dtype=np.float64), 0.0, 1.0))
    expected = float(p.sum())
    if officers > 2000:
        reach = 1.6448536269514722 * float(np.sqrt((p * (1 - p)).sum()))
        low, high = max(0.0, expected - reach), min(float(officers), expected + reach)
    else:
        counts = np.zeros(officers + 1)
        counts[0] = 1.0
        for one in p:
            counts[1:] = counts[1:] * (1 - one) + counts[:-1] * one
            counts[0] *= 1 - one
        below = np.cumsum(counts)
        low = float(np.searchsorted(below, 0.05 - 1e-12))
        high = min(float(officers), float(np.searchsorted(below, 0.95 - 1e-12)))
    low, high = min(low, expected), max(high, expected)
    shares = [round(value / officers, DIGITS) for value in (expected, low, high)]
    return Claim(officers, shares[0], shares[1], shares[2], unknown)
