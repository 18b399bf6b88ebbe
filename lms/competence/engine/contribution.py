"""What each row of evidence changes: the answer to "why?"."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from lms.competence.engine.dossier import Dossier
from lms.competence.engine.estimate import DIGITS
from lms.competence.engine.gap import chance
from lms.competence.engine.grid import expected_score
from lms.competence.engine.ledger import Evidence
from lms.competence.engine.posterior import UNKNOWN, aged
from lms.competence.engine.requirement import Requirement


@dataclass(frozen=True)
class Contribution:
    """`effect` is P with the row minus P without it; `at_level` the share of the points somebody exactly at the
    required level would be expected to get; `age_weight` 1 for today."""

    row: Evidence
    age_weight: float
    at_level: float
    effect: float


def explain(dossier: Dossier, requirement: Requirement, at: date) -> list[Contribution]:
    """Exact: the whole posterior is computed again without each row in turn."""
    known = dossier.until(at)
    whole = chance(known.estimate(at), requirement)
    level = np.array([requirement.theta])
    return [
        Contribution(
            row,
            round(aged((at - row.day).days, known.policy.half_life), DIGITS),
            round(float(expected_score(level, known.items.get(row.item, UNKNOWN))[0]), DIGITS),
            round(whole - chance(known.without(place).estimate(at), requirement), DIGITS),
        )
        for place, row in enumerate(known.rows)
    ]
