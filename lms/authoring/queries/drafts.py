"""Courses as they stand in the editor: the draft, or while there is none, what is published, in the form of a pack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from lms.assignments.queries import entries
from lms.authoring.models import CourseDraft, LessonDraft, LessonRevision, QuestionDraft
from lms.courses.models import Activity, Course, CourseVersion, Enrolment, EnrolmentRule, LessonVersion, Progress, Result
from lms.courses.queries import CachedVersion, version
from lms.courses.queries.scope import courses_in
from lms.db import db
from lms.errors import NotFound
from lms.library.models import Instrument
from lms.library.queries import citations
from lms.people.models import Person, Position
from lms.people.queries import Scope, work_of
from lms.questions.models import Bank, Question, QuestionVersion
from lms.quizzes.models import QuizVersion
from lms.tracking.models import Competence
from lms.vietnamese import format_number

MOST_NAMED = 20  # people named in a refusal
QUIZ = {"minutes": 15, "attempts": 3, "pass_mark": 60, "method": "highest", "shuffle": True, "review": "after_submit"}
SAYS_MORE = (
    "draw",
    "questions",
    "points_of",
    "per_page",
    "breaks",
    "bands",
    "closes",
)  # of a quiz, where it says anything of them


@dataclass(frozen=True)
class Draft:
    """A course in the editor; `exists`: somebody has begun a draft. `stamp` says what a page was opened on."""

    course_id: int
    code: str
    current_id: int | None
    entry: dict[str, Any]
    exists: bool
    base_id: int
    revision: int
    by_name: str
    at: datetime | None

    @property
    def stamp(self) -> str:
        """Which state a page was opened on; another one is there when it differs."""
        return f"{self.base_id}.{self.revision}"

    @property
    def overtaken(self) -> bool:
        """Whether another version came into use since the draft was begun."""
        return self.exists and self.base_id != (self.current_id or 0)

    @property
    def activities(self) -> list[dict[str, Any]]:
        """All activities in their order."""
        return [activity for module in self.entry["module"] for activity in module["activity"]]


@dataclass(frozen=True)
class Lesson:
    """A lesson in the editor."""

    key: str
    entry: dict[str, Any]
    body: str
    files: dict[str, Any]
    revision: int
    by_name: str
    at: datetime | None


def courses(scope: Scope) -> Sequence[Row]:
    """Courses in scope: id, code, title (published or of the draft), number, who wrote the draft last and when."""
    query = (
        select(
            Course.id, Course.code, CourseVersion.title, CourseVersion.number, CourseVersion.published_at,
            CourseDraft.entry, CourseDraft.at, Person.full_name,
        )
        .outerjoin(CourseVersion, CourseVersion.id == Course.current_id)
        .outerjoin(CourseDraft, CourseDraft.course_id == Course.id)
        .outerjoin(Person, Person.id == CourseDraft.by_id)
        .where(Course.id.in_(courses_in(scope)), CourseVersion.id.is_not(None) | CourseDraft.course_id.is_not(None))
        .order_by(Course.code)
    )  # fmt: skip
    return db.session.execute(query).all()


# Built once, on the tables themselves: these run on every page of the editor.
_course, _draft, _lesson, _person = (model.__table__ for model in (Course, CourseDraft, LessonDraft, Person))
DRAFT = (
    select(
        _course.c.id, _course.c.code, _course.c.current_id, _draft.c.entry, _draft.c.base_id, _draft.c.revision, _draft.c.at,
        _person.c.full_name,
    )
    .select_from(_course)
    .outerjoin(_draft, _draft.c.course_id == _course.c.id)
    .outerjoin(_person, _person.c.id == _draft.c.by_id)
    .where(_course.c.id == bindparam("course"))
)  # fmt: skip
LESSONS = (
    select(_lesson.c.key, _lesson.c.entry, _lesson.c.body, _lesson.c.files, _lesson.c.revision, _person.c.full_name, _lesson.c.at)
    .join(_person, _person.c.id == _lesson.c.by_id)
    .where(_lesson.c.course_id == bindparam("course"))
)
LESSON = LESSONS.where(_lesson.c.key == bindparam("key"))


def draft(course_id: int, scope: Scope) -> Draft:
    """A course in scope as it stands in the editor. Raises NotFound."""
    reached = scope.everywhere or course_id in scope.course_ids
    row = db.session.execute(DRAFT, {"course": course_id}).first() if reached else None
    if row is None or (row.entry is None and row.current_id is None):
        raise NotFound
    if row.entry is not None:
        return Draft(row.id, row.code, row.current_id, row.entry, True, row.base_id, row.revision, row.full_name, row.at)
    published = version(row.current_id)
    return Draft(row.id, row.code, row.current_id, _entry(published), False, row.current_id, 0, "", published.published_at)


def published(draft_: Draft) -> Draft:
    """The course as officers see it, in the form of a draft. There must be one."""
    there = version(draft_.current_id or 0)
    return replace(draft_, entry=_entry(there), exists=False, base_id=there.id, revision=0, by_name="", at=there.published_at)


def _entry(published: CachedVersion) -> dict[str, Any]:
    settings = published.drawn.get("quiz_settings")
    if settings is None:  # they never change, like the version they are kept with
        quiz_ids = [a["quiz_version"] for a in published.activities if a["kind"] == "quiz"]
        rows = db.session.execute(select(QuizVersion.id, QuizVersion.settings).where(QuizVersion.id.in_(quiz_ids))).all()
        settings = published.drawn["quiz_settings"] = {row.id: row.settings for row in rows}
    works = entries([a["assignment_version"] for a in published.activities if a["kind"] == "assignment"])
    entry = {
        "code": published.code, "title": published.title, "summary": published.summary, "periods": published.periods,
        "version": published.number, "outcomes": published.outcomes, "audience": published.audience,
        "prerequisites": published.prerequisites, "review_by": published.review_by.isoformat() if published.review_by else "",
        "required": {"electives": n} if (n := published.electives_needed) else "all", "evidences": published.evidences,
        "module": [
            {"key": m["key"], "title": m["title"], "activity": [_activity(a, settings, works) for a in m["activities"]]}
            for m in published.modules
        ],
    }  # fmt: skip
    rules = select(EnrolmentRule.audience, EnrolmentRule.days).where(
        EnrolmentRule.course_id == published.course_id, EnrolmentRule.kind == "onboarding", EnrolmentRule.until.is_(None)
    )
    own = [{"positions": [], "unit_kinds": []}, published.audience]  # others were set for some officers, not by the course
    days = next((rule.days for rule in db.session.execute(rules) if rule.audience in own), None)
    return entry | ({"onboarding": {"days": days}} if days is not None else {})


def _activity(
    item: Mapping[str, Any], settings: Mapping[int, Mapping[str, Any]], works: Mapping[int, Mapping[str, Any]]
) -> dict[str, Any]:
    if item["kind"] == "lesson":
        return {"kind": "lesson", "key": item["key"]}
    if item["kind"] == "assignment":
        return dict(works[item["assignment_version"]])
    known = settings.get(item["quiz_version"], {})
    chosen = {name: known.get(name, default) for name, default in QUIZ.items()}
    chosen |= {name: known[name] for name in SAYS_MORE if name in known}
    return {"kind": "quiz", "key": item["key"], "title": item["title"], "mandatory": item["mandatory"]} | chosen


def lessons(draft_: Draft, today: date) -> dict[str, Lesson]:
    """The lessons of a course in the editor by key."""
    if not draft_.exists:
        return _published(version(draft_.base_id), today)
    return {row.key: Lesson(*row) for row in db.session.execute(LESSONS, {"course": draft_.course_id})}


def lesson(draft_: Draft, key: str, today: date) -> Lesson:
    """One lesson in the editor. Raises NotFound."""
    if draft_.exists:
        row = db.session.execute(LESSON, {"course": draft_.course_id, "key": key}).first()
        found = Lesson(*row) if row else None
    else:
        found = _published(version(draft_.base_id), today).get(key)
    if found is None:
        raise NotFound
    return found


def files(draft_: Draft) -> dict[str, Any]:
    """All files of a course in the editor by name: they lie in one folder of its pack, so a name means one file."""
    if not draft_.exists:
        return {
            name: file
            for one in lessons(draft_, draft_.at.date() if draft_.at else date.max).values()
            for name, file in one.files.items()
        }
    rows = db.session.scalars(select(LessonDraft.files).where(LessonDraft.course_id == draft_.course_id))
    return {name: file for row in rows for name, file in row.items()}


def _published(published: CachedVersion, today: date) -> dict[str, Lesson]:
    """Lessons of a published version. Like it they never change, and are kept with it."""
    kept = published.drawn.get("as_draft")
    if kept is None:
        kept = published.drawn["as_draft"] = _read(published, today)
    return dict(kept)


def _read(published: CachedVersion, today: date) -> dict[str, Lesson]:
    items = {a["lesson_version"]: a for a in published.activities if a["kind"] == "lesson"}
    cited = citations("lesson_version", items, today)
    found = {}
    for row in db.session.scalars(select(LessonVersion).where(LessonVersion.id.in_(items))):
        item = items[row.id]
        entry = {
            "title": row.title, "minutes": None if row.estimated else row.minutes, "mandatory": item["mandatory"],
            "citations": [_citation(c) for c in cited.get(row.id, [])],
            "videos": [{n: v[n] for n in ("file", "title", "minutes", "transcript", "captions") if n in v} for v in row.videos],
            "files": [{"file": f["name"], "title": f["title"]} for f in row.files if not f.get("inline")],
        }  # fmt: skip
        entry = {name: value for name, value in entry.items() if value or value is False or name == "citations"}
        kept = [*row.files, *row.videos, *(v["track"] for v in row.videos if "track" in v)]
        files = {f["name"]: {n: f[n] for n in ("digest", "mime", "bytes")} for f in kept}
        found[item["key"]] = Lesson(
            item["key"], entry, f"{row.source.strip()}\n" if row.source.strip() else "", files, 0, "", row.created_at
        )
    return found


def _citation(row: Row) -> dict[str, str]:
    return {"instrument": row.key, "article": row.article} | ({"note": row.note} if row.note else {})


def used_keys(course_id: int) -> set[str]:
    """Keys that activities of the course have or had: they are never given to something else."""
    return set(db.session.scalars(select(Activity.key).where(Activity.course_id == course_id)))


def studied_by(course_id: int, key: str, today: date) -> tuple[int, list[str]]:
    """How many officers have begun or have results in an activity; and the first twenty by name, with their units, and how many more."""
    touched = (
        select(Enrolment.officer_id)
        .join(Progress, Progress.enrolment_id == Enrolment.id)
        .join(Activity, Activity.id == Progress.activity_id)
        .where(Activity.course_id == course_id, Activity.key == key)
    ).union(
        select(Result.officer_id)
        .join(Activity, Activity.id == Result.activity_id)
        .where(Activity.course_id == course_id, Activity.key == key)
    )
    who = Person.id.in_(touched)
    count = db.session.scalar(select(func.count()).select_from(Person).where(who)) or 0
    people = db.session.execute(select(Person.id, Person.full_name).where(who).order_by(Person.name_key).limit(MOST_NAMED)).all()
    works = work_of([person.id for person in people], today)
    names = [f"{p.full_name}, {works[p.id].unit_name}" if p.id in works else p.full_name for p in people]
    more = [f"và {format_number(Decimal(left))} người khác"] if (left := count - len(people)) > 0 else []
    return count, names + more


def revisions(course_id: int, key: str) -> list[tuple[LessonRevision, str]]:
    """Earlier texts of a lesson with who wrote them, newest first, at most fifty."""
    query = (
        select(LessonRevision, Person.full_name)
        .join(Person, Person.id == LessonRevision.by_id)
        .where(LessonRevision.course_id == course_id, LessonRevision.key == key)
    )
    return [(row, name) for row, name in db.session.execute(query.order_by(LessonRevision.id.desc()).limit(50))]


def others(code: str) -> list[tuple[str, str]]:
    """The other published courses: code, and code with title."""
    query = select(Course.code, CourseVersion.title).join(CourseVersion, CourseVersion.id == Course.current_id)
    return [(c, f"{c} {title}") for c, title in db.session.execute(query.where(Course.code != code).order_by(Course.code))]


def questions_in_use(code: str) -> list[dict[str, Any]]:
    """The wordings in use of the bank of that course, as its pack has them."""
    query = (
        select(QuestionVersion.source)
        .join(Question, Question.current_id == QuestionVersion.id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(Bank.code == code, Question.state == "ready")
        .order_by(Question.key)
    )
    return list(db.session.scalars(query))


def questions_written(code: str) -> list[dict[str, Any]]:
    """What is being written in the bank of that course: new questions, and new wordings of those in use."""
    query = (
        select(QuestionDraft.entry)
        .join(Question, Question.id == QuestionDraft.question_id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(Bank.code == code, Question.state != "retired")
        .order_by(Question.key)
    )
    return list(db.session.scalars(query))


def known() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Keys that a course may refer to: instruments, competences, positions."""
    columns = (Instrument.key, Competence.code, Position.code)
    instruments, competences, positions = (frozenset(db.session.scalars(select(column))) for column in columns)
    return instruments, competences, positions


