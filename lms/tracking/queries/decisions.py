"""Which awards the record earns: the same answer whether it is read today in one go, or was read as it grew."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import func, select

from lms import clock
from lms.competence.engine import Proof, effective_at, proofs
from lms.db import db
from lms.people.models import PersonAlias
from lms.tracking.models import Award, AwardNote, Competence, Evidence
from lms.tracking.queries.ledger import Entry, rows_of, stands_under
from lms.tracking.queries.parameters import ON_ANSWERS, Law, Laws

Notes = tuple[tuple[datetime, str, date], ...]  # (recorded at, kind, from which day), oldest first


@dataclass(frozen=True)
class Held:
    """An award, stored or proposed, as far as it decides whether another is needed."""

    level: int
    officer_id: int
    n: int  # of the evidence it was given on
    earned_on: date
    valid_until: date | None
    policy: int
    notes: Notes = ()

    def enough_for(self, level: int, law: Law, on: date, at: datetime) -> bool:
        """Whether it covers the level on that day without asking for renewal, by what was known at the instant."""
        said = [kind for recorded_at, kind, day in self.notes if recorded_at <= at and day <= on]
        wanting = bool(said) and said[-1] != "kept"
        return self.level >= level and self.earned_on <= on and not wanting and not law.rules.renewable(self.valid_until, on)


@dataclass(frozen=True)
class Proposal:
    """An award that an entry earns."""

    entry: Entry
    level: int
    policy: int
    calibration: int
    p: float | None
    effective: float | None
    awarded_at: datetime
    valid_until: date | None
    counts_until: date | None

    @property
    def key(self) -> tuple[int, int, int]:
        """Officer, number of the evidence, level: with the competence these name an award."""
        return self.entry.officer_id, self.entry.n, self.level

    def held(self, notes: Notes) -> Held:
        """The award as one that is held from now on."""
        earned_on = clock.local(self.awarded_at).date()
        return Held(self.level, self.entry.officer_id, self.entry.n, earned_on, self.valid_until, self.policy, notes)


def awards_held(officer_ids: Collection[int]) -> dict[tuple[int, str], list[Held]]:
    """(person, competence code) -> awards stored so far, those under a merged duplicate among them."""
    person = func.coalesce(PersonAlias.into_id, Award.officer_id)
    query = (
        select(
            Award.id, person.label("person_id"), Award.officer_id, Award.level, Award.awarded_at, Award.valid_until, Award.policy, Competence.code,
            Evidence.result_n,
        )
        .join(Evidence, Evidence.id == Award.evidence_id)
        .join(Competence, Competence.id == Award.competence_id)
        .outerjoin(PersonAlias, PersonAlias.person_id == Award.officer_id)
        .where(stands_under(Award.officer_id, officer_ids))
        .order_by(Award.id)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    notes: dict[int, list[tuple[datetime, str, date]]] = {}
    said = select(AwardNote.award_id, AwardNote.recorded_at, AwardNote.kind, AwardNote.day).order_by(AwardNote.n)
    for note in db.session.execute(said.where(AwardNote.award_id.in_([row.id for row in rows]))) if rows else ():
        notes.setdefault(note.award_id, []).append((note.recorded_at, note.kind, note.day))
    found: dict[tuple[int, str], list[Held]] = {}
    for row in rows:
        earned = clock.local(row.awarded_at).date()
        held = Held(row.level, row.officer_id, row.result_n, earned, row.valid_until, row.policy, tuple(notes.get(row.id, ())))
        found.setdefault((row.person_id, row.code), []).append(held)
    return found


def decide(
    known: Sequence[Entry],
    held: Sequence[Held],
    laws: Laws,
    steps: Sequence[Entry],
    said: Mapping[tuple[int, int, int], Notes] = MappingProxyType({}),
) -> list[Proposal]:
    """Awards of one officer in one competence earned by `steps`, in their order; `known` holds all entries, `held` the awards so far,
    `said` what was decided of awards that a replay gives again (by Proposal.key).

    Each step is judged by what was known when it was recorded and by the law of that moment, so reading late changes nothing. A recognition
    may be withdrawn: it gives its level whatever else is held, and no other proof is unneeded because of it.
    """
    awards = list(held)
    found: list[Proposal] = []
    recognised = {(entry.officer_id, entry.n) for entry in known if entry.kind == "recognition"}
    for step in steps:
        seen = [entry for entry in known if (entry.level or entry.answers) and entry.seen_by(step)]
        numbers = {(entry.officer_id, entry.n) for entry in seen if step.kind != "recognition"} - recognised
        have = [award for award in awards if (award.officer_id, award.n) in numbers]
        earned = _by_level(step, have, laws) if step.level else _by_answers(step, seen, have, laws)
        found += earned
        awards += [proposal.held(said.get(proposal.key, ())) for proposal in earned]
    return found


def _by_level(step: Entry, have: Sequence[Held], laws: Laws) -> list[Proposal]:
    """A level that the entry shows by itself: a marked product, a confirmation, a decision, or a quiz under policy 1."""
    law = laws.at(step.recorded_at)
    if step.policy == 1:
        if any(award.level >= step.level and award.valid_until is None for award in have):
            return []
        return [Proposal(step, step.level, 1, 0, None, None, step.occurred_at, None, None)]
    if any(award.enough_for(step.level, law, step.day, step.recorded_at) for award in have):
        return []
    return [_proposal(step, step.level, law, step.occurred_at, None, None)]


def _by_answers(step: Entry, seen: Sequence[Entry], have: Sequence[Held], laws: Laws) -> list[Proposal]:
    """Levels whose proof is complete with the answers of this entry."""
    if not step.answers:
        return []
    law = laws.at(step.recorded_at)
    latest = max(seen, key=lambda entry: entry.occurred_at)
    on = latest.day
    wanted = [level for level in ON_ANSWERS if not any(award.enough_for(level, law, on, step.recorded_at) for award in have)]
    return [
        _proposal(step, level, law, latest.occurred_at, proof.p, proof.effective)
        for level, proof in proven(step.code, seen, law, on, wanted).items()
    ]


def proven(code: str, seen: Sequence[Entry], law: Law, on: date, wanted: Sequence[int] = ON_ANSWERS) -> dict[int, Proof]:
    """Which of these levels the answers prove on a day under a law: enough answers of their height, and sure enough."""
    high = sum(row[1] >= min(wanted, default=0) for entry in seen for row in entry.answers)
    if not wanted or high < law.rules.least_answers:  # no answer is worth more than one: the engine need not be asked
        return {}
    ledger = rows_of(seen, law)
    worth = effective_at(ledger.rows, ledger.items, ledger.levels, law.policy, wanted, on)
    required = {level: law.requirement(code, level) for level in wanted if worth[level] >= law.rules.least_answers}
    if not required:
        return {}
    _, shown = proofs(ledger.rows, ledger.items, ledger.levels, law.policy, required, on)
    return {level: proof for level, proof in shown.items() if proof.p >= law.rules.competent}


def _proposal(step: Entry, level: int, law: Law, at: datetime, p: float | None, effective: float | None) -> Proposal:
    until = law.rules.valid_until(clock.local(at).date())
    return Proposal(step, level, law.rules.version, law.calibration, p, effective, at, until, law.rules.counts_until(until))
