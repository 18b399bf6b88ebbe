"""The officer's profile: required against held, what is missing, on which evidence, and which course closes the gap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy import Row, select

from lms import clock
from lms import competence as engine
from lms.competence.engine import COMPETENT, fewest_right, gap
from lms.courses.models import Result
from lms.db import db
from lms.errors import NotFound
from lms.people.queries import Scope
from lms.quizzes import queries as quizzes
from lms.tracking.queries.ledger import Entry
from lms.tracking.queries.needs import EVERYWHERE, Need, Offer, coming_posts, needs_of, offers_for, position_named, posts_of
from lms.tracking.queries.parameters import ON_ANSWERS
from lms.tracking.queries.record import Level, Record, officer_record


@dataclass(frozen=True)
class Proven:
    """How far answers prove one level, 1 or 2. `p`: on own answers, what decides; `best`: with what other
    competences lend, for planning, where it was asked for.
    `expected`, `low`, `high`: share of the level's reference bank expected right, with its 90 % interval; `questions`: about how many more
    answers would decide at this rate (0: decided), for the level where it `proves`; `at_best`: how many if all are right, None beyond reach;
    `status`: competent, not_yet, not_enough."""

    level: int
    p: float
    best: float | None
    effective: float
    answers: int
    right: float
    expected: float
    low: float
    high: float
    status: str
    questions: int
    proves: bool
    at_best: int | None


@dataclass(frozen=True)
class Line:
    """One competence of the profile."""

    need: Need
    level: Level | None
    gap: int
    offers: Sequence[Offer]
    record: Record

    @cached_property
    def next(self) -> Proven | None:
        """How far the answers prove the level on answers that is missing, or the one held; None where there are no answers."""
        shown = self.held + 1 if (self.gap or not self.held) and self.held < ON_ANSWERS[-1] else self.held
        return proven(self.need.code, shown, self.record)

    @property
    def practice(self) -> int | None:
        """The level on answers that practice is for: the next one missing, or the one to be kept; None where the banks ask nothing of it."""
        least = self.held + 1 if self.gap else max(self.held, 1)
        return next((level for level in self.need.asked if level >= least), None)

    @property
    def held(self) -> int:
        """The level held; 0 for none."""
        return self.level.level if self.level else 0

    @property
    def refresh(self) -> bool:
        """Whether a refresher is proposed: the level stands, but is about to end, or the answers no longer prove it."""
        if self.level is None or self.held > ON_ANSWERS[-1]:
            return bool(self.level and (self.level.soon or self.level.stale_until))
        faded = self.next is not None and self.next.level == self.held and self.next.status != COMPETENT
        return faded or self.level.soon or self.level.stale_until is not None


@dataclass(frozen=True)
class Effect:
    """What one attempt or practice did: levels before and after it, levels still missing, and how the competence stands by now."""

    need: Need
    before: int
    after: int
    missing: int
    line: Line


@dataclass(frozen=True)
class Profile:
    """An officer's competence at an instant. `other`: the position it is held against instead of the officer's own; `coming`: posts that
    begin later. `lines`: required ones, core first, then others held. `areas`: (code, name, met, required)."""

    person: Row
    units: list[str]
    positions: list[str]
    other: Row | None
    coming: Sequence[Row]
    lines: list[Line]
    areas: list[tuple[str, str, int, int]]
    fit: engine.Fit
    record: Record
    at: datetime

    @property
    def required(self) -> list[Line]:
        """Lines that a position requires."""
        return [line for line in self.lines if line.need.level]

    @property
    def missing(self) -> list[Line]:
        """Lines below what is required."""
        return [line for line in self.lines if line.gap]

    @property
    def met(self) -> list[Line]:
        """Lines at or above what is required."""
        return [line for line in self.required if not line.gap]

    @property
    def core(self) -> list[Line]:
        """Core lines."""
        return [line for line in self.lines if line.need.core]

    @property
    def fading(self) -> list[Line]:
        """Lines at or above what is required that ask for a refresher."""
        return [line for line in self.lines if line.refresh and not line.gap]


def profile(officer_id: int, at: datetime, scope: Scope = EVERYWHERE, position: str = "") -> Profile:
    """The officer's profile; what is not yet stored as evidence is read in memory. `position`: the code of another position to hold it
    against, for a transfer that is thought of or has been decided.

    Raises NotFound for an unknown person, and for one who works in no unit of the scope.
    """
    today = clock.local(at).date()
    posts = posts_of(officer_id, today, scope)
    other = position_named(position) if position else None
    held_against = {other.id} if other else {post.position_id for post in posts if post.position_id}
    needs = needs_of(held_against, today)
    record = officer_record(officer_id, at)
    offers = offers_for(officer_id)
    seen = {entry.code for entry in record.entries}
    lines = [line(need, record, offers) for need in needs if need.level or need.code in record.levels or need.code in seen]
    required = {line.need.code: line.need.level for line in lines if line.need.level}
    levels = {line.need.code: line.held for line in lines}
    return Profile(
        person=posts[0], units=list(dict.fromkeys(p.unit_name for p in posts if p.unit_name)),
        positions=[other.name] if other else list(dict.fromkeys(p.position_name for p in posts if p.position_name)),
        other=other, coming=coming_posts(officer_id, today) if scope is EVERYWHERE else [], lines=lines, areas=_areas(lines),
        fit=engine.meets_position(required, levels, [line.need.code for line in lines if line.need.core]), record=record, at=at,
    )  # fmt: skip


def line(need: Need, record: Record, offers: dict[str, list[Offer]]) -> Line:
    """One competence against what is required of it."""
    level = record.levels.get(need.code)
    held = level.level if level else 0
    missing = engine.gap(need.level, held)
    closing = [offer for offer in offers.get(need.code, []) if offer.level > held] if missing else []
    return Line(need, level, missing, closing, record)


def proven(code: str, level: int, record: Record) -> Proven | None:
    """How far the answers prove a level; None where there are none, or where the level does not rest on answers."""
    sight = record.sights.get(code)
    if sight is None or level not in ON_ANSWERS:
        return None
    law = record.law
    found = gap(replace(sight.estimate, effective=sight.effective[level]), law.requirement(code, level), law.policy)
    rows = sight.ledger.rows
    at_best = fewest_right(sight.estimate, law.requirement(code, level), law.policy, sight.effective[level])
    return Proven(
        level, sight.own[level], sight.best.get(level), sight.effective[level], len(rows), round(sum(row.score for row in rows), 1), found.expected,
        found.low, found.high, found.status, found.questions, found.proves, at_best,
    )  # fmt: skip


def attempt_effects(officer_id: int, attempt_id: int, at: datetime) -> list[Effect]:
    """What an attempt changed, for each competence it gave evidence of.

    Raises NotFound when the attempt is not that officer's or has no result.
    """
    found = _effects(officer_id, lambda entry: entry.kind.startswith("quiz") and entry.source_id == attempt_id, at)
    if not found and not _is_result(officer_id, attempt_id):
        raise NotFound
    return found


def practice_effects(officer_id: int, practice_id: int, at: datetime) -> list[Effect]:
    """What the answers of a practice changed. Raises NotFound when it is not that officer's."""
    quizzes.practice_set(practice_id, officer_id)
    return _effects(officer_id, lambda entry: entry.kind == "practice" and entry.source_id == practice_id, at)


