"""Units and positions as content gives them: the same entry twice changes nothing."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update

from lms.db import db
from lms.errors import Conflict
from lms.people.models import Position, Unit, UnitVersion
from lms.vietnamese import clean, fold_name, sort_key


def put_unit(
    *,
    key: str,
    kind: str,
    name: str,
    short: str,
    code: str,
    place: str,
    parent_key: str,
    order: int,
    since: date,
    note: str,
    at: datetime,
    is_example: bool = False,
) -> Unit:
    """Make the unit of that permanent key, or bring it up to the entry.

    An entry with the date of a version corrects that version; a later date opens a new version and ends the one before. A version that
    an event in the application made since, and a unit that has ended, are left alone. Raises Conflict when the parent is not known.
    """
    parent = db.session.scalar(select(Unit).where(Unit.key == parent_key)) if parent_key else None
    if parent_key and parent is None:
        raise Conflict(f"Đơn vị “{name}” ghi đơn vị cấp trên “{parent_key}”, nhưng chưa có đơn vị nào mang khóa ấy.")
    unit = db.session.scalar(select(Unit).where(Unit.key == key))
    if unit is not None and unit.ended is not None:
        return unit
    if unit is None:
        unit = Unit(key=key, kind=kind, path="", is_example=is_example)
        db.session.add(unit)
        db.session.flush()
    unit.kind, unit.rank = kind, order
    values = {
        "name": clean(name), "short": clean(short), "code": code, "place": clean(place),
        "parent_id": parent.id if parent else None, "note": note,
    }  # fmt: skip
    if _put_version(unit, values, since, at):
        place_below(unit, parent)
    db.session.flush()
    return unit


def _put_version(unit: Unit, values: dict, since: date, at: datetime) -> bool:
    """Whether the entry is now the unit's newest version."""
    versions = db.session.scalars(select(UnitVersion).where(UnitVersion.unit_id == unit.id).order_by(UnitVersion.since)).all()
    newest = versions[-1] if versions else None
    same_day = next((v for v in versions if v.since == since), None)
    if same_day is None and newest is not None and newest.since > since:
        if len(versions) > 1:
            return False
        newest.since, same_day = since, newest
    if same_day is not None:
        write_names(same_day, values)
        return same_day is newest
    open_version(unit.id, values, since, at)
    return True


def write_names(version: UnitVersion, values: dict) -> None:
    """Set a version's names and placing, and the keys derived from the name."""
    for column, value in values.items():
        if getattr(version, column) != value:
            setattr(version, column, value)
    version.name_fold, version.name_key = fold_name(version.name), sort_key(version.name)


def open_version(unit_id: int, values: dict, since: date, at: datetime) -> UnitVersion:
    """Open a version on a day; the one in force ends the day before."""
    db.session.execute(
        update(UnitVersion)
        .where(UnitVersion.unit_id == unit_id, UnitVersion.until.is_(None))
        .values(until=since - timedelta(days=1))
    )
    version = UnitVersion(unit_id=unit_id, since=since, recorded_at=at)
    write_names(version, values)
    db.session.add(version)
    db.session.flush()
    return version


def place_below(unit: Unit, parent: Unit | None) -> None:
    """Write the unit's path below its parent, and those of all units below it."""
    new = f"{parent.path if parent else '/'}{unit.id}/"
    old = unit.path
    if new == old:
        return
    if parent is not None and old and parent.path.startswith(old):
        raise Conflict("Không đặt được đơn vị vào chính nó hoặc vào một đơn vị trực thuộc nó.")
    if old:
        moved = new + func.substr(Unit.path, len(old) + 1)
        below = Unit.path.startswith(old, autoescape=True)
        db.session.execute(update(Unit).where(below).values(path=moved).execution_options(synchronize_session=False))
        db.session.expire_all()
    unit.path = new
    db.session.flush()


def put_position(code: str, name: str, unit_kinds: list[str]) -> Position:
    """Make or correct a job position (vị trí việc làm)."""
    position = db.session.scalar(select(Position).where(Position.code == code))
    if position is None:
        position = Position(code=code, name=clean(name), unit_kinds=list(unit_kinds))
        db.session.add(position)
    position.name, position.unit_kinds = clean(name), list(unit_kinds)
    db.session.flush()
    return position
