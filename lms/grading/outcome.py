"""What grading gives back, and the arithmetic of a share."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

NEARLY = Fraction(1, 10**6)
DIGITS = Context(prec=28)


@dataclass(frozen=True)
class Problem:
    """A reason why a question cannot be used yet. `field` is the path in the spec ("options.0.text")."""

    field: str
    message: str


@dataclass(frozen=True)
class Part:
    """The outcome of one option, pair or item: right | wrong | missed (right, yet not chosen) | blank."""

    key: str
    outcome: str


@dataclass(frozen=True)
class Grade:
    """The mark of one answer. `share` is the part of the points earned, 0 to 1, not rounded.

    `state` is right | partial | wrong | blank; `note` is a sentence for the person who answered, or None.
    """

    share: Decimal
    state: str
    parts: tuple[Part, ...] = ()
    note: str | None = None


def decimal(value: Fraction) -> Decimal:
    """The fraction as a Decimal of 28 digits, the same on every machine."""
    return DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))


def graded(value: Fraction, parts: Iterable[Part] = (), note: str | None = None) -> Grade:
    """The grade of an answer that earned `value`, brought into 0 to 1.

    A share within 10^-6 of an end is that end, so that thirds an author wrote as 0.3333333 make a whole
    (the bounds are Moodle's: question/engine/states.php, graded_state_for_fraction).
    """
    if value > 1 - NEARLY:
        return Grade(Decimal(1), "right", tuple(parts), note)
    if value < NEARLY:
        return Grade(Decimal(0), "wrong", tuple(parts), note)
    return Grade(decimal(value), "partial", tuple(parts), note)


def blank(note: str | None = None) -> Grade:
    """The grade where nothing was answered, or nothing that could be read."""
    return Grade(Decimal(0), "blank", (), note)
