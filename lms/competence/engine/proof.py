"""What an officer's own answers prove of the levels given on answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from lms.competence.engine.estimate import DIGITS, OWN_PRIOR, Estimate, Prior, settle
from lms.competence.engine.gap import chance
from lms.competence.engine.grid import tail
from lms.competence.engine.item import Item
from lms.competence.engine.ledger import Evidence, in_order
from lms.competence.engine.policy import Policy
from lms.competence.engine.posterior import EPOCH, Likelihood, aged, likelihood, prepare
from lms.competence.engine.requirement import Requirement

MOST = 40


@dataclass(frozen=True)
class Proof:
    """The chance that the level is met, and the effective answers given to questions of that level or above."""

    p: float
    effective: float


def effective_at(
    rows: Sequence[Evidence],
    items: Mapping[str, Item],
    levels: Mapping[str, int],
    policy: Policy,
    wanted: Sequence[int],
    at: date,
) -> dict[int, float]:
    """Level -> how many of today's answers the rows on questions of that level or above are worth; `levels`: by key of the row."""
    used = in_order(row for row in rows if row.day <= at)
    _, weights, _ = prepare(used, items, policy, (), {})
    scale = aged(at.toordinal() - EPOCH, policy.half_life)
    found = {}
    for level in wanted:
        found[level] = round(scale * sum(w for row, w in zip(used, weights, strict=True) if levels[row.key] >= level), DIGITS)
    return found


def known_by(rows: Sequence[Evidence], items: Mapping[str, Item], policy: Policy, at: date) -> Likelihood:
    """What the rows up to that day say."""
    return likelihood([row for row in rows if row.day <= at], items, policy)


def proofs(
    rows: Sequence[Evidence],
    items: Mapping[str, Item],
    levels: Mapping[str, int],
    policy: Policy,
    required: Mapping[int, Requirement],
    at: date,
    prior: Prior = OWN_PRIOR,
) -> tuple[Estimate, dict[int, Proof]]:
    """The estimate on the day `at`, and what it proves of each level asked about.

    A level asks for answers of its own height: knowing by heart does not prove that somebody can apply (the ceilings of sources).
    """
    now = settle(known_by(rows, items, policy, at), policy, prior, at)
    worth = effective_at(rows, items, levels, policy, list(required), at)
    return now, {level: Proof(chance(now, need), worth[level]) for level, need in required.items()}


def fewest_right(now: Estimate, need: Requirement, policy: Policy, effective: float) -> int | None:
    """How many further answers, all right, to questions like the bank's would prove the level; 0: it is proven, None: not within `MOST`."""
    more = np.arange(MOST + 1)
    chances = now.chances * need.curve ** more[:, None]  # after 0, 1, 2 ... right answers
    chances /= chances.sum(axis=1, keepdims=True)
    proven = tail(chances, np.full(MOST + 1, need.theta - now.lift)) >= policy.competent
    enough = np.flatnonzero(proven & (effective + more >= policy.least_answers))
    return int(enough[0]) if len(enough) else None
