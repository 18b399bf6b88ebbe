"""Appending what new evidence earns, and keeping where officers stand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select

from lms.clock import local
from lms.db import db, insert_into
from lms.people.models import PersonAlias
from lms.tracking.models import Award, Standing
from lms.tracking.queries import competence_ids
from lms.tracking.queries.decisions import Held, Proposal, awards_held, decide
from lms.tracking.queries.ledger import Entry, entries
from lms.tracking.queries.parameters import Law, Laws
from lms.tracking.queries.standing import Sight, sights


def award(new: Mapping[int, int], at: datetime) -> None:
    """Append the awards that evidence from a number on earns (officer id -> first new number); renew where these officers stand."""
    aliases = select(PersonAlias.person_id, PersonAlias.into_id).where(PersonAlias.person_id.in_(new))
    into = {row.person_id: row.into_id for row in db.session.execute(aliases)}
    people = sorted({into.get(officer_id, officer_id) for officer_id in new})
    laws, known, ids = Laws(), entries(people), competence_ids()
    earned = proposals(known, awards_held(people), laws, lambda entry: entry.n >= new.get(entry.officer_id, entry.n + 1))
    insert_new(Award.__table__, [_award_row(proposal, ids, at) for proposal in earned])
    put_standings(known, laws.at(at), at)


def proposals(
    known: Mapping[int, Sequence[Entry]],
    held: Mapping[tuple[int, str], Sequence[Held]],
    laws: Laws,
    is_step: Callable[[Entry], bool],
) -> Iterator[Proposal]:
    """What those entries of several officers earn that are steps."""
    for person_id in sorted(known):
        by_code: dict[str, list[Entry]] = {}
        for entry in known[person_id]:
            by_code.setdefault(entry.code, []).append(entry)
        for code, found in sorted(by_code.items()):
            if steps := [entry for entry in found if is_step(entry)]:
                yield from decide(found, held.get((person_id, code), ()), laws, steps)


def put_standings(known: Mapping[int, Sequence[Entry]], law: Law, at: datetime) -> None:
    """Store where these officers stand on the local day of `at`."""
    rows, ids, on = [], competence_ids(), local(at).date()
    for person_id, found in known.items():
        through = max((entry.n for entry in found if entry.officer_id == person_id), default=0)
        for code, sight in sights(found, law, on).items():
            rows.append({"officer_id": person_id, "competence_id": ids[code], "through": through, **standing_values(sight, law)})
    if rows:
        put = insert_into(Standing)
        changing = {name: put.excluded[name] for name in rows[0] if name not in ("officer_id", "competence_id")}
        db.session.execute(put.on_conflict_do_update(index_elements=["officer_id", "competence_id"], set_=changing), rows)


def standing_values(sight: Sight, law: Law) -> dict[str, Any]:
    """The columns of a standing that the engine gives."""
    now = sight.estimate
    return {
        "mean": now.mean, "sd": now.sd, "own_1": sight.own[1], "own_2": sight.own[2], "best_1": sight.best[1], "best_2": sight.best[2],
        "effective_1": sight.effective[1], "effective_2": sight.effective[2], "rows": now.rows, "at": now.at,
        "policy": law.rules.version, "calibration": law.calibration, "digest": sight.digest,
    }  # fmt: skip


def _award_row(proposal: Proposal, ids: Mapping[str, int], at: datetime) -> dict[str, Any]:
    entry = proposal.entry
    return {
        "officer_id": entry.officer_id, "competence_id": ids[entry.code], "level": proposal.level, "evidence_id": entry.evidence_id,
        "policy": proposal.policy, "calibration": proposal.calibration, "p": proposal.p, "effective": proposal.effective,
        "awarded_at": proposal.awarded_at, "recorded_at": at, "valid_until": proposal.valid_until, "counts_until": proposal.counts_until,
    }  # fmt: skip


def insert_new(table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows that no UNIQUE constraint knows yet; how many they were."""
    if not rows:
        return 0
    once = insert_into(table).on_conflict_do_nothing().returning(*table.primary_key)
    return len(db.session.execute(once, rows).all())
