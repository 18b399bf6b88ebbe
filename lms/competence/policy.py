"""What one piece of evidence may be worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

SOURCE_KINDS = ("lesson", "quiz_knowledge", "quiz_situational", "rubric", "product", "confirmation", "recognition", "self_rating")
HIGHEST_LEVEL = 5
SITUATIONAL_FROM = 60  # per cent of applying questions


@dataclass(frozen=True)
class Policy:
    """A version of the rules. `ceilings` is the highest level each kind of source may award (0: none)."""

    version: int
    ceilings: Mapping[str, int]


POLICY_1 = Policy(
    version=1,
    ceilings=MappingProxyType(
        {
            "lesson": 0,
            "quiz_knowledge": 1,
            "quiz_situational": 2,
            "rubric": 3,
            "product": 4,
            "confirmation": 0,  # a head's word without a product: kept and shown, the table gives it no level
            "recognition": 5,
            "self_rating": 0,
        }
    ),
)


def award(policy: Policy, source_kind: str, claimed_level: int, passed: bool) -> int:
    """The level a result is recorded at: the level aimed at, held under the ceiling of its source.

    0 is no level: not passed, or a source that awards none.
    """
    if not passed:
        return 0
    return max(0, min(claimed_level, policy.ceilings.get(source_kind, 0), HIGHEST_LEVEL))


def quiz_source_kind(cognitive: Mapping[str, Decimal | int]) -> str:
    """What kind of source a quiz is, by its questions (or points) per cognitive level.

    quiz_situational where at least 60 % apply (vận dụng), else quiz_knowledge.
    """
    worth = sum(cognitive.values())
    applying = cognitive.get("apply", 0)
    return "quiz_situational" if worth > 0 and 100 * applying >= SITUATIONAL_FROM * worth else "quiz_knowledge"
