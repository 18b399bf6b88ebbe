"""Mergers, splits, renamings: units keep their identity, names and placing are versions, people are followed by dated assignments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, update

from lms.audit import services as audit
from lms.clock import local
from lms.db import db
from lms.errors import Conflict
from lms.people.models import Assignment, Grant, Person, Unit, UnitEvent, UnitLineage, UnitVersion
from lms.people.queries.scopes import not_over
from lms.people.services.units import open_version, place_below, write_names
from lms.vietnamese import clean, slug


@dataclass(frozen=True)
class NewUnit:
    """A unit that an event makes, or the new names of one."""

    name: str
    code: str = ""
    short: str = ""
    place: str = ""


@dataclass(frozen=True)
class Change:
    """What a decision orders. kind: merge, split, rename, move, dissolve.

    from_ids: the units concerned. to_id: the unit that goes on (merge, may be one of from_ids) or the new unit above (move).
    made: the units an event makes (merge: one, when to_id is None; split: each) or the new names (rename). ends: whether a split unit
    ends. moves: person id -> number of the unit in `made` the person goes to in a split; below: the same for units under the split one.
    Others go to the first, or stay when the unit goes on. seen: whom the decision was made about; None when nobody was asked.
    """

    kind: str
    decision: str
    on: date
    from_ids: tuple[int, ...]
    to_id: int | None = None
    made: tuple[NewUnit, ...] = ()
    ends: bool = True
    moves: dict[int, int] = field(default_factory=dict)
    below: dict[int, int] = field(default_factory=dict)
    seen: frozenset[int] | None = None
    note: str = ""


def apply_unit_event(change: Change, at: datetime, by_id: int | None) -> UnitEvent:
    """Carry out a decision on its day: versions end and open, assignments end and go on in the new unit, paths are written again.

    Roles scoped to a unit that ends end with it and are given anew. Raises Conflict when the decision does not fit the units as they are.
    """
    if change.on > local(at).date():
        raise Conflict("Chưa đến ngày quyết định có hiệu lực. Hãy ghi việc này từ ngày ấy; đơn vị và phân công đổi ngay khi ghi.")
    # Locked: whoever is being assigned to one of them waits, and finds it ended.
    units = db.session.scalars(select(Unit).where(Unit.id.in_(change.from_ids)).order_by(Unit.id).with_for_update()).all()
    _check(change, units)
    event = UnitEvent(
        kind=change.kind, decision=clean(change.decision), on=change.on, note=change.note, recorded_at=at, by_id=by_id
    )
    db.session.add(event)
    db.session.flush()
    targets = _ACTS[change.kind](change, list(units), at)
    pairs = {(unit.id, target.id) for unit in units for target in targets or [unit]}
    db.session.add_all(UnitLineage(event_id=event.id, from_id=a, to_id=b) for a, b in sorted(pairs))
    db.session.flush()
    audit.record(by_id, "people.unit_event", "unit_event", event.id, at, what=change.kind, units=list(change.from_ids))
    return event


def _check(change: Change, units: Sequence[Unit]) -> None:
    if len(units) != len(set(change.from_ids)) or not units:
        raise Conflict("Chưa chọn đơn vị, hoặc đơn vị không còn trong danh sách.")
    if any(unit.ended is not None for unit in units):
        raise Conflict("Có đơn vị đã kết thúc hoạt động từ trước. Hãy chọn đơn vị đang hoạt động.")
    if change.kind == "merge" and len(set(change.from_ids) | ({change.to_id} if change.to_id else set())) < 2:
        raise Conflict("Sáp nhập cần ít nhất hai đơn vị.")
    if change.kind != "merge" and len(units) != 1:
        raise Conflict("Việc này chỉ làm với một đơn vị mỗi lần.")
    if change.kind in ("split", "rename") and not change.made:
        raise Conflict("Chưa ghi tên mới.")
    begun = db.session.scalars(
        select(UnitVersion.since).where(UnitVersion.unit_id.in_(change.from_ids), UnitVersion.until.is_(None))
    )
    if any(since >= change.on for since in begun):
        raise Conflict("Ngày có hiệu lực phải sau ngày bắt đầu của tên gọi hiện tại. Hãy xem lại ngày.")


def _merge(change: Change, units: list[Unit], at: datetime) -> list[Unit]:
    if change.to_id is not None:
        target = db.session.get(Unit, change.to_id)
        if target is None or target.ended is not None:
            raise Conflict("Đơn vị nhận không còn hoạt động. Hãy chọn đơn vị khác.")
    else:
        if not change.made:
            raise Conflict("Chưa chọn đơn vị nhận, hoặc chưa ghi tên đơn vị mới.")
        target = _make(change.made[0], units[0], change.on, at)
    for unit in units:
        if unit.id != target.id:
            _hand_over(unit, target, change.on, at)
            _end(unit, change.on)
    return [target]


def _split(change: Change, units: list[Unit], at: datetime) -> list[Unit]:
    origin = units[0]
    _check_split(change, origin)
    targets = [_make(new, origin, change.on, at) for new in change.made]
    for number, target in enumerate(targets):
        people = {person for person, chosen in change.moves.items() if chosen == number}
        _move_people(origin, target, change.on, at, people, set(change.moves) if change.ends and number == 0 else None)
    for child in _below(origin):
        chosen = change.below.get(child.id, 0 if change.ends else None)
        if chosen is not None:
            _place_under(child, targets[chosen], change.on, at)
    if change.ends:
        _end(origin, change.on)
    return targets


def _check_split(change: Change, origin: Unit) -> None:
    """Every choice names a new unit, and the people are those the decision was made about."""
    if not {*change.moves.values(), *change.below.values()} <= set(range(len(change.made))):
        raise Conflict("Có người hoặc đơn vị được chuyển về một đơn vị không có trong văn bản. Hãy chọn lại.")
    if change.seen is None:
        return
    here = set(db.session.scalars(select(Assignment.person_id).where(Assignment.unit_id == origin.id, not_over(change.on))))
    if here != change.seen:
        raise Conflict(people_changed(here - change.seen, change.seen - here))


def people_changed(came: Collection[int], left: Collection[int]) -> str:
    """Who came to a unit and who left it while a decision about its people was being made, in words."""
    names = dict(db.session.execute(select(Person.id, Person.full_name).where(Person.id.in_([*came, *left]))).all())
    said = []
    for ids, what in ((came, "vừa được phân công vào đơn vị này"), (left, "không còn phân công ở đơn vị này")):
        if ids:
            more = f" và {len(ids) - 5} người khác" if len(ids) > 5 else ""
            said.append(f"{', '.join(names.get(i, str(i)) for i in sorted(ids)[:5])}{more} {what}")
    return f"Từ lúc xem danh sách đến nay: {'; '.join(said)}. Hãy xem lại việc phân người rồi thực hiện."


def _rename(change: Change, units: list[Unit], at: datetime) -> list[Unit]:
    new, unit = change.made[0], units[0]
    present = _present(unit)
    values = {
        "name": clean(new.name), "short": clean(new.short), "code": new.code or present.code,
        "place": clean(new.place) or clean(new.name), "parent_id": present.parent_id, "note": change.note,
    }  # fmt: skip
    open_version(unit.id, values, change.on, at)
    return []


def _move(change: Change, units: list[Unit], at: datetime) -> list[Unit]:
    unit = units[0]
    parent = db.session.get(Unit, change.to_id) if change.to_id else None
    if parent is None or parent.ended is not None:
        raise Conflict("Chưa chọn đơn vị cấp trên đang hoạt động.")
    _place_under(unit, parent, change.on, at)
    return []


def _dissolve(change: Change, units: list[Unit], at: datetime) -> list[Unit]:
    unit = units[0]
    if change.to_id is not None:
        return _merge(change, units, at)
    if db.session.scalar(select(UnitVersion.id).where(UnitVersion.parent_id == unit.id, UnitVersion.until.is_(None)).limit(1)):
        raise Conflict("Đơn vị này còn đơn vị trực thuộc. Hãy chuyển các đơn vị ấy đi trước, hoặc chọn đơn vị nhận.")
    _move_people(unit, None, change.on, at, set(), set())
    _end(unit, change.on)
    return []


_ACTS = {"merge": _merge, "split": _split, "rename": _rename, "move": _move, "dissolve": _dissolve}


def _present(unit: Unit) -> UnitVersion:
    query = select(UnitVersion).where(UnitVersion.unit_id == unit.id).order_by(UnitVersion.since.desc()).limit(1)
    return db.session.scalars(query).one()


def _make(new: NewUnit, like: Unit, on: date, at: datetime) -> Unit:
    """A new unit of the same kind and under the same unit as the one it comes from."""
    parent_id = _present(like).parent_id
    unit = Unit(key=_free_key(new, on), kind=like.kind, path="", rank=like.rank, is_example=like.is_example)
    db.session.add(unit)
    db.session.flush()
    version = UnitVersion(unit_id=unit.id, since=on, recorded_at=at)
    write_names(
        version,
        {"name": clean(new.name), "short": clean(new.short), "code": new.code, "place": clean(new.place) or clean(new.name),
         "parent_id": parent_id, "note": ""},
    )  # fmt: skip
    db.session.add(version)
    place_below(unit, db.session.get(Unit, parent_id) if parent_id else None)
    return unit


def _free_key(new: NewUnit, on: date) -> str:
    key = f"{slug(new.name)[:40]}-{on:%Y%m%d}"
    taken = set(db.session.scalars(select(Unit.key).where(Unit.key.startswith(key, autoescape=True))))
    return next(k for k in (key, *(f"{key}-{n}" for n in range(2, 1000))) if k not in taken)


def _hand_over(unit: Unit, target: Unit, on: date, at: datetime) -> None:
    """People and units below go to the target on the day."""
    _move_people(unit, target, on, at, set(), set())
    for child in _below(unit):
        if child.id != target.id:
            _place_under(child, target, on, at)


def _below(unit: Unit) -> Sequence[Unit]:
    query = select(Unit).join(UnitVersion, UnitVersion.unit_id == Unit.id)
    return db.session.scalars(query.where(UnitVersion.parent_id == unit.id, UnitVersion.until.is_(None))).all()


def _place_under(unit: Unit, parent: Unit, on: date, at: datetime) -> None:
    present = _present(unit)
    values = {name: getattr(present, name) for name in ("name", "short", "code", "place")} | {"parent_id": parent.id, "note": ""}
    if present.since >= on:
        present.parent_id = parent.id
    else:
        open_version(unit.id, values, on, at)
    place_below(unit, parent)


def _move_people(unit: Unit, target: Unit | None, on: date, at: datetime, only: set[int], but: set[int] | None) -> None:
    """Assignments of the unit end the day before and go on in the target: those of `only`, and with `but` all others besides these."""
    query = select(Assignment).where(Assignment.unit_id == unit.id, not_over(on))
    held = set() if target is None else _held(target, on)
    for row in db.session.scalars(query.order_by(Assignment.id)).all():
        if row.person_id not in only and (but is None or row.person_id in but):
            continue
        since, until = max(on, row.since), row.until
        row.until = since - timedelta(days=1)
        if target is not None and (row.person_id, row.position_id) not in held:
            db.session.add(
                Assignment(
                    person_id=row.person_id, unit_id=target.id, position_id=row.position_id, title=row.title, main=row.main,
                    since=since, until=until, recorded_at=at,
                )
            )  # fmt: skip
    db.session.flush()


def _held(target: Unit, on: date) -> set[tuple[int, int | None]]:
    """Who has which position in the target already: nobody has it twice."""
    query = select(Assignment.person_id, Assignment.position_id).where(Assignment.unit_id == target.id, not_over(on))
    return {(row.person_id, row.position_id) for row in db.session.execute(query)}


def _end(unit: Unit, on: date) -> None:
    """The unit's last day is the day before; roles scoped to it end too."""
    last = on - timedelta(days=1)
    unit.ended = last
    live = (UnitVersion.unit_id == unit.id, UnitVersion.until.is_(None))
    db.session.execute(update(UnitVersion).where(*live).values(until=last))
    scoped = (Grant.scope == "unit", Grant.scope_id == unit.id, or_(Grant.until.is_(None), Grant.until > last))
    db.session.execute(update(Grant).where(*scoped).values(until=last))
    db.session.flush()
