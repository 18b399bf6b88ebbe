"""What a recognition would give, before it is written: the same decision as afterwards, on an entry of no record."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from lms import clock
from lms.competence import POLICY_1, award
from lms.competence.rules import RULES_2
from lms.tracking.queries.decisions import decide
from lms.tracking.queries.framework import competence_ids
from lms.tracking.queries.holding import held_levels
from lms.tracking.queries.ledger import Entry
from lms.tracking.queries.parameters import Laws

Claim = tuple[int, str, int]  # officer, competence code, level


@dataclass(frozen=True)
class Foreseen:
    """The level held today (0: none), and until when the level claimed would count."""

    held: int
    valid_until: date | None
    counts_until: date | None


def foresee(claims: Collection[Claim], signed_on: date, at: datetime) -> dict[Claim, Foreseen]:
    """Each claim of a recognition signed on that day, as it would be decided on at the instant, beside what is held."""
    now, laws, ids = held_levels({officer_id for officer_id, _, _ in claims}, clock.local(at).date()), Laws(), competence_ids()
    found = {}
    for claim in claims:
        officer_id, code, level = claim
        step = _entry(officer_id, code, award(POLICY_1, "recognition", level, passed=True), clock.midnight(signed_on), at)
        (given,) = decide([step], (), laws, [step])
        found[claim] = Foreseen(now.get((officer_id, ids[code]), 0), given.valid_until, given.counts_until)
    return found


def _entry(officer_id: int, code: str, level: int, signed: datetime, at: datetime) -> Entry:
    return Entry(
        person_id=officer_id, officer_id=officer_id, n=0, code=code, evidence_id=None, kind="recognition", course_id=None,
        activity_id=None, source_id=0, level=level, percent=None, answers=(), policy=RULES_2.version, occurred_at=signed, recorded_at=at,
        merged_at=None,
    )  # fmt: skip