def _effects(officer_id: int, of: Callable[[Entry], bool], at: datetime) -> list[Effect]:
    record = officer_record(officer_id, at)
    by_code: dict[str, list[Entry]] = {}
    for entry in record.entries:
        if of(entry) and entry.officer_id == officer_id:
            by_code.setdefault(entry.code, []).append(entry)
    today = clock.local(at).date()
    position_ids = {post.position_id for post in posts_of(officer_id, today) if post.position_id}
    needs = {need.code: need for need in needs_of(position_ids, today)}
    return [_effect(needs[code], entries, record) for code, entries in sorted(by_code.items()) if code in needs]


def _effect(need: Need, entries: Sequence[Entry], record: Record) -> Effect:
    """Entries stand by number: what was before the first, and after the last."""
    before = record.levels_by(entries[0].officer_id, entries[0].n - 1).get(need.code)
    after = record.levels_by(entries[-1].officer_id, entries[-1].n).get(need.code)
    held = after.level if after else 0
    return Effect(need, before.level if before else 0, held, engine.gap(need.level, held), line(need, record, {}))


def _is_result(officer_id: int, attempt_id: int) -> bool:
    query = select(Result.id).where(
        Result.officer_id == officer_id, Result.source_kind == "attempt", Result.source_id == attempt_id
    )
    return db.session.scalar(query) is not None


def _areas(lines: Sequence[Line]) -> list[tuple[str, str, int, int]]:
    """(code, name, met, required) of each area that the positions require something of, in the order of the framework."""
    found: dict[str, tuple[str, int, int]] = {}
    for line in lines:
        if line.need.level:
            name, met, required = found.get(line.need.area_code, (line.need.area_name, 0, 0))
            found[line.need.area_code] = (name, met + (not line.gap), required + 1)
    return [(code, *found[code]) for code in sorted(found)]
