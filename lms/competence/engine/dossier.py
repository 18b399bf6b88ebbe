"""What is asked about: one officer in one competence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lms.competence.engine.estimate import OWN_PRIOR, Estimate, Prior, settle
from lms.competence.engine.item import Item
from lms.competence.engine.ledger import Attendance, Evidence, in_order
from lms.competence.engine.policy import Policy
from lms.competence.engine.posterior import Likelihood, likelihood


@dataclass(frozen=True)
class Dossier:
    """Everything that officer's figures in that competence are computed from."""

    rows: Sequence[Evidence]
    items: Mapping[str, Item]
    policy: Policy
    prior: Prior = OWN_PRIOR
    attended: Sequence[Attendance] = ()

    def until(self, at: date) -> "Dossier":
        """As it stood that day, in the order of the ledger."""
        return replace(self, rows=in_order(row for row in self.rows if row.day <= at))

    def without(self, place: int) -> "Dossier":
        """With one row left out."""
        return replace(self, rows=[*self.rows[:place], *self.rows[place + 1 :]])

    def likelihood(self) -> Likelihood:
        """What its rows say."""
        return likelihood(self.rows, self.items, self.policy, self.attended)

    def estimate(self, at: date, known: Likelihood | None = None) -> Estimate:
        """The level on the day `at`; `known` saves computing the likelihood again."""
        return settle(known or self.likelihood(), self.policy, self.prior, at, self.attended)
