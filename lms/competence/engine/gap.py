"""How an estimate stands against a requirement, and for how long."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np

from lms.competence.engine.estimate import DIGITS, Estimate, Prior, settle
from lms.competence.engine.grid import THETA, expected_score, quantile, tail
from lms.competence.engine.item import Item
from lms.competence.engine.ledger import Attendance, Evidence
from lms.competence.engine.policy import Policy
from lms.competence.engine.posterior import Likelihood, likelihood
from lms.competence.engine.requirement import Requirement, bank_score

COMPETENT, NOT_YET, NOT_ENOUGH = "competent", "not_yet", "not_enough"
NORMAL_80 = 0.8416212335729143  # standard normal quantile of .8
MOST_QUESTIONS = 60
HORIZON = 20 * 366  # days looked ahead


@dataclass(frozen=True)
class Gap:
    """`p` is the chance that the level is met; `low`..`high` the 90 % interval of the share expected right;
    `questions` about how many more would decide (0 where decided)."""

    p: float
    distance: float
    expected: float
    low: float
    high: float
    status: str
    questions: int


def chance(estimate: Estimate, requirement: Requirement) -> float:
    """P(theta + B(now) >= required)."""
    return float(np.round(tail(estimate.chances[None, :], np.array([requirement.theta - estimate.lift])), DIGITS)[0])


def _status(p: float, effective: float, policy: Policy) -> str:
    if p >= policy.competent and effective >= policy.least_answers:
        return COMPETENT
    return NOT_YET if p <= policy.not_yet and effective > 0 else NOT_ENOUGH


def information(level: float, bank: Iterable[Item]) -> float:
    """Mean Fisher information of a question of the bank, P'^2 / (P (1-P)) (Lord 1980)."""
    near = np.array([level - 1e-3, level, level + 1e-3])
    found = []
    for item in bank:
        below, at, above = (float(value) for value in expected_score(near, item))
        found.append(((above - below) / 2e-3) ** 2 / max(at * (1 - at), 1e-9))
    return sum(found) / len(found)


def questions_needed(estimate: Estimate, requirement: Requirement, policy: Policy) -> int:
    """About how many answers bring |required - mean| to the .8 quantile of the posterior, and n up to the least."""
    away = max(abs(requirement.theta - estimate.mean), 0.05)
    missing = (NORMAL_80 / away) ** 2 - estimate.sd**-2
    each = max(information(estimate.mean, requirement.bank), 1e-3)
    asked = max(missing / each, policy.least_answers - estimate.effective, 1.0)
    return min(MOST_QUESTIONS, ceil(asked))


def gap(estimate: Estimate, requirement: Requirement, policy: Policy) -> Gap:
    """Chance, distance, expected share with its interval, and one of three states."""
    p = chance(estimate, requirement)
    status = _status(p, estimate.effective, policy)
    curve = bank_score(THETA + estimate.lift, requirement.bank)
    ends = np.array([quantile(estimate.chances, share) for share in (0.05, 0.95)]) + estimate.lift
    low, high = bank_score(ends, requirement.bank)
    return Gap(
        p,
        round(requirement.theta - estimate.mean, DIGITS),
        round(float((estimate.chances * curve).sum()), DIGITS),
        round(float(low), DIGITS),
        round(float(high), DIGITS),
        status,
        questions_needed(estimate, requirement, policy) if status == NOT_ENOUGH else 0,
    )


def _expires(
    known: Likelihood, policy: Policy, prior: Prior, need: Requirement, at: date, there: Sequence[Attendance]
) -> date | None:
    def holds(day: date) -> bool:
        now = settle(known, policy, prior, day, there)
        return _status(chance(now, need), now.effective, policy) == COMPETENT

    if not holds(at) or holds(at + timedelta(days=HORIZON)):
        return None
    low, high = 0, HORIZON
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(at + timedelta(days=middle)) else (low, middle)
    return at + timedelta(days=high)


def expires(
    rows: Iterable[Evidence],
    items: Mapping[str, Item],
    policy: Policy,
    prior: Prior,
    requirement: Requirement,
    at: date,
    attended: Sequence[Attendance] = (),
) -> date | None:
    """The first day on which the level is no longer shown if no evidence comes, by bisection; None: not shown
    today, or not within twenty years."""
    known = likelihood([row for row in rows if row.day <= at], items, policy, attended)
    return _expires(known, policy, prior, requirement, at, attended)
