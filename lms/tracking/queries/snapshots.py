"""Reading snapshots: the province by unit, position and competence, its course over reporting periods, and the names behind each figure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, func, select

from lms import clock
from lms.db import db
from lms.errors import NotFound
from lms.people.models import Person, Position, Unit
from lms.people.queries import unit_name_on, unit_versions, units_became
from lms.tracking.models import Competence, Evidence, Snapshot, SnapshotCell, SnapshotGroup, SnapshotOfficer
from lms.tracking.queries.periods import Closing, closings, is_closing

PAGE = 50
RECENT = 24  # snapshots offered to choose from
PERIODS = 8  # closing days in the trend
LEAST_MODELLED = 30  # officers, below which no model interval is shown (lms.competence.engine.claim)
WIDEST = 0.5  # of an interval, beyond which nothing can be planned with it
NORMAL_95 = 1.6448536269514722
WHICH = {
    "all": "Tất cả", "fit_no": "Chưa đáp ứng vị trí", "fit_yes": "Đáp ứng vị trí", "ct3_no": "Chưa đạt CT3", "ct3_yes": "Đạt CT3",
    "no_position": "Chưa ghi vị trí",
}  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """Which part of a snapshot: kind of unit, position, one unit with all below it; `units`: as they were "then", or as they are "now"."""

    kind: str = ""
    position_id: int | None = None
    unit_id: int | None = None
    units: str = "then"


@dataclass
class Count:
    """Officers counted: all of them; those whose position asks for core competences, and who hold these; the same of CT3."""

    people: int = 0
    fit_asked: int = 0
    fit_met: int = 0
    ct3_asked: int = 0
    ct3_met: int = 0

    def add(self, row: Row) -> None:
        """Add a row of sums."""
        self.people += row.people
        self.fit_asked += row.fit_asked
        self.fit_met += row.fit_met
        self.ct3_asked += row.ct3_asked
        self.ct3_met += row.ct3_met


@dataclass
class Cell:
    """One competence of some officers: of how many it is asked, how many hold it; and what answers let expect of those without it."""

    asked: int = 0
    met: int = 0
    modelled: int = 0
    expected: float = 0.0
    variance: float = 0.0
    unknown: int = 0

    def add(self, row: "Row | Cell") -> None:
        """Add a row of sums."""
        self.asked += row.asked
        self.met += row.met
        self.modelled += row.modelled
        self.expected += row.expected
        self.variance += row.variance
        self.unknown += row.unknown

    @property
    def share(self) -> float | None:
        """The share that holds it, 0..1."""
        return self.met / self.asked if self.asked else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Of those asked for level 1 or 2, the share expected to meet it if all were tested: 90 % bounds. Those who gave no answer count as
        not meeting it below and as meeting it above. None for fewer officers than allow a statement, and where it is too wide."""
        bounds = self._bounds()
        return None if bounds is None or bounds[1] - bounds[0] > WIDEST else bounds

    @property
    def vague(self) -> bool:
        """Whether there are officers enough, but answers of too few of them."""
        return self._bounds() is not None and self.interval is None

    def _bounds(self) -> tuple[float, float] | None:
        officers = self.modelled + self.unknown
        if officers < LEAST_MODELLED or not self.modelled:
            return None
        reach = NORMAL_95 * self.variance**0.5
        return max(0.0, (self.expected - reach) / officers), min(1.0, (self.expected + reach + self.unknown) / officers)


@dataclass
class Line:
    """A unit or a position with its figures; `cells` by competence."""

    id: int
    name: str
    kind: str = ""
    count: Count = field(default_factory=Count)
    cells: dict[int, Cell] = field(default_factory=lambda: defaultdict(Cell))


@dataclass(frozen=True)
class Province:
    """A snapshot as it is shown. `lines`: units in roster order, or the positions of the one unit chosen; `positions`: the same people by
    position; `competences`: those asked of anybody, each with its sum."""

    snapshot: Row
    total: Count
    lines: list[Line]
    positions: list[Line]
    competences: list[tuple[Row, Cell]]
    trend: list[tuple[Row, str, Count]]


