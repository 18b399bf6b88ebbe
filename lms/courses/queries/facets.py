"""What the catalogue can be narrowed by, and how many courses each choice leaves. Worked out on the entries that are read anyway."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from lms.courses.queries.catalogue import Entry
from lms.db import db
from lms.people.models import UNIT_KINDS, Position

STATES = {"todo": "Chưa học", "open": "Đang học", "done": "Đã hoàn thành"}
LENGTHS = {"60": "Đến 60 phút", "180": "Trên 60 đến 180 phút", "more": "Trên 180 phút"}


@dataclass(frozen=True)
class Choice:
    """One chip: how many courses it leaves beside what is chosen in the other groups."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One group of chips; `name` is its word in the address."""

    name: str
    label: str
    choices: list[Choice]


def _states(entry: Entry) -> set[str]:
    cycle = entry.enrolment
    return {"done" if cycle and cycle.completed_at else "open" if cycle and cycle.last_at else "todo"}


def _areas(entry: Entry) -> set[str]:
    """Areas of competence by their code: C1.2 lies in C1."""
    return {evidence["competence"].split(".")[0] for evidence in entry.course.evidences}


def _lengths(entry: Entry) -> set[str]:
    return {"60" if entry.course.minutes <= 60 else "180" if entry.course.minutes <= 180 else "more"}


FACETS: dict[str, tuple[str, Callable[[Entry], set[str]]]] = {
    "state": ("Trạng thái", _states),
    "area": ("Nhóm năng lực", _areas),
    "position": ("Vị trí việc làm", lambda entry: set(entry.course.audience.get("positions") or ())),
    "kind": ("Loại đơn vị", lambda entry: set(entry.course.audience.get("unit_kinds") or ())),
    "minutes": ("Thời lượng", _lengths),
}


def narrow(entries: Sequence[Entry], chosen: Mapping[str, str]) -> list[Entry]:
    """Entries that every choice leaves. A course for everybody is also for each position and each kind of unit."""
    return [e for e in entries if all(_fits(e, name, value) for name, value in chosen.items())]


def _fits(entry: Entry, name: str, value: str) -> bool:
    values = FACETS[name][1](entry)
    return value in values or (not values and name in {"position", "kind"})


def facets(entries: Sequence[Entry], chosen: Mapping[str, str]) -> list[Facet]:
    """The groups that tell courses apart, each choice with its count; what is chosen is always shown. At most one query."""
    found = []
    for name, (label, values_of) in FACETS.items():
        values = {value for entry in entries for value in values_of(entry)}
        if name in chosen:
            values.add(chosen[name])
        elif len(values) < 2:
            continue
        others = {other: value for other, value in chosen.items() if other != name}
        counts = Counter(v for entry in narrow(entries, others) for v in values if _fits(entry, name, v))
        names = _names(name, values)
        order = {value: place for place, value in enumerate(names)}
        choices = [Choice(v, names[v], counts[v], chosen.get(name) == v) for v in sorted(values, key=lambda v: order[v])]
        found.append(Facet(name, label, choices))
    return found


def _names(name: str, values: set[str]) -> dict[str, str]:
    """value -> what it is called, in the order in which chips are shown."""
    known: Mapping[str, str] = {"state": STATES, "minutes": LENGTHS, "kind": UNIT_KINDS}.get(name, {})
    if name == "position":
        query = select(Position.code, Position.name).where(Position.code.in_(values)).order_by(Position.code)
        known = {row.code: row.name for row in db.session.execute(query)}
    return {v: known[v] for v in known if v in values} | {v: v for v in sorted(values - known.keys())}
