"""Submissions: the officer's own, those a marker may see, their markings, and in which state each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, select, true

from lms import clock
from lms.assignments.models import AssignmentVersion, Marking, Submission, SubmissionDraft
from lms.assignments.queries.settings import Assignment, assignment
from lms.courses.models import Activity, Course, Enrolment
from lms.db import db
from lms.errors import NotFound
from lms.grading.rubric import Settlement, settle, settle_alone
from lms.people.models import Person, PersonAlias
from lms.people.queries import Scope, is_person, unit_name_on

STATES = {
    "draft": "Nháp", "submitted": "Đã nộp", "marking": "Đang chấm", "revise": "Cần sửa", "passed": "Đạt", "failed": "Chưa đạt",
}  # fmt: skip
SEATS = {
    "first": "người chấm thứ nhất",
    "second": "người chấm thứ hai",
    "third": "người chấm thứ ba",
    "appeal": "chấm lại theo kiến nghị",
}
PAGE = 50


@dataclass(frozen=True)
class Work:
    """One assignment as an officer has it before them."""

    assignment: Assignment
    draft: SubmissionDraft | None
    submissions: Sequence[Row]
    due: date | None

    @property
    def left(self) -> int | None:
        """How often it may still be handed in; None = no limit."""
        return None if not self.assignment.attempts else max(0, self.assignment.attempts - len(self.submissions))

    @property
    def newest(self) -> Row | None:
        """The submission handed in last."""
        return self.submissions[-1] if self.submissions else None

    @property
    def passed(self) -> bool:
        """Whether some submission has passed."""
        return any(s.passed for s in self.submissions)

    @property
    def open(self) -> bool:
        """Whether something may be written and handed in now: not while the last one is being marked, nor once it has passed."""
        return not self.passed and self.left != 0 and (self.newest is None or self.newest.settled_at is not None)

    @property
    def state(self) -> str:
        """Key of STATES for the whole."""
        if self.newest is None or (self.open and self.draft is not None):
            return "draft"
        return self.state_of(self.newest)

    def state_of(self, row: Row) -> str:
        """Key of STATES for one submission."""
        return state_of(row, last=row.number == len(self.submissions), left=self.left)


def state_of(row: Any, last: bool, left: int | None) -> str:
    """Key of STATES: a submission that did not pass needs mending while it is the last one and may be handed in again."""
    if row.settled_at is None:
        return "submitted" if row.waits_for == "first" else "marking"
    if row.passed:
        return "passed"
    return "revise" if last and left != 0 else "failed"


def late_days(row: Any) -> int:
    """By how many days a submission came after its deadline; 0 = in time."""
    return max(0, (clock.local(row.submitted_at).date() - row.due).days) if row.due else 0


def due_day(enrolled_at: datetime, course_due: date | None, days: int) -> date | None:
    """The deadline: so many days after enrolment, moved on with the due day of the course when that is later. None = none."""
    if not days:
        return course_due
    own = clock.local(enrolled_at).date() + timedelta(days=days)
    return max(own, course_due) if course_due else own


def work(enrolment_id: int, activity_id: int, version_id: int) -> Work:
    """What an officer has of an assignment in a cycle; `version_id`: of the assignment, as the cycle's course version has it."""
    there = (Submission.enrolment_id == enrolment_id, Submission.activity_id == activity_id)
    rows = db.session.execute(select(Submission.__table__).where(*there).order_by(Submission.number)).all()
    cycle = db.session.execute(select(Enrolment.enrolled_at, Enrolment.due).where(Enrolment.id == enrolment_id)).one()
    found = assignment(version_id)
    return Work(
        found,
        db.session.get(SubmissionDraft, (enrolment_id, activity_id)),
        rows,
        due_day(cycle.enrolled_at, cycle.due, found.days),
    )


def own(submission_id: int, officer_id: int) -> Row:
    """One submission of the officer's own, with course_id. Raises NotFound."""
    query = _submissions().where(Submission.id == submission_id, is_person(Submission.officer_id, officer_id))
    return _one(query)


def in_scope(submission_id: int, scope: Scope) -> Row:
    """One submission of a course in scope. Raises NotFound."""
    return _one(_submissions().where(Submission.id == submission_id, within(scope)))


def within(scope: Scope) -> ColumnElement[bool]:
    """SQL on Activity: the scope reaches that course."""
    return true() if scope.everywhere else Activity.course_id.in_(scope.course_ids)


def _submissions() -> Select:
    return (
        select(Submission.__table__, Activity.course_id, Course.code.label("course_code"))
        .join(Activity, Activity.id == Submission.activity_id)
        .join(Course, Course.id == Activity.course_id)
    )


def _one(query: Select) -> Row:
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    return row