@dataclass(frozen=True)
class Area:
    """A group of competences with the sum of its cells: each officer counts once for each competence asked."""

    code: str
    name: str
    cell: Cell
    competences: list[tuple[Row, Cell]]


def by_area(competences: Sequence[tuple[Row, Cell]]) -> list[Area]:
    """The competences in their groups, in the order of the framework."""
    found: dict[str, Area] = {}
    for competence, cell in competences:
        area = found.setdefault(competence.area_code, Area(competence.area_code, competence.area_name, Cell(), []))
        area.cell.add(cell)
        area.competences.append((competence, cell))
    return list(found.values())


def published(snapshot_id: int | None = None, as_of: date | None = None) -> Row | None:
    """That snapshot; else the newest of that day; else the newest of the latest day. None while there is none. Raises NotFound for an
    unknown one."""
    query = select(Snapshot.__table__).where(Snapshot.published_at.is_not(None))
    if snapshot_id:
        row = db.session.execute(query.where(Snapshot.id == snapshot_id)).first()
        if row is None:
            raise NotFound
        return row
    if as_of:
        query = query.where(Snapshot.as_of == as_of)
    return db.session.execute(query.order_by(Snapshot.as_of.desc(), Snapshot.id.desc()).limit(1)).first()


def recent() -> Sequence[Row]:
    """Published snapshots to choose from, newest day first."""
    query = select(Snapshot.__table__).where(Snapshot.published_at.is_not(None))
    return db.session.execute(query.order_by(Snapshot.as_of.desc(), Snapshot.id.desc()).limit(RECENT)).all()


def first_day() -> date | None:
    """The local day of the first result in the record; None while there is none."""
    first = db.session.scalar(select(func.min(Evidence.occurred_at)))
    return clock.local(first).date() if first else None


def removable(by_id: int) -> Sequence[int]:
    """Published snapshots that this person asked for and may remove: not those of a closing day."""
    query = select(Snapshot.id, Snapshot.as_of).where(
        Snapshot.published_at.is_not(None), Snapshot.reason == "asked", Snapshot.by_id == by_id
    )
    return [row.id for row in db.session.execute(query) if not is_closing(row.as_of)]


def province(snapshot: Row, wanted: Filter, today: date) -> Province:
    """The figures of a snapshot under a filter. At most ten queries, however many officers there are."""
    became = units_became(today) if wanted.units == "now" else {}
    units = _units(today if wanted.units == "now" else snapshot.as_of)
    inside = _inside(units, wanted, became)
    known = {row.id: row for row in db.session.execute(select(Position.id, Position.code, Position.name))}
    total = Count()
    lines: dict[int, Line] = {}
    positions: dict[int, Line] = {}
    for row in _groups([snapshot.id], wanted, inside):
        unit_id, named = became.get(row.unit_id, row.unit_id), known.get(row.position_id)
        title = f"{named.code} {named.name}" if named else "Chưa ghi vị trí"
        total.add(row)
        positions.setdefault(row.position_id, Line(row.position_id, title)).count.add(row)
        if not wanted.unit_id:
            lines.setdefault(unit_id, Line(unit_id, units[unit_id].name, units[unit_id].kind)).count.add(row)
    by_position = sorted(positions.values(), key=lambda line: (not line.id, line.name))
    if wanted.unit_id:
        lines = positions
    competences = _fill(snapshot.id, wanted, inside, lines, became)
    by_unit = sorted(lines.values(), key=lambda line: units[line.id].place) if not wanted.unit_id else by_position
    return Province(snapshot, total, by_unit, by_position, competences, _trend(snapshot, wanted, inside))


@dataclass(frozen=True)
class _Unit:
    name: str
    kind: str
    path: str
    place: tuple[int, str]


