"""Why a figure is not what it was: two snapshots laid side by side, person by person, with the reason of each difference."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from lms import clock
from lms.db import db
from lms.people.models import Assignment, Person, PersonAlias
from lms.people.queries import in_force, unit_name_on
from lms.tracking.models import Award, AwardNote, Evidence, SnapshotMark, SnapshotOfficer
from lms.tracking.queries import census

FIGURES = {
    "ct3_met": "Số người đạt CT3", "ct3_asked": "Số người thuộc diện tính CT3", "fit_met": "Số người đáp ứng vị trí",
    "fit_asked": "Số người có vị trí để đối chiếu", "people": "Số người trong danh sách",
}  # fmt: skip
REASONS = {
    "awarded": "Đạt mới trong thời gian này", "late_award": "Đạt từ trước, nay mới ghi nhận", "expired": "Hết hạn ghi nhận",
    "decided": "Quyết định về ghi nhận (thu hồi, căn cứ đã thay)", "joined": "Vào danh sách", "left": "Rời danh sách",
    "late_roster": "Danh sách được ghi nhận muộn", "moved": "Chuyển đơn vị hoặc vị trí", "required": "Yêu cầu thay đổi",
    "merged": "Hợp nhất hồ sơ trùng",
}  # fmt: skip
CHUNK = 1000
Levels = Mapping[int, int]


@dataclass(frozen=True)
class Change:
    """One person who counts in one snapshot and not in the other: `sign` +1 or -1. `awards`: (competence id, level, day given, kind of
    source, last day it counts) of what decided it; of one who came to the list, of what they hold already of what is asked."""

    person_id: int
    sign: int
    reason: str
    awards: tuple[tuple[int, int, date, str, date | None], ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Everybody by whom a figure differs. `before` + the signs = `after`."""

    before: int
    after: int
    changes: list[Change]

    @property
    def by_reason(self) -> list[tuple[str, int, int]]:
        """(reason, how many came, how many went), as the reasons are listed."""
        came = Counter(c.reason for c in self.changes if c.sign > 0)
        went = Counter(c.reason for c in self.changes if c.sign < 0)
        return [(reason, came[reason], went[reason]) for reason in REASONS if came[reason] or went[reason]]


@dataclass(frozen=True)
class _Side:
    """One of the two snapshots."""

    id: int
    as_of: date
    known_at: datetime
    asked: census.Asked


def compare(before: Row, after: Row, figure: str, unit_ids: Collection[int] | None = None) -> Comparison:
    """The persons by whom `figure` of two snapshots differs (of those units, as they were then), by reason.

    A person counted in both is weighed in three steps, each with all before it done: levels held, then unit and position, then what is
    asked; the last step that turns the answer is the reason.
    """
    sides = [_Side(row.id, row.as_of, row.known_at, census.asked_on(row.as_of)) for row in (before, after)]
    counted = [_counted(side.id, figure, unit_ids) for side in sides]
    differing = sorted(counted[0] ^ counted[1])
    changes: list[Change] = []
    for begin in range(0, len(differing), CHUNK):
        changes += _explain(differing[begin : begin + CHUNK], sides[0], sides[1], counted[1], figure, unit_ids)
    return Comparison(len(counted[0]), len(counted[1]), changes)


def _counted(snapshot_id: int, figure: str, unit_ids: Collection[int] | None) -> set[int]:
    query = select(SnapshotOfficer.person_id).where(SnapshotOfficer.snapshot_id == snapshot_id)
    column = SnapshotOfficer.ct3 if figure.startswith("ct3") else SnapshotOfficer.fit
    if figure != "people":
        query = query.where(column.is_(True) if figure.endswith("met") else column.is_not(None))
    if unit_ids is not None:
        query = query.where(SnapshotOfficer.unit_id.in_(unit_ids))
    return {row[0] for row in db.session.connection().execute(query)}


