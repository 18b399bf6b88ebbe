"""How an estimate stands against a requirement, and for how long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np
from scipy.special import ndtr, ndtri

from lms.competence.engine.dossier import Dossier
from lms.competence.engine.estimate import DIGITS, Estimate
from lms.competence.engine.grid import THETA, expected_score, quantile, tail
from lms.competence.engine.item import Item
from lms.competence.engine.policy import Policy
from lms.competence.engine.requirement import Requirement, bank_score

COMPETENT, NOT_YET, NOT_ENOUGH = "competent", "not_yet", "not_enough"
MOST_QUESTIONS = 60
HORIZON = 20 * 366  # days looked ahead


@dataclass(frozen=True)
class Gap:
    """`p` is the chance that the level is met; `low`..`high` the 90 % interval of the share expected right;
    `questions` about how many more would decide (0 where decided, MOST_QUESTIONS where it takes that many or more)."""

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


def questions_needed(estimate: Estimate, requirement: Requirement, policy: Policy) -> int | None:
    """The fewest further answers to questions like the bank's after which it is as likely as not that P is decided, either way;
    None: more than anybody would be asked.

    After n of them the posterior's sd is s_n, 1/s_n^2 = 1/s^2 + n I, and its mean will lie N(mean, s^2 - s_n^2) (preposterior
    analysis; Raiffa and Schlaifer 1961). Decided means that the mean is z s_n away from the requirement.
    """
    away = estimate.mean - requirement.theta
    each = max(information(estimate.mean, requirement.bank), 1e-3)
    above, below = float(ndtri(policy.competent)), -float(ndtri(policy.not_yet))
    least = max(1, ceil(policy.least_answers - estimate.effective))
    for n in range(1, MOST_QUESTIONS + 1):
        then = (estimate.sd**-2 + n * each) ** -0.5
        moves = max(estimate.sd**2 - then**2, 1e-12) ** 0.5
        shown, not_shown = ndtr((away - above * then) / moves), ndtr((-away - below * then) / moves)
        if shown + not_shown >= 0.5:
            return max(n, least)
    return None


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
        (questions_needed(estimate, requirement, policy) or MOST_QUESTIONS) if status == NOT_ENOUGH else 0,
    )


def expires(dossier: Dossier, requirement: Requirement, at: date) -> date | None:
    """The first day on which the level is no longer shown if no evidence comes, by bisection; None: not shown
    today, or not within twenty years."""
    as_known = dossier.until(at)
    known = as_known.likelihood()

    def holds(days: int) -> bool:
        now = as_known.estimate(at + timedelta(days=days), known)
        return _status(chance(now, requirement), now.effective, as_known.policy) == COMPETENT

    low, high = 0, HORIZON
    if not holds(low) or holds(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return at + timedelta(days=high)
