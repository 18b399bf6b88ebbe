"""How an estimate stands against a requirement, and for how long."""

from dataclasses import dataclass
from datetime import date, timedelta

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
    `questions` about how many more would decide (0 where decided, MOST_QUESTIONS where it takes that many or more),
    and `proves` whether they would decide for the level, if they go on as before."""

    p: float
    distance: float
    expected: float
    low: float
    high: float
    status: str
    questions: int
    proves: bool


@dataclass(frozen=True)
class Outlook:
    """The fewest further answers that decide, if they go on as before, and whether for the level or against it."""

    questions: int
    proves: bool


def chance(estimate: Estimate, requirement: Requirement) -> float:
    """P(theta + B(now) >= required)."""
    return float(np.round(tail(estimate.chances[None, :], np.array([requirement.theta - estimate.lift])), DIGITS)[0])


def _status(p: float, effective: float, policy: Policy) -> str:
    """Nobody is called short of a level on fewer than half the answers that would prove it."""
    if p >= policy.competent and effective >= policy.least_answers:
        return COMPETENT
    return NOT_YET if p <= policy.not_yet and effective >= policy.least_answers / 2 else NOT_ENOUGH


def outlook(estimate: Estimate, requirement: Requirement, policy: Policy, prior: Prior = OWN_PRIOR) -> Outlook | None:
    """What n rows say is, after m more like them, said (n + m) / n times over. `prior`: the one the estimate was made under.
    None: it would take more than anybody would be asked."""
    more = np.arange(1, MOST_QUESTIONS + 1)
    enough = more >= policy.least_answers - estimate.effective
    if not estimate.rows:
        return Outlook(int(more[enough][0]), True)
    before = normal(np.array(prior[0]), np.array(prior[1]))
    said = np.log(estimate.chances + 1e-300) - before
    then = weights_of(before + said * (1 + more / estimate.rows)[:, None])
    p = tail(then, np.full(len(more), requirement.theta - estimate.lift))
    proven = (p >= policy.competent) & enough
    missing = (p <= policy.not_yet) & (more >= policy.least_answers / 2 - estimate.effective)
    decided = np.flatnonzero(proven | missing)
    return Outlook(int(more[decided[0]]), bool(proven[decided[0]])) if len(decided) else None


def gap(estimate: Estimate, requirement: Requirement, policy: Policy) -> Gap:
    """Chance, distance, expected share with its interval, and one of three states."""
    p = chance(estimate, requirement)
    status = _status(p, estimate.effective, policy)
    curve = bank_score(THETA + estimate.lift, requirement.bank) if estimate.lift else requirement.curve
    ends = np.array([quantile(estimate.chances, share) for share in (0.05, 0.95)]) + estimate.lift
    low, high = bank_score(ends, requirement.bank)
    ahead = outlook(estimate, requirement, policy) if status == NOT_ENOUGH else None
    return Gap(
        p,
        round(requirement.theta - estimate.mean, DIGITS),
        round(float((estimate.chances * curve).sum()), DIGITS),
        round(float(low), DIGITS),
        round(float(high), DIGITS),
        status,
        0 if status != NOT_ENOUGH else ahead.questions if ahead else MOST_QUESTIONS,
        ahead is not None and ahead.proves,
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
