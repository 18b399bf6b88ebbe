"""Which lessons move which competence: the same officers' tests before and after they finished a lesson."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Float, Row, case, cast, func, select
from sqlalchemy.orm import aliased

from lms.courses import queries as courses
from lms.courses.models import Enrolment
from lms.courses.queries import CachedVersion
from lms.db import MARK_SCALE, db
from lms.errors import NotFound
from lms.people.queries import Scope
from lms.tracking.models import Competence, Evidence

FEWEST = 20  # officers tested before and after, below which no comparison is shown
NEWEST = 1000  # officers looked at: those who studied last


@dataclass(frozen=True)
class Effect:
    """One competence of one lesson. `officers` were tested on it both before and after finishing; `before` and `after`: the mean share of
    the points earned, in per cent; `error`: standard error of the mean difference; `better`: how many of them earned a greater share
    after."""

    code: str
    name: str
    officers: int
    before: float
    after: float
    error: float
    better: int

    @property
    def enough(self) -> bool:
        """Whether they are enough to say something."""
        return self.officers >= FEWEST

    @property
    def clear(self) -> bool:
        """Whether the difference is more than chance between these officers would bring: twice its standard error."""
        return abs(self.after - self.before) > 2 * self.error

    def differs_from(self, other: "Effect") -> bool:
        """Whether two differences are further apart than chance would bring them."""
        apart = (self.after - self.before) - (other.after - other.before)
        return abs(apart) > 2 * (self.error**2 + other.error**2) ** 0.5


@dataclass(frozen=True)
class LessonEffects:
    """A lesson and what the tests say of its competences."""

    title: str
    minutes: int
    effects: list[Effect]

    @property
    def shown(self) -> list[Effect]:
        """Those of which something can be said."""
        return [effect for effect in self.effects if effect.enough]


@dataclass(frozen=True)
class Together:
    """Lessons whose effects on a competence cannot be told apart: studied at one time, they have the same tests before and after."""

    effect: Effect  # of the one with most officers
    titles: list[str]


@dataclass(frozen=True)
class CompetenceEffects:
    """A competence, and what the tests say of the lessons on it."""

    code: str
    name: str
    groups: list[Together]


@dataclass(frozen=True)
class CourseEffects:
    """A course and its lessons in their order."""

    course: CachedVersion
    lessons: list[LessonEffects]

    @property
    def competences(self) -> list[CompetenceEffects]:
        """Each competence of which something can be said, once, by its code."""
        found: dict[tuple[str, str], list[tuple[str, Effect]]] = {}
        for lesson in self.lessons:
            for effect in lesson.shown:
                found.setdefault((effect.code, effect.name), []).append((lesson.title, effect))
        return [CompetenceEffects(*key, _together(mine)) for key, mine in sorted(found.items())]


def _together(effects: Sequence[tuple[str, Effect]]) -> list[Together]:
    """The best founded first; each further lesson joins the first it does not clearly differ from."""
    groups: list[Together] = []
    for title, effect in sorted(effects, key=lambda one: -one[1].officers):
        group = next((g for g in groups if not effect.differs_from(g.effect)), None)
        if group:
            group.titles.append(title)
        else:
            groups.append(Together(effect, [title]))
    return groups


def lesson_effects(course_id: int, scope: Scope) -> CourseEffects:
    """What the tests of the officers who studied the course last say of each lesson. Three queries.

    A comparison of the same people at two times, not an experiment: who takes a test again knows it, and learns elsewhere too. Raises
    NotFound for a course outside the scope.
    """
    course = next((c for c in courses.courses_in(scope) if c.course_id == course_id), None)
    if course is None:
        raise NotFound
    names = {row.id: row for row in db.session.execute(select(Competence.id, Competence.code, Competence.name))}
    found: dict[int, list[Effect]] = {}
    for row in _compared(course_id):
        competence = names[row.competence_id]
        error = (max(0.0, row.squares - (row.after - row.before) ** 2) / row.officers) ** 0.5
        effect = Effect(competence.code, competence.name, row.officers, row.before, row.after, error, row.better)
        found.setdefault(row.activity_id, []).append(effect)
    lessons = [
        LessonEffects(a["title"], a["minutes"], found.get(a["id"], [])) for a in course.activities if a["kind"] == "lesson"
    ]
    return CourseEffects(course, lessons)


def _compared(course_id: int) -> Sequence[Row]:
    """activity_id, competence_id, officers, before, after (means over officers of their means, in per cent), squares (of the
    differences), better."""
    newest = (
        select(Enrolment.officer_id)
        .where(Enrolment.course_id == course_id, Enrolment.last_at.is_not(None))
        .order_by(Enrolment.last_at.desc())
        .limit(NEWEST)
    )
    done = (
        select(Evidence.officer_id, Evidence.activity_id, Evidence.competence_id, func.min(Evidence.occurred_at).label("at"))
        .where(Evidence.source_kind == "lesson", Evidence.course_id == course_id, Evidence.officer_id.in_(newest))
        .group_by(Evidence.officer_id, Evidence.activity_id, Evidence.competence_id)
        .subquery()
    )
    test = aliased(Evidence)
    percent = cast(test.percent, Float) / float(MARK_SCALE)
    each = (
        select(
            done.c.activity_id, done.c.competence_id, func.avg(case((test.occurred_at < done.c.at, percent))).label("before"),
            func.avg(case((test.occurred_at >= done.c.at, percent))).label("after"),
        )
        .join(test, (test.officer_id == done.c.officer_id) & (test.competence_id == done.c.competence_id))
        .where(test.percent.is_not(None))
        .group_by(done.c.activity_id, done.c.competence_id, done.c.officer_id)
        .subquery()
    )  # fmt: skip
    query = (
        select(
            each.c.activity_id, each.c.competence_id, func.count().label("officers"), func.avg(each.c.before).label("before"),
            func.avg(each.c.after).label("after"),
            func.avg((each.c.after - each.c.before) * (each.c.after - each.c.before)).label("squares"),
            func.sum(case((each.c.after > each.c.before, 1), else_=0)).label("better"),
        )
        .where(each.c.before.is_not(None), each.c.after.is_not(None))
        .group_by(each.c.activity_id, each.c.competence_id)
        .order_by(each.c.activity_id, each.c.competence_id)
    )  # fmt: skip
    return db.session.execute(query).all()
