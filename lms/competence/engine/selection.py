"""What a question would tell."""

import numpy as np

from lms.competence.engine.estimate import DIGITS, Estimate
from lms.competence.engine.grid import STEP, THETA, Array, score_chances
from lms.competence.engine.item import Item
from lms.competence.engine.requirement import Requirement


def _uncertainty(p: Array) -> Array:
    """Entropy of a yes or no, in bits (Shannon 1948)."""
    inside = np.clip(p, 1e-12, 1 - 1e-12)
    return np.asarray(-(inside * np.log2(inside) + (1 - inside) * np.log2(1 - inside)))


def worth(estimate: Estimate, requirement: Requirement, item: Item) -> float:
    """Bits the answer is expected to tell of whether the requirement is met (mutual information; Lindley 1956)."""
    above = np.clip((THETA + STEP / 2 - (requirement.theta - estimate.lift)) / STEP, 0.0, 1.0)
    joint = score_chances(THETA + estimate.lift, item) * estimate.chances[:, None]
    chance, met = joint.sum(axis=0), (joint * above[:, None]).sum(axis=0)
    after = float((chance * _uncertainty(met / np.maximum(chance, 1e-300))).sum())
    return float(np.round(max(0.0, float(_uncertainty(met.sum())) - after), DIGITS))
