"""The rows competence is computed from. They are only ever appended."""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from operator import itemgetter
from typing import NamedTuple

from lms.competence.engine.item import Item
from lms.competence.engine.policy import Policy


class Evidence(NamedTuple):
    """One answer, rubric score or supervisor's rating. `score` is the share of the points (0..1), or for a rating the
    level given on the logit scale, from which the rater's `severity` is taken. `day` is the local day."""

    day: date
    key: str
    officer: str
    competence: str
    item: str
    score: float
    kind: str = "answer"
    severity: float = 0.0
    slope: float = 1.0


class Attendance(NamedTuple):
    """An officer took part in training on the competence."""

    day: date
    key: str


def in_order(rows: Iterable[Evidence]) -> list[Evidence]:
    """By day, then key: the one order every figure is computed in."""
    return sorted(rows, key=itemgetter(0, 1))


def digest(rows: Iterable[Evidence], attended: Iterable[Attendance], items: Mapping[str, Item], policy: Policy) -> str:
    """sha256 of everything a figure rests on, the same under any order."""
    found = sha256()
    used = in_order(rows)
    for row in used:
        found.update(repr(tuple(row)).encode())
    for there in sorted(attended):
        found.update(repr(tuple(there)).encode())
    for key in sorted({row.item for row in used if row.item in items}):
        item = items[key]
        plain = (item.key, item.version, item.a, item.d, item.c, item.steps, item.thresholds, item.suspended)
        found.update(repr((plain, sorted(item.competences.items()))).encode())
    plain_policy = {**vars(policy), "weights": sorted(policy.weights.items())}
    found.update(repr(sorted(plain_policy.items())).encode())
    return found.hexdigest()
