"""A version of an item and its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

GUESS = MappingProxyType({"single": 0.25, "true_false": 0.5, "short": 0.0, "multiple": 0.0, "rubric": 0.0})


@dataclass(frozen=True)
class Item:
    """P(right) = c + (1-c) sigmoid(a theta + d) (Birnbaum 1968, easiness form: d = -a b).

    `thresholds` d_1..d_K make it a generalised partial credit item (Muraki 1992): P(k) ~ exp(sum_{j<=k} a theta + d_j).
    Without them a score of K steps counts as a fraction. `competences` shares the item out (sum 1); empty: all to
    the competence of the row. `suspended` items count for nobody and stay in the record.
    """

    key: str
    version: int = 1
    kind: str = "single"
    a: float = 1.0
    d: float = 0.0
    c: float = 0.0
    steps: int = 1
    thresholds: tuple[float, ...] = ()
    competences: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    answers: int = 0
    suspended: bool = False

    def __post_init__(self) -> None:
        if self.a <= 0 or not 0 <= self.c < 1 or self.steps < 1:
            raise ValueError(f"item {self.key}: a > 0, 0 <= c < 1, at least one step")
        if self.thresholds and len(self.thresholds) != self.steps:
            raise ValueError(f"item {self.key}: one threshold a step")


def share_of(item: Item, competence: str) -> float:
    """How much of an answer counts for the competence."""
    return item.competences.get(competence, 0.0) if item.competences else 1.0