def _units(on: date) -> dict[int, _Unit]:
    """Every unit, by the name valid on the day (the nearest one when it had none then)."""
    named = unit_versions(on)
    query = select(
        Unit.id,
        Unit.kind,
        Unit.path,
        Unit.rank,
        func.coalesce(named.c.name, unit_name_on(Unit.id, on)).label("name"),
        named.c.name_key,
    ).outerjoin(named, named.c.unit_id == Unit.id)
    return {row.id: _Unit(row.name, row.kind, row.path, (row.rank, row.name_key or "")) for row in db.session.execute(query)}


def _inside(units: Mapping[int, _Unit], wanted: Filter, became: Mapping[int, int]) -> list[int] | None:
    """Ids of the units (as the snapshot holds them) that the filter lets through; None: all."""
    if not wanted.kind and not wanted.unit_id:
        return None
    if wanted.unit_id and wanted.unit_id not in units:
        raise NotFound
    top = units[wanted.unit_id].path if wanted.unit_id else "/"
    let = {i for i, unit in units.items() if unit.path.startswith(top) and wanted.kind in ("", unit.kind)}
    return sorted(i for i in units if became.get(i, i) in let)


def _narrowed(query: Select, table: type[SnapshotGroup | SnapshotCell], wanted: Filter, inside: list[int] | None) -> Select:
    if wanted.position_id:
        query = query.where(table.position_id == wanted.position_id)
    return query if inside is None else query.where(table.unit_id.in_(inside))


def _groups(snapshot_ids: Collection[int], wanted: Filter, inside: list[int] | None) -> Iterable[Row]:
    query = select(SnapshotGroup.__table__).where(SnapshotGroup.snapshot_id.in_(snapshot_ids))
    return db.session.connection().execute(_narrowed(query, SnapshotGroup, wanted, inside))


SUMS = tuple(
    func.sum(getattr(SnapshotCell, name)).label(name) for name in ("asked", "met", "modelled", "expected", "variance", "unknown")
)


def _fill(
    snapshot_id: int, wanted: Filter, inside: list[int] | None, lines: dict[int, Line], became: Mapping[int, int]
) -> list[tuple[Row, Cell]]:
    """Put the cells of each competence on the lines; the competences with their sums over all lines."""
    key = SnapshotCell.position_id if wanted.unit_id else SnapshotCell.unit_id
    query = select(key.label("key"), SnapshotCell.competence_id, *SUMS).where(SnapshotCell.snapshot_id == snapshot_id)
    query = _narrowed(query, SnapshotCell, wanted, inside).group_by(key, SnapshotCell.competence_id)
    sums: dict[int, Cell] = defaultdict(Cell)
    for row in db.session.connection().execute(query):
        place = row.key if wanted.unit_id else became.get(row.key, row.key)
        lines[place].cells[row.competence_id].add(row)
        sums[row.competence_id].add(row)
    columns = (Competence.id, Competence.code, Competence.name, Competence.area_code, Competence.area_name)
    rows = db.session.execute(select(*columns).order_by(Competence.rank)).all()
    return [(row, sums[row.id]) for row in rows if row.id in sums]


def _trend(snapshot: Row, wanted: Filter, inside: list[int] | None) -> list[tuple[Row, str, Count]]:
    """(snapshot, name of the period, sums) of the newest snapshot of each closing day up to this one, and of this one, oldest first."""
    days: dict[date, Closing] = {closing.day: closing for closing in closings(snapshot.as_of, PERIODS)}
    query = select(Snapshot.__table__).where(Snapshot.published_at.is_not(None), Snapshot.as_of.in_(days))
    newest = {row.as_of: row for row in db.session.execute(query.order_by(Snapshot.id))} | {snapshot.as_of: snapshot}
    sums: dict[int, Count] = defaultdict(Count)
    for row in _groups([row.id for row in newest.values()], wanted, inside):
        sums[row.snapshot_id].add(row)
    names = {day: days[day].name if day in days else f"Đến {day:%d/%m/%Y}" for day in newest}
    return [(newest[day], names[day], sums[newest[day].id]) for day in sorted(newest)]


