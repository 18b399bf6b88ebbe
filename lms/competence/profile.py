"""The level an officer holds, and how it stands against a position."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Evidence:
    """One recorded award of one competence to one officer. All dates are local days.

    `level` is after the ceiling. It counts from `earned_on` to `valid_until` (None: no end). When its legal
    basis was replaced on `replaced_on` it needs updating, and still counts up to `update_by` (None: no end):
    a level is not lost at once when the law moves.
    """

    key: str
    level: int
    earned_on: date
    valid_until: date | None = None
    replaced_on: date | None = None
    update_by: date | None = None


@dataclass(frozen=True)
class Held:
    """The level held (0: none), the key of the evidence that holds it, and whether that needs updating."""

    level: int
    by: str | None
    stale: bool


@dataclass(frozen=True)
class Fit:
    """An officer against a position. Codes below requirement stand in the order of the requirement;
    `missing` holds them all, `missing_core` the core ones, and without one of those `met` is false."""

    met: bool
    missing_core: tuple[str, ...]
    missing: tuple[str, ...]


def _counts(row: Evidence, at: date) -> bool:
    ends = [day for day in (row.valid_until, row.update_by) if day is not None]
    return row.level > 0 and row.earned_on <= at and all(at <= day for day in ends)


def _stale(row: Evidence, at: date) -> bool:
    return row.replaced_on is not None and row.replaced_on <= at


def current_level(evidence: Iterable[Evidence], at: date) -> Held:
    """The highest level that evidence in date on the day `at` supports; no failed test ever lowers it.

    Of equal evidence, what needs no updating holds the level, then the newest.
    """
    found = [row for row in evidence if _counts(row, at)]
    if not found:
        return Held(0, None, False)
    best = max(found, key=lambda row: (row.level, not _stale(row, at), row.earned_on, row.key))
    return Held(best.level, best.key, _stale(best, at))


def gap(required: int, held: int) -> int:
    """How many levels are missing; 0 when the requirement is met."""
    return max(0, required - held)


def meets_position(required: Mapping[str, int], held: Mapping[str, int], core: Collection[str]) -> Fit:
    """The position's required levels against the levels held, by competence code; one not held is 0."""
    missing = tuple(code for code, level in required.items() if gap(level, held.get(code, 0)))
    missing_core = tuple(code for code in missing if code in core)
    return Fit(not missing_core, missing_core, missing)
