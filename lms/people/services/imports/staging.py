"""Matching the rows of a file with the record: who is meant, what would change, what is wrong. Reads only; rows are staged in chunks."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, delete, exists, insert, select

from lms.db import db
from lms.people.models import (
    IDENTIFIER_NAMES,
    Assignment,
    Identifier,
    ImportRow,
    Person,
    PersonAlias,
    Position,
    Unit,
    UnitVersion,
)
from lms.people.queries.scopes import in_force, roles_beyond, units_in
from lms.people.queries.viewers import Scope
from lms.people.sheet import LABELS, ReadRow, shown
from lms.vietnamese import PartialDate, fold, fold_name, format_date, read_date

CHUNK = 150  # about 150 ms of matching and staging
_PREFIXES = ("uy ban nhan dan ", "ubnd ", "hdnd va ubnd ", "dang uy ")


@dataclass
class Known:
    """What of the record the rows of a file are held against, read once for each chunk."""

    units: dict[str, set[int]]  # folded name, short name or code -> units in force
    unit_names: dict[int, str]
    positions: dict[str, int]  # folded name or code -> position
    position_names: dict[int, str]
    allowed: set[int] | None  # units the importer may write to; None = all
    beyond: set[int]  # persons whose role reaches further than the importer's
    on: date
    persons: dict[int, Row] = field(default_factory=dict)
    by_name: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_identifier: dict[tuple[str, str], int] = field(default_factory=dict)
    identifiers: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    work: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))


def stage(operation_id: int, rows: Sequence[ReadRow], scope: Scope, on: date) -> Iterator[int]:
    """Write the rows of a file beside the record, each with what confirming would do; yields how many are done after every chunk.

    Begun again after an interruption, it begins from the first row.
    """
    db.session.execute(delete(ImportRow).where(ImportRow.operation_id == operation_id))
    seen: dict[tuple, int] = {}
    known = _read_units(scope, on)
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        _read_persons(known, chunk)
        staged = [_judge(row, known, seen) | {"operation_id": operation_id} for row in chunk]
        db.session.execute(insert(ImportRow), staged)
        yield start + len(chunk)


def _read_units(scope: Scope, on: date) -> Known:
    query = (
        select(Unit.id, UnitVersion.name, UnitVersion.short, UnitVersion.code)
        .join(UnitVersion, UnitVersion.unit_id == Unit.id)
        .where(Unit.ended.is_(None), in_force(on, UnitVersion), Unit.is_example.is_(False))
    )
    units: dict[str, set[int]] = defaultdict(set)
    names = {}
    for row in db.session.execute(query):
        names[row.id] = row.name
        for key in {fold_name(row.name), fold_name(row.short), row.code} - {""}:
            units[key].add(row.id)
    positions = db.session.execute(select(Position.id, Position.code, Position.name)).all()
    by_text = {fold(text): p.id for p in positions for text in (p.name, p.code)}
    allowed = None if scope.everywhere else set(db.session.scalars(units_in(scope)))
    beyond = set(db.session.scalars(roles_beyond(scope, on)))
    return Known(units, names, by_text, {p.id: p.name for p in positions}, allowed, beyond, on)


def _read_persons(known: Known, rows: Sequence[ReadRow]) -> None:
    """Everybody the rows may mean: by identifier and by name, with identifiers and work."""
    values = {row.data[kind] for row in rows for kind in IDENTIFIER_NAMES if row.data.get(kind)}
    names = {fold_name(row.data["full_name"]) for row in rows}
    alive = ~exists().where(PersonAlias.person_id == Person.id)
    live = Identifier.until.is_(None)
    by_value = select(Identifier.person_id).where(Identifier.value.in_(values), live)
    person = (Person.id, Person.full_name, Person.name_fold, Person.gender, Person.birth_year, Person.birth_month, Person.birth_day,
              Person.kind)  # fmt: skip
    found = db.session.execute(select(*person).where(Person.name_fold.in_(names) | Person.id.in_(by_value), alive)).all()
    known.persons = {row.id: row for row in found}
    known.by_name.clear()
    known.identifiers.clear()
    known.work.clear()
    for row in found:
        known.by_name[row.name_fold].append(row.id)
    ids = list(known.persons)
    held = select(Identifier.person_id, Identifier.kind, Identifier.value).where(Identifier.person_id.in_(ids), live)
    known.by_identifier = {}
    for person_id, kind, value in db.session.execute(held):
        known.by_identifier[kind, value] = person_id
        known.identifiers[person_id][kind] = value
    works = select(Assignment.person_id, Assignment.unit_id, Assignment.position_id, Assignment.title).where(
        Assignment.person_id.in_(ids), in_force(known.on)
    )
    for work in db.session.execute(works.order_by(Assignment.main.desc(), Assignment.since.desc())):
        known.work[work.person_id].append(work)


def _judge(row: ReadRow, known: Known, seen: dict[tuple, int]) -> dict[str, Any]:
    """One row as it is staged."""
    problems, data = list(row.problems), dict(row.data)
    unit_id = _find_unit(data, known, problems)
    position_id = _find_position(data, known, problems)
    data |= {"unit_id": unit_id, "position_id": position_id}
    person_id, candidates = _find_person(data, known, problems)
    _refuse_doubles(row, data, person_id, seen, problems)
    if person_id is None and unit_id is None and not any(p["field"] == LABELS["unit"] for p in problems):
        problems.append({"field": LABELS["unit"], "message": "Chưa ghi đơn vị. Người mới cần có đơn vị."})
    if person_id is not None and known.allowed is not None and not {w.unit_id for w in known.work[person_id]} & known.allowed:
        problems.append({"field": LABELS["unit"], "message": "Người này đang ở đơn vị ngoài phạm vi Anh/Chị được giao."})
    if person_id in known.beyond:
        problems.append({"field": LABELS["full_name"], "message": "Người này giữ vai trò rộng hơn phạm vi Anh/Chị được giao."})
    data["changes"] = _changes(data, person_id, known) if person_id else []
    action = "error" if problems else "new" if person_id is None else "changed" if data["changes"] else "same"
    if candidates and not problems:
        action, data["candidates"] = "ask", candidates
        problems = [
            {"field": LABELS["full_name"], "message": "Có thể đã có trong danh sách. Chọn đúng người, hoặc ghi là người mới."}
        ]
    return {
        "sheet": row.sheet, "line": row.line, "action": action, "data": data, "problems": problems, "person_id": person_id, "before": {}
    }  # fmt: skip


def _find_unit(data: dict[str, Any], known: Known, problems: list[dict[str, str]]) -> int | None:
    """The unit in force by code, or by name; a name two units bear must come with the code."""
    code, text = data.get("unit_code", ""), data.get("unit", "")
    if not code and not text:
        return None
    found = known.units.get(code, set()) if code else known.units.get(fold_name(text), set())
    if not found and not code:
        short = next((fold_name(text).removeprefix(p) for p in _PREFIXES if fold_name(text).startswith(p)), "")
        found = known.units.get(short, set()) or known.units.get(f"van phong {short}", set()) if short else set()
    if len(found) == 1:
        (unit_id,) = found
        if known.allowed is not None and unit_id not in known.allowed:
            problems.append({"field": LABELS["unit"], "message": "Đơn vị này ngoài phạm vi Anh/Chị được giao."})
        return unit_id
    name = code or text
    message = (
        f"Có {len(found)} đơn vị tên “{name}”. Ghi thêm mã đơn vị." if found else f"Không có đơn vị “{name}” đang hoạt động."
    )
    problems.append({"field": LABELS["unit_code" if code else "unit"], "message": message})
    return None


def _find_position(data: dict[str, Any], known: Known, problems: list[dict[str, str]]) -> int | None:
    text = data.get("position", "")
    found = known.positions.get(fold(text)) if text else None
    if text and found is None:
        message = f"Không có vị trí việc làm “{text}”. Chép tên hoặc mã từ trang Danh mục của tệp mẫu."
        problems.append({"field": LABELS["position"], "message": message})
    return found


def _find_person(data: dict[str, Any], known: Known, problems: list[dict[str, str]]) -> tuple[int | None, list[dict[str, Any]]]:
    """Who is meant: by code, then e-mail and phone, then name with birth year and unit; and whom it may be, when that is open."""
    matched = {kind: p for kind in ("code", "email", "phone") if (p := known.by_identifier.get((kind, data.get(kind, ""))))}
    if len(set(matched.values())) > 1:
        owners = "; ".join(f"{IDENTIFIER_NAMES[kind]} của {known.persons[p].full_name}" for kind, p in matched.items())
        problems.append({"field": LABELS[next(iter(matched))], "message": f"Các thông tin thuộc nhiều người: {owners}."})
        return None, []
    if matched:
        person_id = next(iter(matched.values()))
        kind = next(iter(matched))
        if kind != "code" and fold_name(data["full_name"]) != known.persons[person_id].name_fold:
            message = f"{IDENTIFIER_NAMES[kind]} này đang là của {known.persons[person_id].full_name}."
            problems.append({"field": LABELS[kind], "message": message})
        return person_id, []
    return _find_by_name(data, known)


def _find_by_name(data: dict[str, Any], known: Known) -> tuple[int | None, list[dict[str, Any]]]:
    year = read.year if (read := read_date(data.get("birth", ""))) else None
    same_name = [known.persons[i] for i in known.by_name.get(fold_name(data["full_name"]), [])]
    possible = [p for p in same_name if year is None or p.birth_year in (None, year)]
    # Two different codes are two different persons, however alike the rest.
    possible = [p for p in possible if not (data.get("code") and known.identifiers[p.id].get("code"))]
    sure = [p for p in possible if year and p.birth_year == year and data["unit_id"] in {w.unit_id for w in known.work[p.id]}]
    if len(sure) == 1:
        return sure[0].id, []
    return None, [_candidate(p, known) for p in possible if _may_change(p.id, known)][:5]


def _may_change(person_id: int, known: Known) -> bool:
    if known.allowed is None:
        return True
    return person_id not in known.beyond and bool({w.unit_id for w in known.work[person_id]} & known.allowed)


def _candidate(person: Row, known: Known) -> dict[str, Any]:
    works = known.work[person.id]
    where = known.unit_names.get(works[0].unit_id, "") if works else "chưa phân công"
    return {"id": person.id, "label": f"{person.full_name}, {person.birth_year or 'chưa rõ năm sinh'}, {where}"}


def _refuse_doubles(
    row: ReadRow, data: dict[str, Any], person_id: int | None, seen: dict[tuple, int], problems: list[dict[str, str]]
) -> None:
    """A row that says again what another row of the file said is an error; the first stays."""
    keys: list[tuple] = [(kind, data[kind]) for kind in IDENTIFIER_NAMES if data.get(kind)]
    if not data.get("code"):
        keys.append(("name", fold_name(data["full_name"]), data.get("birth", "")[:4], data["unit_id"]))
    if person_id is not None:
        keys.append(("name", person_id))
    twice = next((key for key in keys if key in seen), None)
    if twice is not None:
        name = "full_name" if twice[0] == "name" else twice[0]
        problems.append({"field": LABELS[name], "message": f"Trùng với dòng {seen[twice]} của tệp."})
    for key in keys:
        seen.setdefault(key, row.line)


def _changes(data: dict[str, Any], person_id: int, known: Known) -> list[str]:
    """What confirming would change, in words; an empty cell changes nothing."""
    person, changes = known.persons[person_id], []
    held = {"full_name": person.full_name, "gender": person.gender, "kind": person.kind, **known.identifiers[person_id]}
    for name in ("full_name", "gender", "kind", *IDENTIFIER_NAMES):
        if data.get(name) and data[name] != held.get(name):
            changes.append(f"{LABELS[name]}: {shown(name, held.get(name)) or '(trống)'} → {shown(name, data[name])}")
    read = read_date(data.get("birth", ""))
    if read and says_more(read, person):
        changes.append(f"{LABELS['birth']}: {person.birth_year or '(trống)'} → {format_date(read)}")
    return changes + _work_changes(data, known.work[person_id], known)


def says_more(read: PartialDate, person: Any) -> bool:
    """Whether a birth date from a file differs from the record; a bare year that fits a whole date does not."""
    if read.year != person.birth_year:
        return True
    return read.day is not None and (read.month, read.day) != (person.birth_month, person.birth_day)


def _work_changes(data: dict[str, Any], works: list[Row], known: Known) -> list[str]:
    unit_id, position_id, title = data["unit_id"], data["position_id"], data.get("title", "")
    here = next((w for w in works if w.unit_id == unit_id), None)
    if unit_id and here is None:
        before = known.unit_names.get(works[0].unit_id, "") if works else ""
        return [f"{LABELS['unit']}: {before or '(trống)'} → {known.unit_names[unit_id]}"]
    present = here or (works[0] if works else None)
    changes = []
    if position_id and (present is None or present.position_id != position_id):
        before = known.position_names.get(present.position_id, "") if present else ""
        changes.append(f"{LABELS['position']}: {before or '(trống)'} → {known.position_names[position_id]}")
    if title and present is not None and present.title != title:
        changes.append(f"{LABELS['title']}: {present.title or '(trống)'} → {title}")
    return changes
