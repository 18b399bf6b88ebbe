"""The invented example of a merger: it shows how lineage works and is no history of any real unit."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from lms.db import db
from lms.people.models import Unit, UnitEvent, UnitLineage
from lms.people.services.unit_events import Change, NewUnit, apply_unit_event
from lms.people.services.units import put_unit

LABEL = "Ví dụ minh họa"
_SINCE, _MERGED, _RENAMED = date(2025, 7, 1), date(2026, 1, 1), date(2026, 7, 1)


def load_example_merger(at: datetime) -> Unit:
    """Make the example once and return the unit that came out: Xã Ví Dụ A and Xã Ví Dụ B merged into Xã Ví Dụ C, later Phường Ví Dụ C.

    All its units are marked as invented, stand under a unit named “Ví dụ minh họa” and are in no list of real units.
    """
    common: dict[str, Any] = {"short": "", "code": "", "since": _SINCE, "note": LABEL, "at": at, "is_example": True}
    put_unit(key="vi-du", kind="other", name=LABEL, place=LABEL, parent_key="", order=9000, **common)
    a, b = (
        put_unit(
            key=f"vi-du-{c}",
            kind="commune",
            name=f"Xã Ví Dụ {c.upper()}",
            place="Ví Dụ",
            parent_key="vi-du",
            order=9001,
            **common,
        )
        for c in "ab"
    )
    if a.ended is not None:
        return _outcome(a.id)
    merger = Change(
        "merge", f"{LABEL}, không phải văn bản thật", _MERGED, (a.id, b.id), made=(NewUnit("Xã Ví Dụ C"),), note=LABEL
    )
    apply_unit_event(merger, at, None)
    c = _outcome(a.id)
    renaming = Change(
        "rename", f"{LABEL}, không phải văn bản thật", _RENAMED, (c.id,), made=(NewUnit("Phường Ví Dụ C"),), note=LABEL
    )
    apply_unit_event(renaming, at, None)
    return c


def _outcome(unit_id: int) -> Unit:
    merged = select(UnitLineage.to_id).join(UnitEvent).where(UnitLineage.from_id == unit_id, UnitEvent.kind == "merge")
    return db.session.scalars(select(Unit).where(Unit.id.in_(merged))).one()
