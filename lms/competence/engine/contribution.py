"""What each row of evidence changes: the answer to "why?"."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from lms.competence.engine.estimate import DIGITS, Prior, settle
from lms.competence.engine.gap import chance
from lms.competence.engine.grid import expected_score
from lms.competence.engine.item import Item
from lms.competence.engine.ledger import Attendance, Evidence, in_order
from lms.competence.engine.policy import Policy
from lms.competence.engine.posterior import UNKNOWN, aged, likelihood
from lms.competence.engine.requirement import Requirement


@dataclass(frozen=True)
class Contribution:
    """`effect` is P with the row minus P without it; `at_level` the share of the points somebody exactly at the
    required level would be expected to get; `age_weight` 1 for today."""

    row: Evidence
    age_weight: float
    at_level: float
    effect: float


def explain(
    rows: Iterable[Evidence],
    items: Mapping[str, Item],
    policy: Policy,
    prior: Prior,
    requirement: Requirement,
    at: date,
    attended: Sequence[Attendance] = (),
) -> list[Contribution]:
    """Exact: the whole posterior is computed again without each row in turn."""

    def p(known: list[Evidence]) -> float:
        return chance(settle(likelihood(known, items, policy, attended), policy, prior, at, attended), requirement)

    used = in_order(row for row in rows if row.day <= at)
    whole = p(used)
    level = np.array([requirement.theta])
    return [
        Contribution(
            row,
            round(aged((at - row.day).days, policy.half_life), DIGITS),
            round(float(expected_score(level, items.get(row.item, UNKNOWN))[0]), DIGITS),
            round(whole - p(used[:place] + used[place + 1 :]), DIGITS),
        )
        for place, row in enumerate(used)
    ]
