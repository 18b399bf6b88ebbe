"""What a recognition would give, before it is written: the same decision as afterwards, on an entry of no record."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from lms import clock
from lms.competence import POLICY_1, award
from lms.competence.rules import RULES_2
from lms.tracking.queries.decisions import awards_held, decide
from lms.tracking.queries.framework import competence_ids
from lms.tracking.queries.holding import held_levels
from lms.tracking.queries.ledger import Entry, entries
from lms.tracking.queries.parameters import Laws

Claim = tuple[int, str, int]  # officer, competence code, level
NEXT = 2**31 - 1  # after every number of the record


@dataclass(frozen=True)
class Outlook:
    """The level held today (0: none) and what the claim would give: `level` 0 where as much is held already and not near its end."""

    held: int
    level: int
    valid_until: date | None
    counts_until: date | None


def foresee(claims: Collection[Claim], signed_on: date, at: datetime) -> dict[Claim, Outlook]:
    """Each claim of a recognition signed on that day, as it would be decided on at the instant; the record as far as it has been read."""
    officers, laws, ids = {officer_id for officer_id, _, _ in claims}, Laws(), competence_ids()
    known, held, now = entries(officers), awards_held(officers), held_levels(officers, clock.local(at).date())
    found = {}
    for claim in claims:
        officer_id, code, level = claim
        step = _entry(officer_id, code, award(POLICY_1, "recognition", level, passed=True), clock.midnight(signed_on), at)
        mine = [entry for entry in known[officer_id] if entry.code == code]
        given = decide([*mine, step], held.get((officer_id, code), ()), laws, [step])
        until = (given[0].valid_until, given[0].counts_until) if given else (None, None)
        found[claim] = Outlook(now.get((officer_id, ids[code]), 0), given[0].level if given else 0, *until)
    return found


def _entry(officer_id: int, code: str, level: int, signed: datetime, at: datetime) -> Entry:
    return Entry(
        person_id=officer_id, officer_id=officer_id, n=NEXT, code=code, evidence_id=None, kind="recognition", course_id=None,
        activity_id=None, source_id=0, level=level, percent=None, answers=(), policy=RULES_2.version, occurred_at=signed, recorded_at=at,
        merged_at=None,
    )  # fmt: skip
