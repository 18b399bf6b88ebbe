"""The level an officer holds, and how it stands against a position."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Fit:
    """An officer against a position. Codes below requirement stand in the order of the requirement;
    `missing` holds them all, `missing_core` the core ones, and without one of those `met` is false."""

    met: bool
    missing_core: tuple[str, ...]
    missing: tuple[str, ...]


def gap(required: int, held: int) -> int:
    """How many levels are missing; 0 when the requirement is met."""
    return max(0, required - held)


def meets_position(required: Mapping[str, int], held: Mapping[str, int], core: Collection[str]) -> Fit:
    """The position's required levels against the levels held, by competence code; one not held is 0."""
    missing = tuple(code for code, level in required.items() if gap(level, held.get(code, 0)))
    missing_core = tuple(code for code in missing if code in core)
    return Fit(not missing_core, missing_core, missing)
