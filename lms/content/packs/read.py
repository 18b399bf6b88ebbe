"""All packs of a content folder."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from lms.content.packs.course import CoursePack, Known, read_course
from lms.content.packs.source import DAY, FLAG, LIST, NUMBER, TABLE, TEXT, Field, Problem, Source

UNIT = {
    "key": Field(TEXT), "kind": Field(TEXT), "code": Field(TEXT, False), "name": Field(TEXT), "short": Field(TEXT, False),
    "place": Field(TEXT), "parent": Field(TEXT), "order": Field(NUMBER), "since": Field(DAY), "note": Field(TEXT, False),
}  # fmt: skip
LEVEL = {"level": Field(NUMBER), "name": Field(TEXT), "description": Field(TEXT)}
AREA = {"code": Field(TEXT), "name": Field(TEXT)}
COMPETENCE = {"code": Field(TEXT), "area": Field(TEXT), "name": Field(TEXT), "levels": Field(LIST)}
POSITION = {
    "code": Field(TEXT), "name": Field(TEXT), "units": Field(LIST), "since": Field(DAY, False), "required": Field(TABLE), "core": Field(LIST),
}  # fmt: skip
INDICATOR = {
    "code": Field(TEXT), "name": Field(TEXT), "positions": Field(LIST), "competences": Field(LIST), "target": Field(NUMBER),
    "since": Field(DAY), "until": Field(DAY, False), "note": Field(TEXT, False),
}  # fmt: skip
CALENDAR = {"since": Field(DAY), "closes": Field(LIST)}
INSTRUMENT = {
    "key": Field(TEXT), "kind": Field(TEXT), "number": Field(TEXT), "issuer": Field(TEXT), "title": Field(TEXT),
    "issued": Field(DAY, False), "in_force": Field(DAY, False), "ended": Field(DAY, False), "replaces": Field(LIST, False),
    "amends": Field(LIST, False), "verified": Field(FLAG), "source": Field(TEXT, False), "note": Field(TEXT, False),
}  # fmt: skip


class BrokenPack(Exception):
    """A pack that is refused whole; `problems` says where and why."""

    def __init__(self, problems: list[Problem]):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass
class Packs:
    """Everything in content/, checked. `digests`: pack -> sha256 of its files."""

    units: list[dict[str, Any]] = field(default_factory=list)
    areas: list[dict[str, Any]] = field(default_factory=list)
    competences: list[dict[str, Any]] = field(default_factory=list)
    positions: list[dict[str, Any]] = field(default_factory=list)
    indicators: list[dict[str, Any]] = field(default_factory=list)
    calendars: list[dict[str, Any]] = field(default_factory=list)
    instruments: list[dict[str, Any]] = field(default_factory=list)
    courses: list[CoursePack] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)


def read_packs(root: Path, only: str = "") -> Packs:
    """Read and check every pack (`only`: of the courses just that folder). Raises BrokenPack with all problems found."""
    packs = Packs()
    sources: list[Source] = []

    def entries(path: str, table: str, fields: Mapping[str, Field], key: str, check: Callable[..., None] | None = None) -> list:
        source = Source(root / path, root)
        sources.append(source)
        return _entries(source, table, fields, key, check)

    packs.units = entries("units/units.toml", "unit", UNIT, "key")
    packs.areas = entries("competence/framework.toml", "area", AREA, "code")
    packs.competences = entries("competence/framework.toml", "competence", COMPETENCE, "code", _five_levels)
    packs.positions = entries("competence/positions.toml", "position", POSITION, "code")
    packs.indicators = entries("competence/indicators.toml", "indicator", INDICATOR, "code")
    packs.calendars = entries("competence/indicators.toml", "calendar", CALENDAR, "since", _month_days)
    packs.instruments = entries("library/instruments.toml", "instrument", INSTRUMENT, "key", _says_what_to_check)
    for shared in ("units", "competence", "library"):
        packs.digests[shared] = digest(root / shared)
    known = Known(
        frozenset(e["key"] for e in packs.instruments),
        frozenset(e["code"] for e in packs.competences),
        frozenset(e["code"] for e in packs.positions),
    )
    for folder in sorted(path.parent for path in (root / "courses").glob("*/course.toml")):
        if only in {"", folder.name}:
            course, read = read_course(folder, root, known)
            packs.courses.append(course)
            packs.digests[f"courses/{folder.name}"] = digest(folder)
            sources += read
    problems = [problem for source in sources for problem in source.problems] + _dangling(packs)
    if problems:
        raise BrokenPack(sorted(set(problems), key=lambda p: (p.file, p.line)))
    return packs


def _entries(source: Source, table: str, fields: Mapping[str, Field], key: str, check: Callable[..., None] | None) -> list:
    found, seen = [], set()
    for line, entry in source.tables(table):
        if not source.check(line, entry, fields):
            continue
        if entry[key] in seen:
            source.problem(line, f"“{entry[key]}” đã có")
        seen.add(entry[key])
        if check:
            check(source, line, entry)
        found.append(entry)
    return found


def _five_levels(source: Source, line: int, entry: Mapping[str, Any]) -> None:
    if len(entry["levels"]) != 5:
        source.problem(line, f"{entry['code']}: cần đủ 5 cấp độ")


def _month_days(source: Source, line: int, entry: Mapping[str, Any]) -> None:
    try:
        days = [date.fromisoformat(f"2023-{day}") for day in entry["closes"]]  # a year without 29 February: a day of every year
    except ValueError:
        days = []
    if not days:
        source.problem(line, "closes: cần các ngày cuối kỳ dạng “12-14” (tháng-ngày)")


def _says_what_to_check(source: Source, line: int, entry: Mapping[str, Any]) -> None:
    if not entry["verified"] and "cần kiểm tra" not in entry.get("note", ""):
        source.problem(line, f"{entry['key']}: chưa đối chiếu thì note phải ghi rõ điều “cần kiểm tra”")


def _dangling(packs: Packs) -> list[Problem]:
    """References between packs that lead nowhere, and courses that require each other in a circle."""
    found = []
    units = {e["key"] for e in packs.units}
    found += [
        Problem("units/units.toml", 1, f"{e['key']}: không có đơn vị cha “{e['parent']}”")
        for e in packs.units
        if e["parent"] and e["parent"] not in units
    ]
    keys = {e["key"] for e in packs.instruments}
    for e in packs.instruments:
        gone = [k for k in e.get("replaces", []) + e.get("amends", []) if k not in keys]
        found += [Problem("library/instruments.toml", 1, f"{e['key']}: không có văn bản “{k}”") for k in gone]
    codes = {e["code"] for e in packs.competences}
    for e in packs.positions:
        wrong = [c for c in [*e["required"], *e["core"]] if c not in codes]
        found += [Problem("competence/positions.toml", 1, f"{e['code']}: khung năng lực không có {c}") for c in wrong]
    places = {e["code"] for e in packs.positions}
    for e in packs.indicators:
        wrong = [c for c in e["competences"] if c not in codes] + [p for p in e["positions"] if p not in places]
        found += [Problem("competence/indicators.toml", 1, f"{e['code']}: không có năng lực hoặc vị trí {c}") for c in wrong]
    needs = {c.head["code"]: c.head["prerequisites"] for c in packs.courses if c.head}
    for code in needs:
        if code in _reach(needs, code):
            found.append(Problem("courses", 1, f"khóa {code} đòi hỏi chính nó qua một vòng các khóa khác"))
    return found


def _reach(needs: Mapping[str, list[str]], code: str) -> set[str]:
    seen: set[str] = set()
    todo = list(needs[code])
    while todo:
        step = todo.pop()
        if step not in seen:
            seen.add(step)
            todo += needs.get(step, [])
    return seen


def digest(folder: Path) -> str:
    """sha256 over the names and bytes of a folder's files."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
