"""Pictures of the province as numbers for SVG: the heat map of units and competences, the course over reporting periods."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LABEL, CELL, ROW, HEAD = 236, 17, 20, 34  # of the heat map: width of names and of a cell, height of a row and of the head
APART = 4  # between two areas of competence
LONG, LONGEST = 34, 56  # letters of a name from which it is set narrower, and cut (the table has it whole)
STEPS = (0.0, 0.25, 0.5, 0.75, 0.9)  # shares from which the next green begins
SHADES = ("0%", "1–24%", "25–49%", "50–74%", "75–89%", "90–100%")
LEFT, RIGHT, TOP, BOTTOM = 34, 346, 12, 130  # of the trend


@dataclass(frozen=True)
class Heat:
    """`paths`: (shade, d) of all cells of one shade together; `labels`: (y, name, width to set it in or 0); `areas`: (x, code) over the
    first competence of each; `heads`: (x, number of the competence in its area). The head is a picture of its own, that stays in
    sight."""

    width: int
    height: int
    head: int
    paths: list[tuple[int, str]]
    labels: list[tuple[int, str, int]]
    areas: list[tuple[int, str]]
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
    places, areas = _places(columns)
    labels = []
    for n, line in enumerate(lines):
        y = n * ROW
        name = line.name if len(line.name) <= LONGEST else f"{line.name[: LONGEST - 1]}…"
        labels.append((y + 14, name, LABEL - 8 if len(name) > LONG else 0))
        for x, (competence, _) in zip(places, columns, strict=True):
            cell = line.cells.get(competence.id)
            if cell is not None and cell.asked:
                paths.setdefault(shade(cell.share), []).append(f"M{x} {y}h{CELL - 2}v18h-{CELL - 2}z")
    heads = [(x + CELL // 2, competence.code.rpartition(".")[2]) for x, (competence, _) in zip(places, columns, strict=True)]
    width, height = (places[-1] if places else LABEL) + CELL + 2, ROW * len(lines) + 2
    return Heat(width, height, HEAD, [(n, "".join(found)) for n, found in sorted(paths.items())], labels, areas, heads)


def _places(columns: Sequence[tuple[Any, Any]]) -> tuple[list[int], list[tuple[int, str]]]:
    """Where each column begins; and (x, code) of each area, over its first."""
    places: list[int] = []
    areas: list[tuple[int, str]] = []
    for n, (competence, _) in enumerate(columns):
        code = competence.code.partition(".")[0]
        new = not areas or areas[-1][1] != code
        x = LABEL + n * CELL + APART * (len(areas) - (not new))
        places.append(x)
        if new:
            areas.append((x, code))
    return places, areas


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
