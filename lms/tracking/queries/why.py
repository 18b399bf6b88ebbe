"""Why a level is held or not: every piece of evidence with what it changes, and what other rules would say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Row, select

from lms.assignments.queries import decisions_of, papers_of
from lms.competence.engine import OWN_PRIOR, chance, likelihood, settle, verdicts
from lms.competence.rules import Rules
from lms.courses import queries as courses
from lms.courses.models import Course
from lms.db import db
from lms.errors import NotFound
from lms.people.queries import Scope
from lms.questions.models import Question
from lms.tracking.queries.framework import descriptor
from lms.tracking.queries.ledger import Entry, in_use
from lms.tracking.queries.needs import EVERYWHERE, need_of, offers_for
from lms.tracking.queries.profile import Line, line
from lms.tracking.queries.record import Level, Record, officer_record
from lms.tracking.queries.standing import Sight


@dataclass(frozen=True)
class Piece:
    """One piece of evidence as it is shown. `times` lessons of one course on one day stand together. `effect`: by how much it changes the
    chance that the level is met (-1..1); None where it does not bear on that. `questions`: (words of the question, share earned)."""

    kind: str
    on: date
    course_code: str
    title: str
    percent: Decimal | None
    level: int
    policy: int
    right: float
    count: int
    effect: float | None
    questions: Sequence[tuple[str, float]]
    times: int = 1
    corrected: bool = False
    source_id: int = 0  # of the attempt, practice, submission or product
    decision: Row | None = None  # of a recognition: id, kind, number, symbol, signed_on, issuer


@dataclass(frozen=True)
class Why:
    """One competence of one officer in depth. `asked`: what the framework says of the level required; `awards`: all ever given; `bases`:
    (officer, number of the evidence) -> the decision it stands on, of those that stand on one; `ended`: award -> the note that ended it.
    `digest`: of everything the figures rest on; `old_rules`: what other systems' rules would say
    (engine.verdicts); empty where nothing was answered."""

    person_id: int
    name: str
    line: Line
    asked: str
    pieces: Sequence[Piece]
    awards: Sequence[Level]
    bases: Mapping[tuple[int, int], Row]
    ended: Mapping[int, Row]
    share: float
    digest: str
    rules: Rules
    calibration: int
    old_rules: Mapping[str, bool]
    at: datetime


def why(officer_id: int, code: str, at: datetime, scope: Scope = EVERYWHERE, position: str = "") -> Why:
    """`position`: the code of another position to hold it against. Raises NotFound for an unknown competence or person, and for one who
    works in no unit of the scope."""
    name, need = need_of(officer_id, code, at, scope, position)
    record = officer_record(officer_id, at, whole=True)
    shown = line(need, record, offers_for(officer_id))
    sight = record.sights.get(code)
    mine = [entry for entry in record.entries if entry.code == code]
    if not (mine or need.level):
        raise NotFound
    bases = _bases(mine)
    return Why(
        officer_id, name, shown, descriptor(need.id, need.level), _pieces(mine, sight, shown, record, bases),
        [level for of, level, _ in record.awards if of == code], bases,
        {level.award_id: notes[-1] for _, level, notes in record.awards if level.award_id and notes and notes[-1].kind == "ended"},
        record.law.rules.share,
        sight.digest if sight else "", record.law.rules, record.law.calibration,
        _old_rules(mine, record.law.rules.share), at,
    )  # fmt: skip


def _old_rules(mine: Sequence[Entry], share: float) -> dict[str, bool]:
    """Of the quizzes as attempts, of everything as answers."""
    answered = sorted((entry for entry in in_use(mine) if entry.answers), key=lambda entry: (entry.occurred_at, entry.n))
    marks = [[float(row[2]) for row in entry.answers] for entry in answered]
    attempts = [sum(row) / len(row) for entry, row in zip(answered, marks, strict=True) if entry.kind.startswith("quiz")]
    return verdicts(attempts, [mark for row in marks for mark in row], share) if marks else {}


def _bases(mine: Sequence[Entry]) -> dict[tuple[int, int], Row]:
    """(officer, number) of each entry that a recognition made -> the decision."""
    recognised = [entry for entry in mine if entry.kind == "recognition"]
    found = decisions_of({entry.source_id for entry in recognised}) if recognised else {}
    return {(entry.officer_id, entry.n): found[entry.source_id] for entry in recognised if entry.source_id in found}


def _pieces(
    mine: Sequence[Entry], sight: Sight | None, shown: Line, record: Record, bases: Mapping[tuple[int, int], Row]
) -> list[Piece]:
    """Newest first; lessons of one course on one day, and practised answers of one day, stand together."""
    counting = {(entry.officer_id, entry.n) for entry in in_use(mine)}
    titles = _titles({entry.course_id for entry in mine if entry.course_id})
    words = _words({row[0] for entry in mine for row in entry.answers})
    products = {entry.source_id for entry in mine if entry.kind == "product"}
    papers = papers_of(products) if products else {}
    groups: dict[tuple[object, ...], list[Entry]] = {}
    for entry in sorted(mine, key=lambda entry: (entry.occurred_at, entry.n), reverse=True):
        alone = () if entry.kind in ("lesson", "practice") else (entry.officer_id, entry.n)
        groups.setdefault((entry.kind, entry.day, entry.course_id, *alone), []).append(entry)
    return [
        _piece(
            group,
            titles,
            words,
            counting,
            _effect(group, sight, shown, record),
            bases.get((group[0].officer_id, group[0].n)),
            papers.get(group[0].source_id, "") if group[0].kind == "product" else "",
        )
        for group in groups.values()
    ]


def _piece(
    group: Sequence[Entry],
    titles: Mapping[int, tuple[str, dict[int, str]]],
    words: Mapping[int, str],
    counting: set[tuple[int, int]],
    effect: float | None,
    decision: Row | None,
    paper: str,
) -> Piece:
    first = group[0]
    code, names = titles.get(first.course_id or 0, ("", {}))
    rows = [row for entry in group for row in entry.answers]
    return Piece(
        kind=first.kind, source_id=first.source_id, decision=decision, on=first.day,
        course_code=code, title=paper or names.get(first.activity_id or 0, ""), percent=first.percent,
        level=first.level, policy=first.policy, right=round(sum(row[2] for row in rows), 1), count=len(rows), effect=effect,
        questions=[(words.get(row[0], ""), row[2]) for row in rows], times=len(group),
        corrected=not any((entry.officer_id, entry.n) in counting for entry in group),
    )  # fmt: skip


def _effect(group: Sequence[Entry], sight: Sight | None, shown: Line, record: Record) -> float | None:
    """The chance that the level is met with these entries minus without them: the whole posterior once more."""
    if sight is None or shown.next is None:
        return None
    marks = tuple(f"{entry.officer_id:09d}.{entry.n:06d}." for entry in group)
    rest = [row for row in sight.ledger.rows if not row.key.startswith(marks)]
    if len(rest) == len(sight.ledger.rows):
        return None
    law, level = record.law, shown.next.level
    without = settle(likelihood(rest, sight.ledger.items, law.policy), law.policy, OWN_PRIOR, record.on)
    return round(sight.own[level] - chance(without, law.requirement(group[0].code, level)), 6)


def _titles(course_ids: set[int]) -> dict[int, tuple[str, dict[int, str]]]:
    """Course id -> its code and the titles of its activities in the version in force."""
    if not course_ids:
        return {}
    rows = db.session.execute(select(Course.id, Course.code, Course.current_id).where(Course.id.in_(course_ids))).all()
    known = courses.versions([row.current_id for row in rows if row.current_id])
    return {
        row.id: (row.code, {i: a["title"] for i, a in known[row.current_id].by_id.items()} if row.current_id else {})
        for row in rows
    }


def _words(question_ids: set[int]) -> dict[int, str]:
    if not question_ids:
        return {}
    return {
        row.id: row.title for row in db.session.execute(select(Question.id, Question.title).where(Question.id.in_(question_ids)))
    }
