"""One officer's figure in one competence computed once more from the ledger, beside what the page shows: for an auditor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.competence import engine
from lms.competence.engine import Contribution, Dossier, Item
from lms.errors import NotFound
from lms.tracking.queries.ledger import rows_of
from lms.tracking.queries.parameters import ON_ANSWERS, Law, Laws
from lms.tracking.queries.record import officer_record
from lms.tracking.queries.why import why


@dataclass(frozen=True)
class Proof:
    """One level: chance on own answers as replayed, with what other competences lend, effective answers, the level asked (logit), and what
    each answer changes."""

    level: int
    own: float
    best: float
    effective: float
    theta: float
    rows: Sequence[Contribution]


@dataclass(frozen=True)
class Replay:
    """`differences`: figures that the page shows otherwise, in words of the engine; empty when all agree."""

    name: str
    competence: str
    on: date
    law: Law
    digest: str
    items: Mapping[str, Item]
    proofs: Sequence[Proof]
    differences: Sequence[str]


def replay(person_id: int, code: str, at: datetime) -> Replay:
    """From the record, the rules and the parameters in force at the instant. Raises NotFound where there are no answers."""
    page, record = why(person_id, code, at), officer_record(person_id, at, whole=True)
    sight = record.sights.get(code)
    if sight is None:
        raise NotFound
    law, on = Laws().at(at), record.on
    ledger = rows_of([entry for entry in record.entries if entry.code == code and entry.answers and entry.day <= on], law)
    dossier = Dossier(ledger.rows, ledger.items, law.policy).until(on)
    now = dossier.estimate(on)
    worth = engine.effective_at(ledger.rows, ledger.items, ledger.levels, law.policy, ON_ANSWERS, on)
    proofs, differences = [], []
    for level in ON_ANSWERS:
        need = law.requirement(code, level)
        own = engine.chance(now, need)
        rows = engine.explain(dossier, need, on)
        proofs.append(Proof(level, own, sight.best[level], worth[level], need.theta, rows))
        shown = page.line.next.p if page.line.next and page.line.next.level == level else sight.own[level]
        if (own, worth[level]) != (shown, sight.effective[level]):
            differences.append(f"P{level}: {own} / {shown}; n{level}: {worth[level]} / {sight.effective[level]}")
    return Replay(page.name, page.line.need.name, on, law, sight.digest, ledger.items, proofs, differences)
