"""How good chances are."""

import numpy as np
from scipy.stats import rankdata

from lms.competence.engine.grid import Array

CLIP = 1e-4
BINS = 15


def auc(y: Array, p: Array) -> float:
    """Chance that a right answer was given a higher chance than a wrong one (Mann-Whitney)."""
    ranks, right = rankdata(p), y > 0.5
    n, m = int(right.sum()), int((~right).sum())
    return float((ranks[right].sum() - n * (n + 1) / 2) / (n * m)) if n and m else float("nan")


def log_loss(y: Array, p: Array) -> float:
    """Mean of -log of the chance given to what happened."""
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()) if len(y) else float("nan")


def rmse(y: Array, p: Array) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(((y - p) ** 2).mean()))


def calibration_error(y: Array, p: Array) -> float:
    """ECE: 15 bins of equal count by p (stable), share x |mean y - mean p|."""
    order = np.argsort(p, kind="stable")
    return float(
        sum(len(part) / len(p) * abs(y[part].mean() - p[part].mean()) for part in np.array_split(order, BINS) if len(part))
    )


def calibration_floor(p: Array) -> float:
    """The ECE that chance alone gives chances which are exactly right: mean |deviation| of each bin, sqrt(2/pi) of its sd."""
    order = np.argsort(p, kind="stable")
    parts = [p[part] for part in np.array_split(order, BINS) if len(part)]
    return float(sum(np.sqrt(2 / np.pi * (part * (1 - part)).sum()) for part in parts) / len(p))