def _value(figure: str, unit_ids: Collection[int] | None) -> Callable[[Row, Levels, census.Asked], bool]:
    """Whether somebody at a post, with levels held, under what is asked, counts in the figure."""

    def value(post: Row, held: Levels, asked: census.Asked) -> bool:
        if unit_ids is not None and post.unit_id not in unit_ids:
            return False
        found = census.answer(post.position_ids, held, asked)
        said = found.ct3 if figure.startswith("ct3") else found.fit
        return figure == "people" or (bool(said) if figure.endswith("met") else said is not None)

    return value


def _explain(
    ids: Sequence[int], old: _Side, new: _Side, now: set[int], figure: str, unit_ids: Collection[int] | None
) -> list[Change]:
    posts = [_posts(side.id, ids) for side in (old, new)]
    held = [census.levels(side.id, side.as_of, side.known_at, ids) for side in (old, new)]
    value, absent = _value(figure, unit_ids), _Absent(ids, old, new)
    awards = _Awards(ids, old, new)
    changes = []
    for person_id in ids:
        sign = 1 if person_id in now else -1
        was, now_at = posts[0].get(person_id), posts[1].get(person_id)
        if was is None or now_at is None:
            holds = awards.held(person_id, _needed(figure, now_at, new.asked)) if now_at is not None else ()
            changes.append(Change(person_id, sign, absent.reason(person_id, was is None), holds))
            continue
        had, has = held[0].get(person_id, {}), held[1].get(person_id, {})
        steps = (
            value(was, had, old.asked),
            value(was, has, old.asked),
            value(now_at, has, old.asked),
            value(now_at, has, new.asked),
        )
        turn = max((i for i in (1, 2, 3) if steps[i] != steps[i - 1]), default=0)
        if turn == 1:
            changes.append(awards.change(person_id, sign, _needed(figure, was, old.asked), had, has))
        else:
            changes.append(Change(person_id, sign, "moved" if turn == 2 else "required"))
    return changes


def _needed(figure: str, post: Row, asked: census.Asked) -> dict[int, int]:
    """The levels that decide whether somebody at that post counts."""
    if figure.startswith("ct3"):
        levels = asked.of(p for p in post.position_ids if p in asked.ct3_positions)
        return {c: level for c, level in levels.items() if c in asked.ct3}
    core = frozenset().union(*(asked.core.get(p, frozenset()) for p in post.position_ids))
    return {c: level for c, level in asked.of(post.position_ids).items() if c in core}


def _posts(snapshot_id: int, ids: Collection[int]) -> dict[int, Any]:
    query = select(SnapshotOfficer.__table__).where(
        SnapshotOfficer.snapshot_id == snapshot_id, SnapshotOfficer.person_id.in_(ids)
    )
    return {row.person_id: row for row in db.session.connection().execute(query)}


class _Absent:
    """Why somebody is on the roster of only one of the two."""

    def __init__(self, ids: Collection[int], old: _Side, new: _Side):
        between = (PersonAlias.at > old.known_at, PersonAlias.at <= new.known_at)
        query = select(PersonAlias.person_id, PersonAlias.into_id).where(
            PersonAlias.person_id.in_(ids) | PersonAlias.into_id.in_(ids), *between
        )
        self.merged = {person_id for row in db.session.execute(query) for person_id in row}
        # Who stood on the old day's roster as it is known now, but not as it was known then: or the other way round.
        self.then = {post.person_id for post in census.roster(old.as_of, new.known_at, set(ids))}

    def reason(self, person_id: int, came: bool) -> str:
        """The reason for one who came, or went."""
        if person_id in self.merged:
            return "merged"
        if came:
            return "late_roster" if person_id in self.then else "joined"
        return "left" if person_id in self.then else "late_roster"


