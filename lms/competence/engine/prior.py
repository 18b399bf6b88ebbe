"""What an officer's other competences say of one of them, before its own evidence."""

from collections.abc import Mapping
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from lms.competence.engine.estimate import DIGITS, Estimate, Prior
from lms.competence.engine.grid import Array
from lms.competence.engine.policy import Policy


def broad_prior(policy: Policy) -> Prior:
    """N(0, Vg + Vs): the prior the borrowed estimates themselves are made under."""
    return 0.0, sqrt(policy.general + policy.specific)


def borrowed(mean: Array, sd: Array, known: NDArray[np.bool_], policy: Policy) -> tuple[Array, Array]:
    """Prior means and sds, officers x competences, each from the officer's others: theta_k = g + s_k, g ~ N(0,Vg), s ~ N(0,Vs).

    Each other estimate (m, v, made under `broad_prior`, without what training lifts: that belongs to its own
    competence) is one observation y' = m v'/v with variance v', 1/v' = 1/v - 1/(Vg+Vs); then with
    T = 1/Vg + sum 1/(v'+Vs) and mean = sum y'/(v'+Vs) / T the prior is N(mean, 1/T + Vs) (normal two-level model;
    Gelman and Hill 2007, ch. 12). Summed in order, so that a competence without evidence changes no byte.
    """
    precision = 1 / np.maximum(sd * sd, 1e-6)
    left = precision - 1 / (policy.general + policy.specific)
    seen = known & (left > 1e-6)
    left = np.where(seen, left, 1.0)
    weight = np.where(seen, 1 / (1 / left + policy.specific), 0.0)
    said = weight * (mean * precision / left)
    whole = 1 / policy.general + _of_others(weight)
    means, sds = _of_others(said) / whole, np.asarray(np.sqrt(1 / whole + policy.specific), dtype=np.float64)
    return np.round(means, DIGITS), np.round(sds, DIGITS)


def _of_others(values: Array) -> Array:
    """For each column the sum of all the others: of those before it, and of those after it."""
    edge = np.zeros((len(values), 1))
    before = np.cumsum(np.concatenate([edge, values], axis=1), axis=1)[:, :-1]
    after = np.cumsum(np.concatenate([edge, values[:, ::-1]], axis=1), axis=1)[:, :-1][:, ::-1]
    return np.asarray(before + after)


def priors_from_others(estimates: Mapping[str, Estimate], policy: Policy) -> dict[str, Prior]:
    """(mean, sd) for each competence of one officer, from all the others (see `borrowed`)."""
    codes = sorted(estimates)
    every = [estimates[code] for code in codes]
    level = np.array([[one.mean - one.lift for one in every]])
    sd, known = np.array([[one.sd for one in every]]), np.array([[one.rows > 0 for one in every]], dtype=bool)
    means, sds = borrowed(level, sd, known, policy)
    return {code: (float(means[0, at]), float(sds[0, at])) for at, code in enumerate(codes)}


def common_share(officer: NDArray[np.int64], mean: Array, sd: Array, policy: Policy) -> float:
    """Share of the variance of levels that an officer's competences have in common, by moments of y' (see `borrowed`): the weighted
    covariance of different competences of the same officer, over the whole. Within .05 and .95; nobody seen twice: as the policy has it.
    """
    total = policy.general + policy.specific
    noise = 1 / np.maximum(1 / np.maximum(sd * sd, 1e-6) - 1 / total, 0.05)
    y, weight = mean * noise / np.maximum(sd * sd, 1e-6), 1 / (noise + total)

    def per_officer(values: Array) -> Array:
        return np.asarray(np.bincount(officer, weights=values))

    pairs = float((per_officer(weight) ** 2 - per_officer(weight**2)).sum())
    whole = float((weight**2 * (y**2 - noise)).sum()) / max(float((weight**2).sum()), 1e-12)
    if pairs < 1e-9 or whole <= 0:
        return round(policy.general / total, DIGITS)
    common = float((per_officer(weight * y) ** 2 - per_officer(weight**2 * y**2)).sum()) / pairs
    return round(min(0.95, max(0.05, common / whole)), DIGITS)
