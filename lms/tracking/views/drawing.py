"""The competence lotus: one petal per area, as numbers for an SVG of 340 x 214."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin, sqrt

ROOT_X, ROOT_Y, LENGTH, HALF_WIDTH = 170.0, 188.0, 124.0, 28.5
SPREAD = 75.0  # degrees from the upright to the outermost petal
LABEL = 150.0


@dataclass(frozen=True)
class Petal:
    """One area: the dashed outline is the goal, the inside as long as the share of competences that meet it."""

    code: str
    name: str
    met: int
    required: int
    outline: str
    inside: str
    label_x: float
    label_y: float

    @property
    def full(self) -> bool:
        """Whether every competence of the area is met."""
        return self.met == self.required


def petals(areas: Sequence[tuple[str, str, int, int]]) -> list[Petal]:
    """Petals of (code, name, met, required), spread as a fan from left to right."""
    step = 2 * SPREAD / (len(areas) - 1) if len(areas) > 1 else 0
    first = -SPREAD if len(areas) > 1 else 0
    drawn = []
    for i, (code, name, met, required) in enumerate(areas):
        angle = radians(first + step * i)
        x, y = ROOT_X + LABEL * sin(angle), ROOT_Y - LABEL * cos(angle)
        share = met / required
        inside = _petal(angle, share) if met else ""
        drawn.append(Petal(code, name, met, required, _petal(angle, 1), inside, round(x, 1), round(y, 1)))
    return drawn


def _petal(angle: float, share: float) -> str:
    """The path of a petal that leans by `angle`, as long as `share` of the full one."""
    length, width = LENGTH * share, HALF_WIDTH * sqrt(share)
    bends = [(-width, 0.22), (-width, 0.68), (0, 1), (width, 0.68), (width, 0.22)]
    a, b, tip, c, d = (_turn(across, along * length, angle) for across, along in bends)
    return f"M{ROOT_X:g} {ROOT_Y:g}C{a} {b} {tip}C{c} {d} {ROOT_X:g} {ROOT_Y:g}Z"


def _turn(across: float, along: float, angle: float) -> str:
    x = ROOT_X + across * cos(angle) + along * sin(angle)
    y = ROOT_Y + across * sin(angle) - along * cos(angle)
    return f"{x:.1f} {y:.1f}"
