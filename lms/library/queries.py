"""Reading the library."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, Row, bindparam, func, select

from lms.db import db
from lms.errors import NotFound
from lms.library.models import Citation, Instrument, InstrumentRelation
from lms.vietnamese import fold


def in_force_on(on: Any) -> Any:
    """SQL: the instrument is in force on that day, as far as its dates are known."""
    begun = Instrument.in_force.is_(None) | (Instrument.in_force <= on)
    return begun & (Instrument.ended.is_(None) | (Instrument.ended >= on))


_CITATIONS = (
    select(
        Citation.object_id, Citation.article, Citation.note, Instrument.key, Instrument.kind, Instrument.number, Instrument.title,
        Instrument.verified, Instrument.ended, in_force_on(bindparam("day", type_=Date)).label("in_force"),
    )
    .join(Instrument, Instrument.id == Citation.instrument_id)
    .where(Citation.object_kind == bindparam("kind"), Citation.object_id.in_(bindparam("ids", expanding=True)))
    .order_by(Citation.id)
)  # fmt: skip


def instruments(search: str = "", state: str = "", on: date | None = None) -> Sequence[Row]:
    """Instruments with how often they are cited, newest first. `search` ignores diacritics; `state` is "", "in_force" or "ended"."""
    cited = (
        select(func.count())
        .select_from(Citation)
        .where(Citation.instrument_id == Instrument.id)
        .correlate(Instrument)
        .scalar_subquery()
    )
    query = select(Instrument.__table__, cited.label("cited")).order_by(Instrument.issued.desc().nulls_last(), Instrument.number)
    for word in fold(search).split():
        query = query.where(Instrument.fold.contains(word, autoescape=True))
    if state and on:
        query = query.where(in_force_on(on) if state == "in_force" else Instrument.ended < on)
    return db.session.execute(query).all()


def instrument(key: str) -> Row:
    """One instrument by its key. Raises NotFound."""
    row = db.session.execute(select(Instrument.__table__).where(Instrument.key == key)).first()
    if row is None:
        raise NotFound
    return row


def relations(instrument_id: int) -> list[tuple[str, Row]]:
    """What it replaces or amends, and what replaces or amends it: ("replaces" | "amends" | "replaced_by" | "amended_by", instrument)."""
    forth = (
        select(InstrumentRelation.kind, Instrument.key, Instrument.kind.label("paper"), Instrument.number, Instrument.title)
        .join(Instrument, Instrument.id == InstrumentRelation.to_id)
        .where(InstrumentRelation.from_id == instrument_id)
    )
    back = (
        select(InstrumentRelation.kind, Instrument.key, Instrument.kind.label("paper"), Instrument.number, Instrument.title)
        .join(Instrument, Instrument.id == InstrumentRelation.from_id)
        .where(InstrumentRelation.to_id == instrument_id)
    )
    past = {"replaces": "replaced_by", "amends": "amended_by"}
    found = [(row.kind, row) for row in db.session.execute(forth)]
    return found + [(past[row.kind], row) for row in db.session.execute(back)]


def citations(object_kind: str, object_ids: Iterable[int], on: date) -> dict[int, list[Row]]:
    """What those lessons or questions rest on: id -> rows (number, kind, title, key, article, note, verified, in_force, ended). One query."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in db.session.execute(_CITATIONS, {"kind": object_kind, "ids": list(object_ids), "day": on}):
        found[row.object_id].append(row)
    return dict(found)


def citing(instrument_id: int) -> dict[str, list[int]]:
    """Which things cite an instrument: kind -> ids of lesson or question versions."""
    found: dict[str, list[int]] = defaultdict(list)
    query = select(Citation.object_kind, Citation.object_id).where(Citation.instrument_id == instrument_id)
    for kind, object_id in db.session.execute(query):
        found[kind].append(object_id)
    return dict(found)
