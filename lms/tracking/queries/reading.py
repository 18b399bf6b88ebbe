"""What a result says about competences: its answers, for the engine; or, where the record holds none, policy version 1."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select

from lms import clock
from lms.assignments import queries as assignments
from lms.competence import POLICY_1, award, quiz_source_kind
from lms.competence.rules import RULES_2
from lms.courses import queries as courses
from lms.courses.models import CourseVersion
from lms.db import db
from lms.quizzes import queries as quizzes
from lms.quizzes.queries import PractisedAnswer

POLICY = POLICY_1
QUESTIONS_ENOUGH = 5  # on the competence, in one quiz; each carries one point
PERCENT_ENOUGH = 60  # of the points on the competence
WORK = {"paper": "product", "ability": "confirmation", "decision": "recognition"}  # assignments.Product.kind -> source kind


@dataclass(frozen=True)
class Reading:
    """What one result says about one competence. `level` 0: it shows taking part, or a try that was not enough."""

    officer_id: int
    result_n: int
    code: str
    source_kind: str
    course_id: int | None
    activity_id: int | None
    source_id: int
    level: int
    percent: Decimal | None
    policy: int
    unit_id: int | None
    occurred_at: datetime
    recorded_at: datetime
    answers: list[list[Any]] | None = None


def read(result: Row, claims: Mapping[str, int]) -> list[Reading]:
    """`claims`: competence -> highest level the course says it evidences; only competences that it names are read.

    A finished lesson shows taking part and no level. A quiz gives its answers, each at the level of its question, at most the level the
    course names: what they prove together is the engine's to say. Of a result recorded before answers were, policy version 1 decides
    (domain analysis, 3.4): a quiz awards a level of a
    competence when this very attempt passed as a whole (an earlier pass does not lend itself to a later failure), holds at least five
    questions on that competence, and at least 60 per cent of the points on them were earned: a pass made of other questions says
    nothing of this one, and two lucky answers neither. The level is the one its questions aim at, at most what the course names, under
    the ceiling of the kind of quiz: 1 where knowledge is asked, 2 where at least 60 per cent of the questions apply it. A submission
    marked by rubric is read alike, without a number of questions, under the ceiling 3. Nothing lowers a level held.
    """
    if result.source_kind == "lesson":
        return [_reading(result, code, "lesson", 0, None) for code in sorted(claims)]
    shares = result.detail.get("shares", {})
    found = []
    for code in sorted(shares.keys() & claims.keys()):
        read_share = _read_answers if "answers" in shares[code] else _read_share
        found.append(read_share(result, code, shares[code], claims[code]))
    return found


def _read_answers(result: Row, code: str, share: Mapping[str, Any], claim: int) -> Reading:
    full, points, applying = Decimal(share["max"]), Decimal(share["points"]), Decimal(share.get("apply", "0"))
    kind = quiz_source_kind({"apply": applying, "other": 1 - applying})
    answers = [[question_id, min(level, claim), earned, guess] for question_id, level, earned, guess in share["answers"]]
    return replace(
        _reading(result, code, kind, 0, 100 * points / full if full else Decimal(0)), answers=answers, policy=RULES_2.version
    )


def _read_share(result: Row, code: str, share: Mapping[str, Any], claim: int) -> Reading:
    full, points, applying = Decimal(share["max"]), Decimal(share["points"]), Decimal(share.get("apply", "0"))
    kind = result.detail.get("source") or quiz_source_kind({"apply": applying, "other": 1 - applying})
    percent = 100 * points / full if full else Decimal(0)
    answered = kind == "rubric" or full >= QUESTIONS_ENOUGH  # one product is enough work; five questions are
    enough = bool(result.detail.get("passed", result.passed)) and answered and percent >= PERCENT_ENOUGH
    found = _reading(result, code, kind, award(POLICY, kind, min(int(share["level"]), claim), enough), percent)
    return replace(found, policy=RULES_2.version) if kind == "rubric" else found


def _reading(result: Row, code: str, kind: str, level: int, percent: Decimal | None) -> Reading:
    return Reading(
        officer_id=result.officer_id, result_n=result.n, code=code, source_kind=kind, course_id=result.course_id,
        activity_id=result.activity_id, source_id=result.source_id, level=level, percent=percent, policy=POLICY.version,
        unit_id=result.unit_id, occurred_at=result.occurred_at, recorded_at=result.recorded_at,
    )  # fmt: skip


def read_all(results: Sequence[Row]) -> list[Reading]:
    """Readings of many results, each under the course version that was in force when it occurred."""
    if not results:
        return []
    published = _published({row.course_id for row in results})
    return [reading for row in results for reading in read(row, _claims(published[row.course_id], row.occurred_at))]


def read_practice(answer: PractisedAnswer) -> Reading:
    """A practised answer counts like one in a quiz; the engine weighs a question seen lately less."""
    return Reading(
        officer_id=answer.officer_id, result_n=answer.n, code=answer.competence, source_kind="practice", course_id=None,
        activity_id=None, source_id=answer.practice_id, level=0, percent=100 * Decimal(str(answer.share)), policy=RULES_2.version,
        unit_id=None, occurred_at=answer.at, recorded_at=answer.at,
        answers=[[answer.question_id, answer.level, answer.share, answer.guess]],
    )  # fmt: skip


def read_word(word: Row) -> Reading:
    """A head's word on a work product speaks for its one competence, whatever courses say: at the level confirmed, under the ceiling 4.
    Without a product it shows no level. A recognition speaks up to level 5, from the day the decision was signed."""
    kind = WORK[word.source_kind]
    signed = word.signed_on if word.passed else None
    return Reading(
        officer_id=word.officer_id, result_n=word.n, code=word.competence, source_kind=kind, course_id=None, activity_id=None,
        source_id=word.source_id, level=award(POLICY, kind, word.level, word.passed), percent=None, policy=RULES_2.version,
        unit_id=word.unit_id, occurred_at=clock.midnight(signed) if signed else word.occurred_at, recorded_at=word.recorded_at,
    )  # fmt: skip


def record_after(officer_id: int, n: int) -> list[Reading]:
    """What the officer's record says beyond a number: results, practised answers and heads' words."""
    practised = [read_practice(answer) for answer in quizzes.answers_after(officer_id, n)]
    words = [read_word(word) for word in assignments.confirmations_after(officer_id, n)]
    return [*read_all(courses.results_after(officer_id, n)), *practised, *words]


def record_of(officer_ids: Collection[int]) -> list[Reading]:
    """The whole record of several officers."""
    practised = [read_practice(answer) for answer in quizzes.answers_of(officer_ids)]
    words = [read_word(word) for word in assignments.confirmations_of(officer_ids)]
    return [*read_all(courses.results_of(officer_ids)), *practised, *words]


def _published(course_ids: set[int]) -> dict[int, list[tuple[datetime, dict[str, int]]]]:
    query = (
        select(CourseVersion.course_id, CourseVersion.published_at, CourseVersion.evidences)
        .where(CourseVersion.course_id.in_(course_ids))
        .order_by(CourseVersion.number)
    )
    found: dict[int, list[tuple[datetime, dict[str, int]]]] = {course_id: [] for course_id in course_ids}
    for row in db.session.execute(query):
        found[row.course_id].append((row.published_at, {e["competence"]: int(e["level"]) for e in row.evidences}))
    return found


def _claims(versions: list[tuple[datetime, dict[str, int]]], at: datetime) -> dict[str, int]:
    """Of the newest version published by then; a result older than the first version (brought from elsewhere) is read by the first."""
    if not versions:
        return {}
    begun = [claims for published_at, claims in versions if published_at.astimezone(UTC) <= at]
    return begun[-1] if begun else versions[0][1]
