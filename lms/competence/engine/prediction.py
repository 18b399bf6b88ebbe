"""The chance that the next answer is right."""

import numpy as np

from lms.competence.engine.estimate import DIGITS, Estimate
from lms.competence.engine.grid import THETA, expected_score
from lms.competence.engine.item import Item


def predict(estimate: Estimate, item: Item) -> float:
    """Expected share of the item's points: its curve averaged over the posterior (posterior predictive)."""
    return round(float(np.sum(estimate.chances * expected_score(THETA + estimate.lift, item))), DIGITS)
