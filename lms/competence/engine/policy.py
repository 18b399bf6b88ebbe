"""The versioned constants of the engine: what a row of evidence weighs, how it ages, what proves a level."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

KIND_WEIGHTS = MappingProxyType({"answer": 1.0, "rubric": 1.0, "rating": 1.0})


@dataclass(frozen=True)
class Policy:
    """A version of the constants. Figures state the version they were computed under; a version never changes.

    `half_life` and `exposure_half_life` are days. `exposure` is the gain an attendance brings on the logit scale:
    0 until the answers themselves show one. `general` and `specific` are the variances of what an officer's
    competences share and of what is each one's own (two-level model; Gelman and Hill 2007, ch. 12).
    """

    version: int
    half_life: float = 4 * 365.25
    exposure: float = 0.0
    exposure_half_life: float = 365.25
    general: float = 0.45
    specific: float = 0.45
    competent: float = 0.8  # P from which the level is shown
    not_yet: float = 0.2  # P up to which it is shown to be missing
    least_answers: float = 10.0  # effective answers without which nobody is called competent
    share: float = 0.8  # of the reference bank expected right
    repeat_days: int = 90
    repeat_weight: float = 0.25
    rating_spread: float = 1.0  # a supervisor's rating is worth a few answers, never many
    weights: Mapping[str, float] = field(default_factory=lambda: KIND_WEIGHTS)

    def __post_init__(self) -> None:
        if min(self.half_life, self.exposure_half_life, self.general, self.specific) <= 0:
            raise ValueError("half-lives and variances are above zero")
        if self.rating_spread < 1:
            raise ValueError("a rating's spread is at least 1")
        if self.exposure < 0 or self.repeat_weight < 0 or min(self.weights.values()) < 0:
            raise ValueError("no weight is below zero")


POLICY_2 = Policy(version=2)
