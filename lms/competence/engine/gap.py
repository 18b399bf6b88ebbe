"""How an estimate stands against a requirement, and for how long."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np

from lms.competence.engine.dossier import Dossier
from lms.competence.engine.estimate import DIGITS, OWN_PRIOR, Estimate, Prior
from lms.competence.engine.grid import THETA, normal, quantile, tail, weights_of
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


def questions_needed(estimate: Estimate, requirement: Requirement, policy: Policy, prior: Prior = OWN_PRIOR) -> int | None:
    """The fewest further answers that decide P, either way, if they go on as before: what n rows say is then said (n + m) / n times
    over. `prior`: the one the estimate was made under. None: more than anybody would be asked."""
    least = max(1, ceil(policy.least_answers - estimate.effective))
    if not estimate.rows:
        return least
    before = normal(np.array(prior[0]), np.array(prior[1]))
    said = np.log(estimate.chances + 1e-300) - before
    more = np.arange(1, MOST_QUESTIONS + 1)
    then = weights_of(before + said * (1 + more / estimate.rows)[:, None])
    p = tail(then, np.full(len(more), requirement.theta - estimate.lift))
    decided = ((p >= policy.competent) & (more >= least)) | (p <= policy.not_yet)
    return int(more[decided][0]) if decided.any() else None


def gap(estimate: Estimate, requirement: Requirement, policy: Policy) -> Gap:
    """Chance, distance, expected share with its interval, and one of three states."""
    p = chance(estimate, requirement)
    status = _status(p, estimate.effective, policy)
    curve = bank_score(THETA + estimate.lift, requirement.bank) if estimate.lift else requirement.curve
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
