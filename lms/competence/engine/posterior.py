"""What the ledger says of one officer in one competence: a likelihood on the grid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from lms.competence.engine.grid import POINTS, THETA, Array, log_answer, step_chances
from lms.competence.engine.item import Item, share_of
from lms.competence.engine.ledger import Attendance, Evidence, in_order
from lms.competence.engine.policy import Policy

EPOCH = date(2020, 1, 1).toordinal()  # weights are kept as of this day, so that ageing is one multiplication
UNKNOWN = Item("")


@dataclass(frozen=True)
class Likelihood:
    """The sum over the rows as of EPOCH, the effective answers as of EPOCH, how many rows, and the last of them."""

    total: Array
    effective: float = 0.0
    rows: int = 0
    last: tuple[date, str] = (date.min, "")
    answered: Mapping[str, int] | None = None  # item: the day it was last answered


EMPTY = Likelihood(np.zeros(POINTS))


def aged(days: float, half_life: float) -> float:
    """2^(-age/H): half-life decay (Settles and Meeder 2016)."""
    return float(2.0 ** (-days / half_life))


def boost(attended: Iterable[Attendance], day: int, policy: Policy) -> float:
    """B(t) = sum over attendances before t of gamma 2^(-(t - tau)/h): what training is expected to have added."""
    if not policy.exposure:
        return 0.0
    ages = sorted(day - there.day.toordinal() for there in attended if there.day.toordinal() < day)
    return policy.exposure * sum(aged(age, policy.exposure_half_life) for age in ages)


def row_weight(row: Evidence, item: Item, repeated: bool, policy: Policy) -> float:
    """w = kind x max(1, K/2) for K steps x repeat x share of the item x 2^((t - EPOCH)/H)."""
    if item.suspended:
        return 0.0
    weight = policy.weights.get(row.kind, 0.0)
    if item.steps > 2 and not item.thresholds:
        weight *= item.steps / 2
    if item.competences:
        weight *= share_of(item, row.competence)
    if repeated:
        weight *= policy.repeat_weight
    return weight * _since_epoch(row.day, policy.half_life)


@lru_cache(maxsize=10_000)
def _since_epoch(day: date, half_life: float) -> float:
    """The age weight as of EPOCH: a ledger holds few days and many rows."""
    return aged(EPOCH - day.toordinal(), half_life)


def _rating(row: Evidence, theta: Array, policy: Policy) -> Array:
    """log N(theta; (r - severity)/lambda, s^2): a rater with a severity (Linacre 1989, here with a normal error)."""
    return np.asarray(-0.5 * ((theta - (row.score - row.severity) / row.slope) / policy.rating_spread) ** 2)


def _special(row: Evidence, item: Item, lift: float, policy: Policy) -> Array:
    """Rows that are no plain answer: ratings and items of partial credit."""
    if row.kind == "rating":
        return _rating(row, THETA + lift, policy)
    chances = step_chances(THETA + lift, item)
    return np.asarray(np.log(chances[:, round(row.score * item.steps)] + 1e-300))


def row_logs(rows: Sequence[Evidence], items: Sequence[Item], lifts: Sequence[float], policy: Policy) -> Array:
    """The unweighted log-likelihood of each row on the grid."""
    plain = np.array([(item.a, item.d, item.c) for item in items])
    scores = np.array([row.score for row in rows])
    special = [at for at, row in enumerate(rows) if row.kind == "rating" or items[at].thresholds]
    if special:
        scores[special] = 0.0
    theta = THETA[None, :] + np.array(lifts)[:, None] if policy.exposure else THETA[None, :]
    logs = log_answer(theta, plain[:, 0:1], plain[:, 1:2], plain[:, 2:3], scores[:, None])
    for at in special:
        logs[at] = _special(rows[at], items[at], lifts[at], policy)
    return logs


def prepare(
    rows: Sequence[Evidence],
    items: Mapping[str, Item],
    policy: Policy,
    attended: Sequence[Attendance],
    answered: dict[str, int],
) -> tuple[list[Item], list[float], list[float]]:
    """Item, weight and lift of each row, in order; `answered` learns when each item was last answered."""
    found, weights, lifts = [], [], []
    for row in rows:
        item = items.get(row.item, UNKNOWN)
        day = row.day.toordinal()
        before = answered.get(row.item) if row.item else None
        found.append(item)
        weights.append(row_weight(row, item, before is not None and day - before <= policy.repeat_days, policy))
        lifts.append(boost(attended, day, policy) if attended else 0.0)
        if row.item:
            answered[row.item] = day
    return found, weights, lifts


def extended(
    base: Likelihood,
    rows: Iterable[Evidence],
    items: Mapping[str, Item],
    policy: Policy,
    attended: Sequence[Attendance] = (),
) -> Likelihood:
    """With later rows added. Adding one by one gives the same bytes as adding all: sums run in the order of rows.

    Rows not later than the last are refused: a late row, or an attendance before the last row, is a full recompute.
    """
    added = in_order(rows)
    if not added:
        return base
    if (added[0].day, added[0].key) <= base.last:
        raise ValueError("a late row: compute from the whole ledger")
    answered = dict(base.answered or {})
    found, weights, lifts = prepare(added, items, policy, attended, answered)
    logs = row_logs(added, found, lifts, policy)
    logs *= np.array(weights)[:, None]
    total = np.add.reduce(np.concatenate([base.total[None, :], logs]), axis=0)
    effective = base.effective
    for weight in weights:
        effective += weight
    return Likelihood(total, effective, base.rows + len(added), (added[-1].day, added[-1].key), answered)


def likelihood(
    rows: Iterable[Evidence], items: Mapping[str, Item], policy: Policy, attended: Sequence[Attendance] = ()
) -> Likelihood:
    """Of the whole ledger of one officer in one competence."""
    return extended(EMPTY, rows, items, policy, attended)
