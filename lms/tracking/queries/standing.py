"""What the engine says of an officer in every competence with answers, and what each competence lends the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256

from lms.competence.engine import (
    OWN_PRIOR,
    Estimate,
    Likelihood,
    Prior,
    broad_prior,
    chance,
    effective_at,
    likelihood,
    priors_from_others,
    settle,
)
from lms.tracking.queries.ledger import Entry, Rows, rows_of
from lms.tracking.queries.parameters import ON_ANSWERS, Law


@dataclass(frozen=True)
class Sight:
    """One competence of an officer on a day. `own` and `best`: chance of each level on answers, by level; `own` decides, `best` plans."""

    ledger: Rows
    known: Likelihood
    estimate: Estimate  # own answers only
    own: dict[int, float]
    best: dict[int, float]
    effective: dict[int, float]
    law: Law

    @cached_property
    def digest(self) -> str:
        """Of everything the figures rest on: answers, levels of their questions, versions, day."""
        levels = self.ledger.levels
        plain = sorted((str(row.day), row.key, row.item, row.score, levels[row.key]) for row in self.ledger.rows)
        return sha256(repr((plain, self.law.rules.version, self.law.calibration, str(self.estimate.at))).encode()).hexdigest()


def sights(known: Sequence[Entry], law: Law, on: date, borrow: bool = True) -> dict[str, Sight]:
    """Competence code -> what the answers up to the day say, own and (with `borrow`) with what the other competences lend."""
    by_code: dict[str, list[Entry]] = {}
    for entry in known:
        if entry.answers and entry.day <= on:
            by_code.setdefault(entry.code, []).append(entry)
    ledgers = {code: rows_of(rows, law) for code, rows in sorted(by_code.items())}
    likely = {code: likelihood(rows.rows, rows.items, law.policy) for code, rows in ledgers.items()}
    priors: dict[str, Prior] = {}
    if borrow:
        broad = broad_prior(law.policy)
        priors = priors_from_others({code: settle(found, law.policy, broad, on) for code, found in likely.items()}, law.policy)
    return {code: _sight(code, ledgers[code], likely[code], priors.get(code), law, on) for code in ledgers}


def _sight(code: str, rows: Rows, known: Likelihood, prior: Prior | None, law: Law, on: date) -> Sight:
    own = settle(known, law.policy, OWN_PRIOR, on)
    best = settle(known, law.policy, prior, on) if prior else None
    need = {level: law.requirement(code, level) for level in ON_ANSWERS}
    return Sight(
        rows, known, own, {level: chance(own, asked) for level, asked in need.items()},
        {level: chance(best, asked) for level, asked in need.items()} if best else {},
        effective_at(rows.rows, rows.items, rows.levels, law.policy, ON_ANSWERS, on), law,
    )  # fmt: skip
