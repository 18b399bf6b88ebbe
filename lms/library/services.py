"""Writing the library."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, insert, select

from lms.db import db
from lms.library.models import Citation, Instrument, InstrumentRelation
from lms.vietnamese import fold


def digest_of(entry: Mapping[str, Any]) -> str:
    """sha256 of an entry of a pack, whatever the order of its fields."""
    return hashlib.sha256(json.dumps(entry, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def put_instrument(entry: Mapping[str, Any]) -> Instrument:
    """Create or change an instrument from its entry (docs/content-packs.md, Library); nothing happens when the entry is the same."""
    digest = digest_of(entry)
    row = db.session.scalar(select(Instrument).where(Instrument.key == entry["key"]))
    if row is None:
        row = Instrument(key=entry["key"])
        db.session.add(row)
    elif row.digest == digest:
        return row
    row.kind, row.number, row.issuer, row.title = entry["kind"], entry["number"], entry["issuer"], entry["title"]
    row.fold = fold(f"{entry['kind']} {entry['number']} {entry['title']} {entry['issuer']}")
    row.issued, row.in_force, row.ended = entry.get("issued"), entry.get("in_force"), entry.get("ended")
    row.verified, row.source, row.note = entry["verified"], entry.get("source", ""), entry.get("note", "")
    row.digest = digest
    db.session.flush()
    return row


def put_relations(entries: Iterable[Mapping[str, Any]]) -> None:
    """Write which instrument replaces or amends which, for all entries of a pack at once; keys must exist."""
    ids = dict(db.session.execute(select(Instrument.key, Instrument.id)).all())
    rows = [
        {"from_id": ids[entry["key"]], "kind": kind, "to_id": ids[other]}
        for entry in entries
        for kind in ("replaces", "amends")
        for other in entry.get(kind, [])
    ]
    db.session.execute(delete(InstrumentRelation))
    if rows:
        db.session.execute(insert(InstrumentRelation), rows)


def cite(object_kind: str, object_id: int, citations: Iterable[Mapping[str, str]]) -> None:
    """Note what a lesson or question version rests on: [{"instrument": key, "article", "note"}]. Raises KeyError for an unknown key.

    A version never changes, so what is noted for it once is left as it is.
    """
    if db.session.scalar(
        select(Citation.id).where(Citation.object_kind == object_kind, Citation.object_id == object_id).limit(1)
    ):
        return
    wanted = list(citations)
    keys = {c["instrument"] for c in wanted}
    ids = dict(db.session.execute(select(Instrument.key, Instrument.id).where(Instrument.key.in_(keys))).all())
    db.session.add_all(
        Citation(
            object_kind=object_kind, object_id=object_id, instrument_id=ids[c["instrument"]],
            article=c.get("article", ""), note=c.get("note", ""),
        )
        for c in wanted
    )  # fmt: skip
    db.session.flush()