class _Awards:
    """What the awards of some persons say, as each of the two snapshots read them."""

    def __init__(self, ids: Collection[int], old: _Side, new: _Side):
        self.old, self.new = old, new
        self.counted = [self._read(side, ids) for side in (old, new)]
        query = select(SnapshotMark.person_id, SnapshotMark.officer_id)
        before = query.where(SnapshotMark.snapshot_id == old.id, SnapshotMark.person_id.in_(ids))
        self.own_then = {(row.person_id, row.officer_id) for row in db.session.execute(before)}
        noted = select(AwardNote.award_id).where(AwardNote.kind.in_(("ended", "stale")), AwardNote.recorded_at <= new.known_at)
        officers = {row.officer_id for rows in self.counted[0].values() for row in rows}
        owned = select(Award.id).where(Award.officer_id.in_(officers))
        self.noted = set(db.session.scalars(noted.where(AwardNote.award_id.in_(owned)))) if officers else set()

    @staticmethod
    def _read(side: _Side, ids: Collection[int]) -> dict[tuple[int, int], list[Row]]:
        read, counts = census.known_awards(side.id, side.as_of, side.known_at)
        query = select(
            SnapshotMark.person_id, Award.id, Award.officer_id, Award.competence_id, Award.level, Award.awarded_at,
            Award.counts_until, Evidence.source_kind,
        ).where(read, counts, SnapshotMark.person_id.in_(ids)).order_by(Award.awarded_at, Award.id)  # fmt: skip
        found: dict[tuple[int, int], list[Row]] = defaultdict(list)
        for row in db.session.execute(query):
            found[row.person_id, row.competence_id].append(row)
        return found

    def change(self, person_id: int, sign: int, needed: Levels, had: Levels, has: Levels) -> Change:
        """By which awards somebody came to count, or no longer counts."""
        side, lower, higher = (self.counted[1], had, has) if sign > 0 else (self.counted[0], has, had)
        turned = [c for c, level in needed.items() if lower.get(c, 0) < level <= higher.get(c, 0)]
        deciding = [next(row for row in side[person_id, c] if row.level >= needed[c]) for c in turned]
        return Change(person_id, sign, self._came(person_id, deciding) if sign > 0 else self._went(deciding), _shown(deciding))

    def held(self, person_id: int, needed: Levels) -> tuple[tuple[int, int, date, str, date | None], ...]:
        """What of the levels needed somebody holds in the later snapshot, by the first award that gave each."""
        firsts = (next((r for r in self.counted[1][person_id, c] if r.level >= level), None) for c, level in needed.items())
        return _shown([row for row in firsts if row is not None])

    def _came(self, person_id: int, deciding: Sequence[Row]) -> str:
        if any(row.officer_id != person_id and (person_id, row.officer_id) not in self.own_then for row in deciding):
            return "merged"
        end = clock.midnight(self.old.as_of + timedelta(days=1))
        return "late_award" if all(row.awarded_at < end for row in deciding) else "awarded"

    def _went(self, deciding: Sequence[Row]) -> str:
        over = any(row.counts_until and row.counts_until < self.new.as_of for row in deciding)
        return "decided" if not over and any(row.id in self.noted for row in deciding) else "expired"


def _shown(awards: Sequence[Row]) -> tuple[tuple[int, int, date, str, date | None], ...]:
    return tuple((r.competence_id, r.level, _day(r.awarded_at), r.source_kind, r.counts_until) for r in awards)


def _day(instant: datetime) -> date:
    return clock.local(instant).date()


def named(changes: Sequence[Change], before: Row, after: Row) -> dict[int, Row]:
    """Person id -> full_name, the names of the unit in each of the two (None: not on its roster), and the day the work in the later
    one began."""
    old, new = SnapshotOfficer.__table__.alias("old"), SnapshotOfficer.__table__.alias("new")
    here = (Assignment.person_id == Person.id, Assignment.unit_id == new.c.unit_id, in_force(after.as_of))
    since = select(func.min(Assignment.since)).where(*here).correlate(Person, new).scalar_subquery()
    query = (
        select(
            Person.id, Person.full_name, unit_name_on(old.c.unit_id, before.as_of).label("unit_before"),
            unit_name_on(new.c.unit_id, after.as_of).label("unit_after"), since.label("since"),
        )
        .outerjoin(old, (old.c.person_id == Person.id) & (old.c.snapshot_id == before.id))
        .outerjoin(new, (new.c.person_id == Person.id) & (new.c.snapshot_id == after.id))
        .where(Person.id.in_([change.person_id for change in changes]))
    )  # fmt: skip
    return {row.id: row for row in db.session.execute(query)}
