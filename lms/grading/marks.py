"""From shares to marks: totals, scales, bands, pass marks, and which attempt counts.

Nothing is rounded on the way; `round_mark` is the one rounding, half up, when a mark is shown or signed
(domain analysis 2.5: ten-point scale, one decimal, half up on decimals).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from lms.grading.outcome import decimal

STORED = Decimal("1E-7")
METHODS = ("highest", "latest", "first", "average")


@dataclass(frozen=True)
class Result:
    """The mark of one attempt. `percent` is of the points, 0 to 100, not rounded."""

    points: Decimal
    max_points: Decimal
    percent: Decimal


def _exact(share: Decimal) -> Fraction:
    """The share before it was cut to its stored seven decimals: 0.3333333 is a third.

    Otherwise three questions a third right would make 0.9999999 points and fail a pass mark of 1.
    """
    value = Fraction(share)
    near = value.limit_denominator(1000)
    return near if abs(near - value) <= Fraction(STORED) else value


def total(parts: Sequence[tuple[Decimal, Decimal]]) -> Result:
    """The result of (points the question is worth, share earned) of every question; 0 % of no points."""
    worth = sum((Fraction(points) for points, _ in parts), Fraction(0))
    earned = sum((Fraction(points) * _exact(share) for points, share in parts), Fraction(0))
    return Result(decimal(earned), decimal(worth), decimal(100 * earned / worth) if worth else Decimal(0))


def round_mark(value: Decimal, places: int = 1) -> Decimal:
    """The mark to so many decimals, half up: 8.45 is 8.5."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def ten_scale(percent: Decimal) -> Decimal:
    """The percentage on the ten-point scale, not rounded."""
    return percent / 10


def passed(percent: Decimal, pass_mark: Decimal) -> bool:
    """Whether the percentage reaches the pass mark, both in per cent.

    Compared before rounding (59.96 shown as 60.0 does not pass 60), at the seven decimals that are stored.
    """
    return round_mark(percent, 7) >= pass_mark


def band(percent: Decimal, bands: Sequence[tuple[str, Decimal]]) -> str | None:
    """The name of the highest band reached, of (name, from per cent) in any order; None below them all.

    The bands are the programme's own: [("Giỏi", Decimal(80)), ...].
    """
    reached = [(start, name) for name, start in bands if passed(percent, start)]
    return max(reached, key=lambda found: found[0])[1] if reached else None


def pick(attempts: Sequence[Decimal], method: str) -> Decimal | None:
    """The percentage that counts, of the attempts' in the order they were made; None without attempts.

    `method` is highest | latest | first | average (Moodle's four grading methods, mod/quiz/lib.php).
    """
    if not attempts:
        return None
    if method == "average":
        return decimal(sum((Fraction(percent) for percent in attempts), Fraction(0)) / len(attempts))
    chosen = {"highest": max(attempts), "latest": attempts[-1], "first": attempts[0]}
    return chosen[method]
