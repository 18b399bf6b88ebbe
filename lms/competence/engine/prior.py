"""What an officer's other competences say of one of them, before its own evidence."""

from collections.abc import Mapping
from math import sqrt

from lms.competence.engine.estimate import DIGITS, Estimate, Prior
from lms.competence.engine.policy import Policy


def broad_prior(policy: Policy) -> Prior:
    """N(0, Vg + Vs): the prior the borrowed estimates themselves are made under."""
    return 0.0, sqrt(policy.general + policy.specific)


def priors_from_others(estimates: Mapping[str, Estimate], policy: Policy) -> dict[str, Prior]:
    """(mean, sd) for each competence from all the others: theta_k = g + s_k, g ~ N(0,Vg), s ~ N(0,Vs).

    Each other estimate (m, v, made under `broad_prior`) is one observation y' = m v'/v with variance v',
    1/v' = 1/v - 1/(Vg+Vs); then 1/T = Vg' with T = 1/Vg + sum 1/(v'+Vs), mean = sum y'/(v'+Vs) / T, and the
    prior is N(mean, 1/T + Vs) (normal two-level model; Gelman and Hill 2007, ch. 12). What training lifts is taken off:
    it belongs to its own competence.
    """
    total = policy.general + policy.specific
    seen: dict[str, tuple[float, float]] = {}
    for code in sorted(estimates):
        one = estimates[code]
        left = 1 / max(one.sd, 1e-3) ** 2 - 1 / total
        if one.rows and left > 1e-6:
            seen[code] = ((one.mean - one.lift) * one.sd**-2 / left, 1 / left + policy.specific)
    found = {}
    for code in estimates:
        others = [value for key, value in seen.items() if key != code]
        precision = 1 / policy.general + sum(1 / v for _, v in others)
        mean = sum(y / v for y, v in others) / precision
        found[code] = (round(mean, DIGITS), round(sqrt(1 / precision + policy.specific), DIGITS))
    return found
