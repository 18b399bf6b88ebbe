"""Pictures of the province as numbers for SVG: the heat map of units and competences, the course over reporting periods."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LABEL, CELL, ROW, HEAD = 208, 23, 20, 30  # of the heat map: width of names and of a cell, height of a row and of the head
LONGEST = 28  # letters of a name in the picture; the table has it whole
STEPS = (0.0, 0.25, 0.5, 0.75, 0.9)  # shares from which the next green begins
SHADES = ("0%", "1–24%", "25–49%", "50–74%", "75–89%", "90–100%")
LEFT, RIGHT, TOP, BOTTOM = 34, 346, 12, 130  # of the trend


@dataclass(frozen=True)
class Heat:
    """`paths`: (shade, d) of all cells of one shade together; `labels`: (y, name); `heads`: (x, code)."""

    width: int
    height: int
    paths: list[tuple[int, str]]
    labels: list[tuple[int, str]]
    heads: list[tuple[int, str]]


@dataclass(frozen=True)
class Trend:
    """Two courses in percent, with the target as a level line; `points`: (x, label, y of each course or None, and what it says)."""

    lines: list[str]
    target_y: float
    points: list[tuple[float, str, list[tuple[float, float] | None]]]
    marks: list[tuple[float, int]]


def shade(share: float | None) -> int:
    """The green of a share: 0 for none, 5 from 90 per cent on; -1 where nothing is asked."""
    if share is None:
        return -1
    return sum(share >= step if step else share > 0 for step in STEPS)


def heat(lines: Sequence[Any], columns: Sequence[tuple[Any, Any]]) -> Heat:
    """One row a line (unit or position), one column a competence."""
    paths: dict[int, list[str]] = {}
    labels = []
    for n, line in enumerate(lines):
        y = HEAD + n * ROW
        labels.append((y + 14, line.name if len(line.name) <= LONGEST else f"{line.name[: LONGEST - 1]}…"))
        for k, (competence, _) in enumerate(columns):
            cell = line.cells.get(competence.id)
            if cell is not None and cell.asked:
                paths.setdefault(shade(cell.share), []).append(f"M{LABEL + k * CELL} {y}h21v18h-21z")
    heads = [(LABEL + k * CELL + 10, competence.code) for k, (competence, _) in enumerate(columns)]
    width, height = LABEL + CELL * len(columns) + 4, HEAD + ROW * len(lines) + 4
    return Heat(width, height, [(n, "".join(found)) for n, found in sorted(paths.items())], labels, heads)


def trend(points: Sequence[tuple[str, Sequence[tuple[int, int]]]], target: int) -> Trend:
    """(label, (met, asked) of each course) of each period, oldest first; courses where nothing is asked have a gap."""
    step = (RIGHT - LEFT) / max(1, len(points) - 1)
    drawn: list[tuple[float, str, list[tuple[float, float] | None]]] = []
    for n, (label, courses) in enumerate(points):
        x = round(LEFT + n * step, 1) if len(points) > 1 else (LEFT + RIGHT) / 2
        drawn.append((x, label, [(_y(100 * met / asked), 100 * met / asked) if asked else None for met, asked in courses]))
    lines = [" ".join(f"{x},{found[0]}" for x, _, both in drawn if (found := both[i])) for i in range(2)]
    return Trend(lines, _y(target), drawn, [(_y(mark), mark) for mark in (0, 50, 100)])


def _y(percent: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * percent / 100, 1)
