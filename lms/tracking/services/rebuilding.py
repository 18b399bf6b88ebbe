"""Proof that what is stored is what the record says: everything read, decided and computed once more."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.courses.models import ResultHead
from lms.db import db
from lms.people.models import PersonAlias
from lms.tracking.models import Bookmark, Evidence, Standing
from lms.tracking.queries import competence_ids
from lms.tracking.queries.decisions import awards_held, decide
from lms.tracking.queries.ledger import Entry, entries
from lms.tracking.queries.parameters import Laws
from lms.tracking.queries.reading import Reading, record_of
from lms.tracking.queries.standing import sights
from lms.tracking.services.awarding import put_standings, standing_values
from lms.tracking.services.reading import CHUNK, append, lock_bookmarks, move_bookmarks, record_heads


@dataclass(frozen=True)
class Difference:
    """What is stored of one officer otherwise than the record says: evidence not stored, evidence stored otherwise, awards that the record
    does not earn or that are not stored, standings computed otherwise."""

    officer_id: int
    missing: int = 0
    changed: int = 0
    awards: int = 0
    standings: int = 0


def rebuild(at: datetime, check: bool = False) -> Iterator[list[Difference]]:
    """Read the record of all officers again. Evidence and awards that are missing are appended, standings renewed; evidence and awards that
    are stored otherwise are reported and stand.

    Yields the differences of each chunk of officers, for the caller to commit; with `check` nothing is written.
    """
    last = 0
    laws = Laws()
    everybody = select(ResultHead.officer_id).order_by(ResultHead.officer_id).limit(CHUNK)
    while officer_ids := list(db.session.scalars(everybody.where(ResultHead.officer_id > last))):
        last = officer_ids[-1]
        marks = _marks(officer_ids) if check else lock_bookmarks(officer_ids, at)
        heads = record_heads(officer_ids)
        until = marks if check else heads
        readings = [r for r in record_of(officer_ids) if r.result_n <= until.get(r.officer_id, 0)]
        found = _evidence(officer_ids, readings)
        if not check:
            append(readings, at)
            move_bookmarks({officer_id: n for officer_id, n in heads.items() if n > marks[officer_id]}, at)
        merged = set(db.session.scalars(select(PersonAlias.person_id).where(PersonAlias.person_id.in_(officer_ids))))
        people = [officer_id for officer_id in officer_ids if officer_id not in merged]
        known = entries(people)
        found.append(_awards(known, laws))
        found.append(_standings(known, laws))
        if not check:
            put_standings({i: known[i] for i in found[-1]}, laws.at(at), at)
        yield _differences(found)


def _differences(found: Sequence[Mapping[int, int]]) -> list[Difference]:
    missing, changed, awards, standings = found
    ids = sorted(set().union(*found))
    return [Difference(i, missing.get(i, 0), changed.get(i, 0), awards.get(i, 0), standings.get(i, 0)) for i in ids]


def _marks(officer_ids: Collection[int]) -> dict[int, int]:
    query = select(Bookmark.officer_id, Bookmark.n).where(Bookmark.officer_id.in_(officer_ids))
    return {row.officer_id: row.n for row in db.session.execute(query)}


def _evidence(officer_ids: Collection[int], readings: Sequence[Reading]) -> list[dict[int, int]]:
    """Officer -> how much evidence is missing, and -> how much of the policy in force is stored otherwise."""
    codes = {competence_id: code for code, competence_id in competence_ids().items()}
    query = select(Evidence.__table__).where(Evidence.officer_id.in_(officer_ids))
    stored = {
        (row.officer_id, row.result_n, codes[row.competence_id]): (row.level, row.policy, row.answers)
        for row in db.session.execute(query)
    }
    missing: Counter[int] = Counter()
    changed: Counter[int] = Counter()
    for reading in readings:
        have = stored.get((reading.officer_id, reading.result_n, reading.code))
        if reading.code in codes.values() and have is None:
            missing[reading.officer_id] += 1
        elif have and have != (reading.level, reading.policy, reading.answers) and have[1] == reading.policy:
            changed[reading.officer_id] += 1
    return [dict(missing), dict(changed)]


def _awards(known: Mapping[int, Sequence[Entry]], laws: Laws) -> dict[int, int]:
    """Person -> awards that the record earns and that are not stored, or the other way round. Those of policy 1 stand as they are."""
    stored = awards_held(known)
    found: Counter[int] = Counter()
    for person_id, rows in known.items():
        codes = {entry.code for entry in rows} | {code for person, code in stored if person == person_id}
        for code in codes:
            have = stored.get((person_id, code), [])
            mine = [entry for entry in rows if entry.code == code]
            old = [award for award in have if award.policy == 1]
            said = {(award.officer_id, award.n, award.level): award.notes for award in have}
            earned = decide(mine, old, laws, [entry for entry in mine if entry.policy > 1], said)
            kept = {(award.officer_id, award.n, award.level) for award in have if award.policy > 1}
            found[person_id] += len(kept ^ {proposal.key for proposal in earned})
    return {person_id: count for person_id, count in found.items() if count}


def _standings(known: Mapping[int, Sequence[Entry]], laws: Laws) -> dict[int, int]:
    """Person -> standings that the engine does not give again from the record, and competences with answers that have none."""
    ids = competence_ids()
    rows: dict[int, dict[int, Any]] = {}
    for row in db.session.execute(select(Standing.__table__).where(Standing.officer_id.in_(known))):
        rows.setdefault(row.officer_id, {})[row.competence_id] = row
    found: dict[int, int] = {}
    for person_id, seen in known.items():
        stored = rows.get(person_id, {})
        if count := _wrong(person_id, seen, stored, laws, ids):
            found[person_id] = count
    return found


def _wrong(person_id: int, seen: Sequence[Entry], stored: Mapping[int, Any], laws: Laws, ids: Mapping[str, int]) -> int:
    """How many standings of a person differ. All were computed together, so the first names the day and the law."""
    if not stored:
        return len({entry.code for entry in seen if entry.answers})
    one = next(iter(stored.values()))
    law = laws.numbered(one.policy, one.calibration)
    used = [entry for entry in seen if entry.officer_id != person_id or entry.n <= one.through]
    right = {ids[code]: standing_values(sight, law) for code, sight in sights(used, law, one.at).items()}
    same = [i for i, values in right.items() if i in stored and all(getattr(stored[i], k) == v for k, v in values.items())]
    return len(right.keys() | stored.keys()) - len(same)
