"""Items with more than two scores inside calibration: generalised partial credit (Muraki 1992)."""

import numpy as np
from scipy.optimize import minimize

from lms.competence.engine.grid import Array

SLOPE_SPREAD = 0.3


def log_table(parameters: Array, nodes: Array) -> Array:
    """log P(k) at each node; parameters are log a, d_1..d_K: P(k) ~ exp(k a theta + d_1 + .. + d_k)."""
    scores = np.arange(len(parameters))
    sums = np.concatenate([[0.0], np.cumsum(parameters[1:])])
    logits = np.exp(parameters[0]) * nodes[:, None] * scores + sums
    peak = logits.max(axis=1, keepdims=True)
    return np.asarray(logits - peak - np.log(np.exp(logits - peak).sum(axis=1, keepdims=True)))


def maximise(parameters: Array, expected: Array, nodes: Array, with_prior: bool) -> Array:
    """M-step (Muraki 1992): the parameters that make the expected counts, nodes x scores, likeliest."""
    scores = np.arange(len(parameters))
    people = expected.sum(axis=1, keepdims=True)

    def loss(found: Array) -> tuple[float, Array]:
        logs = log_table(found, nodes)
        off = expected - people * np.exp(logs)
        slope = float((off * scores * nodes[:, None]).sum()) * np.exp(found[0])
        steps = np.cumsum(off.sum(axis=0)[::-1])[::-1][1:]
        value, gradient = float((expected * logs).sum()), np.concatenate([[slope], steps])
        if with_prior:
            value -= 0.5 * float((found[0] / SLOPE_SPREAD) ** 2 + (found[1:] ** 2).sum() / 9)
            gradient -= np.concatenate([[found[0] / SLOPE_SPREAD**2], found[1:] / 9])
        return -value, -gradient

    return np.asarray(minimize(loss, parameters, jac=True, method="BFGS", options={"maxiter": 20}).x)