def _which(which: str) -> Sequence[ColumnElement[bool]]:
    conditions: dict[str, Sequence[ColumnElement[bool]]] = {
        "fit_no": [SnapshotOfficer.fit.is_(False)], "fit_yes": [SnapshotOfficer.fit.is_(True)], "ct3_no": [SnapshotOfficer.ct3.is_(False)],
        "ct3_yes": [SnapshotOfficer.ct3.is_(True)], "no_position": [SnapshotOfficer.position_id.is_(None)],
    }  # fmt: skip
    return conditions.get(which, [])


def _behind(snapshot: Row, wanted: Filter, today: date, which: str, competence_id: int | None) -> list[ColumnElement[bool]]:
    """Which persons of the snapshot make up the figure."""
    conditions = [SnapshotOfficer.snapshot_id == snapshot.id, *_which(which)]
    if wanted.kind or wanted.unit_id:
        became = units_became(today) if wanted.units == "now" else {}
        units = _units(today if wanted.units == "now" else snapshot.as_of)
        conditions.append(SnapshotOfficer.unit_id.in_(_inside(units, wanted, became) or []))
    if wanted.position_id:
        conditions.append(SnapshotOfficer.position_id == wanted.position_id)
    if competence_id:
        conditions.append(SnapshotOfficer.lacking.contains(f",{competence_id},"))
    return conditions


def names(
    snapshot: Row,
    wanted: Filter,
    today: date,
    which: str = "all",
    competence_id: int | None = None,
    page: int = 1,
    limit: int = PAGE,
) -> tuple[list[Row], int]:
    """The persons behind a figure by given name, and how many they are. `competence_id`: those who hold it below the level asked.

    Rows: person_id, full_name, unit_name, position_code, position_name, fit, ct3, lacking, position_ids. Raises NotFound beyond the last page.
    """
    conditions = _behind(snapshot, wanted, today, which, competence_id)
    total = db.session.scalar(select(func.count()).select_from(SnapshotOfficer).where(*conditions)) or 0
    by_name = (Person.name_key, Person.id)
    # The page is found first, by the names alone: units are named for its rows only.
    found = select(Person.id).join(SnapshotOfficer, SnapshotOfficer.person_id == Person.id).where(*conditions)
    chosen = found.order_by(*by_name).limit(limit).offset(limit * (page - 1)).subquery()
    query = (
        select(
            SnapshotOfficer.person_id, Person.full_name, unit_name_on(SnapshotOfficer.unit_id, snapshot.as_of).label("unit_name"),
            Position.code.label("position_code"), Position.name.label("position_name"), SnapshotOfficer.fit, SnapshotOfficer.ct3,
            SnapshotOfficer.lacking, SnapshotOfficer.position_ids,
        )
        .join(chosen, chosen.c.id == SnapshotOfficer.person_id)
        .join(Person, Person.id == SnapshotOfficer.person_id)
        .outerjoin(Position, Position.id == SnapshotOfficer.position_id)
        .where(SnapshotOfficer.snapshot_id == snapshot.id)
        .order_by(*by_name)
    )  # fmt: skip
    rows = list(db.session.execute(query).all())
    if page > 1 and not rows:
        raise NotFound
    return rows, total


def competences() -> dict[int, Row]:
    """Every competence by id, in the order of the framework: code, name."""
    query = select(Competence.id, Competence.code, Competence.name, Competence.area_code).order_by(Competence.rank)
    return {row.id: row for row in db.session.execute(query)}


def unit_name(unit_id: int, on: date) -> str:
    """What the unit was called on the day. Raises NotFound for an unknown one."""
    found = db.session.scalar(select(unit_name_on(Unit.id, on)).where(Unit.id == unit_id))
    if found is None:
        raise NotFound
    return found


def units_below(unit_id: int) -> list[int]:
    """The unit with all below it, as the tree is now. Raises NotFound for an unknown one."""
    top = select(Unit.path).where(Unit.id == unit_id).scalar_subquery()
    found = list(db.session.scalars(select(Unit.id).where(Unit.path.startswith(top))))
    if not found:
        raise NotFound
    return found