def officers_inside(course_id: int) -> tuple[dict[int, set[str]], int]:
    """Open cycles with the keys of what is done in each; and how many cycles are completed."""
    mine = (Enrolment.course_id == course_id, Enrolment.withdrawn_at.is_(None))
    ids = db.session.scalars(select(Enrolment.id).where(*mine, Enrolment.completed_at.is_(None)))
    inside: dict[int, set[str]] = {i: set() for i in ids}
    done = (
        select(Progress.enrolment_id, Activity.key)
        .join(Enrolment, Enrolment.id == Progress.enrolment_id)
        .join(Activity, Activity.id == Progress.activity_id)
        .where(*mine, Enrolment.completed_at.is_(None), Progress.done_at.is_not(None))
    )
    for enrolment_id, key in db.session.execute(done):
        inside[enrolment_id].add(key)
    finished = select(func.count()).select_from(Enrolment).where(*mine, Enrolment.completed_at.is_not(None))
    return inside, db.session.scalar(finished) or 0


def draft_begun(code: str) -> bool:
    """Whether the course of that code has a draft."""
    query = select(CourseDraft.course_id).join(Course, Course.id == CourseDraft.course_id)
    return db.session.scalar(query.where(Course.code == code)) is not None


def code_taken(code: str) -> bool:
    """Whether a course has that code."""
    return db.session.scalar(select(Course.id).where(Course.code == code)) is not None
