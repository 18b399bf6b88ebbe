"""An officer's record at an instant: entries, levels that count, where they stand. What is not stored yet is read in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Row, bindparam, func, select

from lms import clock
from lms.competence.engine import EMPTY, OWN_PRIOR, Estimate, settle
from lms.courses.models import ResultHead
from lms.db import db
from lms.people.queries import is_person
from lms.tracking.models import Award, AwardNote, Bookmark, Competence, Evidence
from lms.tracking.queries.decisions import Held, decide
from lms.tracking.queries.ledger import Entry, entries, unread_entry
from lms.tracking.queries.parameters import Law, Laws
from lms.tracking.queries.reading import Reading, record_after
from lms.tracking.queries.standing import Sight, sights


@dataclass(frozen=True)
class Level:
    """A level that counts on the day. `stale_until`: its legal basis was replaced, it counts until then. `soon`: it asks for renewal."""

    level: int
    earned_on: date
    valid_until: date | None
    counts_until: date | None
    policy: int
    calibration: int
    officer_id: int
    n: int
    award_id: int | None = None
    stale_until: date | None = None
    stale_reason: str = ""
    soon: bool = False

    @property
    def lasting(self) -> tuple[int, date, int]:
        """Of several the highest holds, then the one that counts longest."""
        return self.level, min(self.counts_until or date.max, self.stale_until or date.max), self.award_id or 0


Awarded = tuple[str, Level, Sequence[Row]]  # competence code, level, notes oldest first


@dataclass(frozen=True)
class Record:
    """Everything that competence pages of one officer rest on."""

    entries: Sequence[Entry]
    awards: Sequence[Awarded]
    levels: Mapping[str, Level]
    sights: Mapping[str, Sight]
    law: Law
    on: date

    @property
    def nothing(self) -> Estimate:
        """What is known of a competence without answers."""
        return settle(EMPTY, self.law.policy, OWN_PRIOR, self.on)

    def levels_by(self, officer_id: int, n: int) -> Mapping[str, Level]:
        """The levels that count today of those given up to a number of the record."""
        return _counting([a for a in self.awards if a[1].officer_id != officer_id or a[1].n <= n], self.law, self.on)


_head, _mark = ResultHead.__table__, Bookmark.__table__
_award, _note, _evidence, _competence = Award.__table__, AwardNote.__table__, Evidence.__table__, Competence.__table__
HEADS = (
    select(_head.c.n, func.coalesce(_mark.c.n, 0))
    .join_from(_head, _mark, _mark.c.officer_id == _head.c.officer_id, isouter=True)
    .where(_head.c.officer_id == bindparam("officer"))
)
AWARDS = (
    select(_award, _competence.c.code, _evidence.c.result_n, _note.c.kind, _note.c.day, _note.c.ends_on, _note.c.reason,
           _note.c.recorded_at.label("noted_at"))
    .join_from(_award, _evidence, _evidence.c.id == _award.c.evidence_id)
    .join(_competence, _competence.c.id == _award.c.competence_id)
    .outerjoin(_note, _note.c.award_id == _award.c.id)
    .where(is_person(_award.c.officer_id, bindparam("officer")))
    .order_by(_award.c.id, _note.c.n)
)  # fmt: skip


def officer_record(officer_id: int, at: datetime, whole: bool = False) -> Record:
    """The record of a person on the local day of `at`, with those of duplicates merged into them. `whole`: lessons too,
    and what competences lend each other, which plans and never decides."""
    on, laws = clock.local(at).date(), Laws()
    law = laws.at(at)
    known = entries([officer_id], level_zero=whole)[officer_id]
    unread = [unread_entry(reading) for reading in _unread(officer_id)]
    known += unread
    stored = _stored(officer_id)
    awards = [*stored, *_unstored(known, unread, stored, laws)]
    return Record(known, awards, _counting(awards, law, on), sights(known, law, on, whole), law, on)


def _unread(officer_id: int) -> list[Reading]:
    """Readings beyond the bookmark; one query where there are none."""
    head, mark = db.session.execute(HEADS, {"officer": officer_id}).one_or_none() or (0, 0)
    return record_after(officer_id, mark) if head > mark else []


def _stored(officer_id: int) -> list[Awarded]:
    """Every award stored."""
    found: dict[int, tuple[str, Level, list[Row]]] = {}
    for row in db.session.execute(AWARDS, {"officer": officer_id}):
        level = Level(
            row.level, clock.local(row.awarded_at).date(), row.valid_until, row.counts_until, row.policy, row.calibration,
            row.officer_id, row.result_n, row.id,
        )  # fmt: skip
        notes = found.setdefault(row.id, (row.code, level, []))[2]
        if row.kind:
            notes.append(row)
    return [*found.values()]


def _unstored(known: Sequence[Entry], unread: Sequence[Entry], awards: Sequence[Awarded], laws: Laws) -> list[Awarded]:
    """Awards that entries not read yet will earn."""
    found: list[Awarded] = []
    for code in sorted({entry.code for entry in unread}):
        held = [
            Held(level.level, level.officer_id, level.n, level.earned_on, level.valid_until, level.policy,
                 tuple((note.noted_at, note.kind, note.day) for note in notes))
            for of, level, notes in awards
            if of == code
        ]  # fmt: skip
        mine = [entry for entry in known if entry.code == code]
        for p in decide(mine, held, laws, [entry for entry in unread if entry.code == code]):
            earned = clock.local(p.awarded_at).date()
            level = Level(p.level, earned, p.valid_until, p.counts_until, p.policy, p.calibration, p.entry.officer_id, p.entry.n)
            found.append((code, level, []))
    return found


def _counting(awards: Sequence[Awarded], law: Law, on: date) -> dict[str, Level]:
    """Competence code -> the level that holds on the day: what `holding.counting` says, of one officer."""
    found: dict[str, Level] = {}
    for code, level, notes in awards:
        said = [note for note in notes if note.day <= on]
        last = said[-1] if said else None
        over = last is not None and (last.kind == "ended" or (last.kind == "stale" and last.ends_on < on))
        if over or level.earned_on > on or (level.counts_until is not None and level.counts_until < on):
            continue
        stale = last if last is not None and last.kind == "stale" else None
        level = replace(
            level, stale_until=stale.ends_on if stale else None, stale_reason=stale.reason if stale else "",
            soon=law.rules.renewable(level.valid_until, on),
        )  # fmt: skip
        if code not in found or level.lasting > found[code].lasting:
            found[code] = level
    return found