def markings(submission_id: int) -> list[Row]:
    """All markings of a submission with their markers' names, by seat and revision: the newest revision of a seat comes last."""
    query = (
        select(Marking.__table__, Person.full_name)
        .join(Person, Person.id == Marking.marker_id)
        .where(Marking.submission_id == submission_id)
        .order_by(Marking.id)
    )
    return list(db.session.execute(query).all())


def in_force(rows: Sequence[Any]) -> dict[str, Any]:
    """Seat -> its newest marking, in the order of the seats."""
    newest = {row.seat: row for row in sorted(rows, key=lambda row: row.revision)}
    return {seat: newest[seat] for seat in SEATS if seat in newest}


def counted(rows: Sequence[Any], found: Assignment) -> list[Any]:
    """The markings that make the result; empty while the submission is not settled."""
    settled, seats = settlement(rows, found)
    return [seats[i] for i in settled.counted]


def settlement(rows: Sequence[Any], found: Assignment) -> tuple[Settlement, list[Any]]:
    """How the markings in force settle a submission, and those markings in the order of their seats."""
    from_seat = in_force(rows)
    if "appeal" in from_seat:
        return settle_alone(from_seat["appeal"].percent, found.rules), [from_seat["appeal"]]
    seats = list(from_seat.values())
    return settle([Decimal(row.percent) for row in seats], found.rules), seats


def queue(scope: Scope, marker_id: int) -> Sequence[Row]:
    """Submissions that wait for a marker and that this one may mark: not their own work, not marked by them already. Oldest first."""
    marked = exists().where(Marking.submission_id == Submission.id, Marking.marker_id == marker_id)
    query = (
        _submissions()
        .where(Submission.waits_for.is_not(None), within(scope), ~is_person(Submission.officer_id, marker_id), ~marked)
        .order_by(Submission.submitted_at)
        .limit(PAGE)
    )
    return db.session.execute(query).all()


def marked_by(scope: Scope, marker_id: int) -> Sequence[Row]:
    """What this marker marked last: the submission with the time of the marking, newest first."""
    last = (
        select(func.max(Marking.at))
        .where(Marking.submission_id == Submission.id, Marking.marker_id == marker_id)
        .scalar_subquery()
    )
    query = _submissions().add_columns(last.label("marked_at")).where(within(scope), last.is_not(None))
    return db.session.execute(query.order_by(last.desc()).limit(20)).all()


def of_activity(activity_id: int, scope: Scope, on: date) -> Sequence[Row]:
    """All submissions of an assignment in scope with officer and unit, newest first. Raises NotFound outside the scope."""
    inside = select(Activity.id).where(Activity.id == activity_id, Activity.kind == "assignment", within(scope))
    if db.session.scalar(inside) is None:
        raise NotFound
    query = (
        _submissions()
        .add_columns(Person.full_name, unit_name_on(Enrolment.unit_id, on).label("unit"))
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .outerjoin(PersonAlias, PersonAlias.person_id == Submission.officer_id)
        .join(Person, Person.id == func.coalesce(PersonAlias.into_id, Submission.officer_id))
        .where(Submission.activity_id == activity_id)
        .order_by(Submission.submitted_at.desc())
    )
    return db.session.execute(query).all()


def assignments_in(scope: Scope) -> Sequence[Row]:
    """Assignments of the courses in scope: activity_id, course_code, version_id of the newest wording, submissions, waiting."""
    newest = select(func.max(AssignmentVersion.id)).where(AssignmentVersion.activity_id == Activity.id).scalar_subquery()
    mine = Submission.activity_id == Activity.id
    query = (
        select(
            Activity.id.label("activity_id"), Course.code.label("course_code"), newest.label("version_id"),
            select(func.count()).where(mine).correlate(Activity).scalar_subquery().label("submissions"),
            select(func.count()).where(mine, Submission.waits_for.is_not(None)).correlate(Activity).scalar_subquery().label("waiting"),
        )
        .join(Course, Course.id == Activity.course_id)
        .where(Activity.kind == "assignment", within(scope), newest.is_not(None))
        .order_by(Course.code, Activity.id)
    )  # fmt: skip
    return db.session.execute(query).all()


def pairs(activity_id: int) -> list[tuple[dict[str, str], dict[str, str]]]:
    """What first and second markers chose of the same submissions: for the agreement of markers."""
    query = select(Marking.submission_id, Marking.seat, Marking.revision, Marking.levels).join(
        Submission, Submission.id == Marking.submission_id
    )
    found: dict[int, list[Row]] = {}
    for row in db.session.execute(query.where(Submission.activity_id == activity_id)):
        found.setdefault(row.submission_id, []).append(row)
    both = [in_force(rows) for rows in found.values()]
    return [(seats["first"].levels, seats["second"].levels) for seats in both if {"first", "second"} <= seats.keys()]
