"""What an invented officer did in a course: the rows that enrolling, reading, answering and submitting would have written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms import clock, grading
from lms.courses.models import Course as CourseRow
from lms.courses.models import Enrolment, Progress, Result
from lms.courses.queries import CachedVersion, version
from lms.courses.services.completion import completion_message
from lms.courses.services.results import RULE_VERSION
from lms.db import db
from lms.demo.province import Officer
from lms.demo.services.rows import Rows
from lms.notices.models import Notice
from lms.people.models import Account
from lms.questions import queries as questions
from lms.questions.queries import CachedVersion as Question
from lms.quizzes.models import Answer, Attempt, AttemptItem, Practice, PracticeAnswer
from lms.quizzes.queries import Item, Quiz, Sitting, outcome, quiz, week_of
from lms.quizzes.services import clean_given
from lms.quizzes.services.closing import shares
from lms.quizzes.services.papers import arranged

ONBOARDING = timedelta(days=30)
PER_QUESTION = timedelta(seconds=35)
MOST_TRIES = 3
A_WEEK = timedelta(days=7)
EVERY_WEEK = 5  # questions


@dataclass(frozen=True)
class Course:
    """A course with the questions its quizzes draw from, read once for all officers."""

    version: CachedVersion
    quizzes: Mapping[int, Quiz]  # by activity
    pools: Mapping[int, list[tuple[list[int], int]]]  # by activity: (question versions, how many are drawn)
    questions: Mapping[int, Question]


def read_course(code: str) -> Course | None:
    """The course of that code with its question pools; None when it is not loaded."""
    current = db.session.scalar(select(CourseRow.current_id).where(CourseRow.code == code))
    if current is None:
        return None
    found = version(current)
    papers = {a["id"]: quiz(a["quiz_version"]) for a in found.activities if a["kind"] == "quiz"}
    pools = {
        activity_id: [(questions.draw_pool(paper.bank_id, competence, level), count) for competence, level, count in paper.draw]
        for activity_id, paper in papers.items()
    }
    ids = {i for entries in pools.values() for pool, _ in entries for i in pool}
    return Course(found, papers, pools, questions.versions(ids))


class Story:
    """One officer going through the course; every step notes its rows and moves the time on."""

    def __init__(self, rows: Rows, officer: Officer, person_id: int, course: Course, now: datetime):
        self.rows, self.officer, self.person_id, self.course, self.now = rows, officer, person_id, course, now
        self.at = officer.begun
        self.n = 0
        self.begun: dict[int, dict[str, Any]] = {}
        self.done: set[int] = set()
        self.percent: Any = None
        self.last: int | None = None
        self.last_at: datetime | None = None
        self.completed_at: datetime | None = None
        self.enrolment_id = rows.add(Enrolment, **self._enrolment())

    def _enrolment(self) -> dict[str, Any]:
        return {
            "officer_id": self.person_id, "course_id": self.course.version.course_id, "cycle": 1, "version_id": self.course.version.id,
            "origin": "onboarding", "by_id": None, "unit_id": self.officer.unit_id, "enrolled_at": self.officer.begun,
            "due": clock.local(self.officer.begun).date() + ONBOARDING, "need_count": self.course.version.standing(()).need,
            "done_count": 0, "percent": None, "last_activity_id": None, "last_at": None, "completed_at": None,
            "completion_origin": None, "completion_recorded_at": None,
        }  # fmt: skip

    def go_through(self, activities: Sequence[Mapping[str, Any]]) -> None:
        """Do these activities in their order, as far as the time allows."""
        for activity in activities:
            if self.at >= self.now:
                break
            if activity["kind"] == "lesson":
                self._record(activity["id"], "lesson", 0, None, True, {}, self.at)
            elif not self._take(activity["id"]):
                break
            self.at += self.officer.pace / 6
        if self.completed_at is not None:
            self._practise(self.completed_at + A_WEEK)
        self._close()

    def _take(self, activity_id: int) -> bool:
        """Take a quiz until it is passed, the attempts are used up or the time is over; whether it was passed."""
        paper = self.course.quizzes[activity_id]
        seen: dict[int, int] = {}
        for number in range(1, min(paper.attempts or MOST_TRIES, MOST_TRIES) + 1):
            sat = self._sit(paper, activity_id, number, seen)
            if sat.ended_at is None or sat.ended_at >= self.now:
                return False
            self.at = sat.ended_at
            earned = outcome(sat)
            self._write(sat, earned)
            self._record(activity_id, "attempt", sat.id, earned.percent, earned.passed, _detail(sat, earned), sat.ended_at)
            if earned.passed:
                return True
            self.at += self.officer.pace / 2
        return False

    def _sit(self, paper: Quiz, activity_id: int, number: int, seen: dict[int, int]) -> Sitting:
        """An attempt in memory: the paper drawn as `start` draws it, each question answered right with the officer's skill."""
        picks = self.officer.picks
        seed = picks.getrandbits(31)
        drawn = arranged(paper, self.course.pools[activity_id], seen, seed)
        for version_id in drawn:
            seen[version_id] = len(seen) + 1
        chosen = [(self.course.questions[i], picks.random() < self.officer.skill) for i in drawn]
        items = tuple(
            Item(question, f"{seed}.{place}", answer(question, right), 0, place, paper.points, 1, False)
            for place, (question, right) in enumerate(chosen, 1)
        )
        ended = self.at + PER_QUESTION * (len(items) + 1)
        deadline = self.at + timedelta(minutes=paper.minutes) if paper.minutes else None
        return Sitting(
            self.rows.next_id(Attempt), self.person_id, self.enrolment_id, activity_id, paper, number, seed, self.at, deadline, ended,
            "officer", items,
        )  # fmt: skip

    def _write(self, sat: Sitting, earned: Any) -> None:
        self.rows.add(
            Attempt, officer_id=sat.officer_id, enrolment_id=sat.enrolment_id, activity_id=sat.activity_id,
            quiz_version_id=sat.quiz.id, number=sat.number, seed=sat.seed, started_at=sat.started_at, deadline=sat.deadline,
            submitted_at=sat.submitted_at, closed_by=sat.closed_by, points=earned.points, max_points=earned.max_points,
            percent=earned.percent, passed=earned.passed,
        )  # fmt: skip
        for item in sat.items:
            item_id = self.rows.add(
                AttemptItem, attempt_id=sat.id, position=item.position, question_version_id=item.question.id, points=item.points,
                revision=1, given=item.given, flagged=False, share=item.grade.share,
            )  # fmt: skip
            at = sat.started_at + PER_QUESTION * item.position
            self.rows.add(
                Answer,
                item_id=item_id,
                revision=1,
                based_on=0,
                token=f"demo-{item_id}",
                given=item.given,
                given_at=at,
                received_at=at,
            )

    def _practise(self, at: datetime) -> None:
        """The questions of a week that is over; the running one is left to be done."""
        day, picks = clock.local(at).date(), self.officer.picks
        if at >= self.now or week_of(day) == week_of(clock.local(self.now).date()):
            return
        drawn = picks.sample(sorted(self.course.questions), EVERY_WEEK)
        practice_id = self.rows.add(
            Practice, officer_id=self.person_id, kind="weekly", competence="", picks=drawn, seed=picks.getrandbits(31), day=day,
            week=week_of(day), made_at=at, ended_at=at + PER_QUESTION * EVERY_WEEK,
        )  # fmt: skip
        for place, version_id in enumerate(drawn, 1):
            self.n += 1
            question = self.course.questions[version_id]
            given = answer(question, picks.random() < self.officer.skill)
            self.rows.add(
                PracticeAnswer, practice_id=practice_id, place=place, officer_id=self.person_id, n=self.n, question_version_id=version_id,
                given=given, share=grading.grade(question.spec, given).share, at=at + PER_QUESTION * place,
            )  # fmt: skip

    def _record(
        self, activity_id: int, kind: str, source_id: int, percent: Any, passed: bool, detail: Mapping[str, Any], at: datetime
    ) -> None:  # fmt: skip
        """What `courses.services.record_result` writes."""
        self.n += 1
        self.rows.add(
            Result, officer_id=self.person_id, n=self.n, enrolment_id=self.enrolment_id, activity_id=activity_id, source_kind=kind,
            source_id=source_id, revision=1, percent=percent, passed=passed, detail=detail, unit_id=self.officer.unit_id,
            occurred_at=at, recorded_at=at, rule_version=RULE_VERSION,
        )  # fmt: skip
        if activity_id not in self.begun:
            self.begun[activity_id] = {"started_at": at, "done_at": None}
        if passed:
            self.begun[activity_id]["done_at"] = self.begun[activity_id]["done_at"] or at
            self.done.add(activity_id)
        self.last, self.last_at = activity_id, at
        if percent is not None and activity_id == self.course.version.last_quiz:
            self.percent = max(percent, self.percent or percent)
        if self.completed_at is None and self.course.version.standing(self.done).complete:
            self.completed_at = at

    def _close(self) -> None:
        """Write what is known only at the end: progress, the cycle's own columns, the notice of completion."""
        for activity_id, moments in self.begun.items():
            self.rows.add_plain(Progress, enrolment_id=self.enrolment_id, activity_id=activity_id, place=0, **moments)
        cycle = self.rows.pending[Enrolment][-1]
        standing = self.course.version.standing(self.done)
        cycle |= {"done_count": standing.done, "need_count": standing.need, "percent": self.percent}
        cycle |= {"last_activity_id": self.last, "last_at": self.last_at}
        if self.completed_at is None:
            return
        origin = {"completed_at": self.completed_at, "completion_origin": "here", "completion_recorded_at": self.completed_at}
        cycle |= origin
        told = completion_message(self.person_id, self.enrolment_id, self.course.version)
        self.rows.add(Notice, at=self.completed_at, **vars(told))
        self.rows.pending[Account][-1]["unread"] = 1


def learn(rows: Rows, officer: Officer, person_id: int, course: Course, now: datetime) -> int:
    """Note what an officer did in the course, by the stage of their story; the last number of their record."""
    if officer.stage == "absent":
        return 0
    story = Story(rows, officer, person_id, course, now)
    activities = [a for a in course.version.activities if a["mandatory"]]
    electives = [a for a in course.version.activities if not a["mandatory"]][: course.version.electives_needed]
    todo = electives + activities
    if officer.stage == "enrolled":
        todo = []
    elif officer.stage == "reading":
        todo = todo[: max(1, int(officer.reads * len(todo)))]
    story.go_through(todo)
    return story.n


def _detail(sat: Sitting, earned: Any) -> dict[str, Any]:
    return {"shares": shares(sat), "passed": earned.passed}


def answer(question: Question, right: bool) -> dict[str, Any] | None:
    """A right or a wrong response to a question, in the shape it is stored in."""
    solution = grading.solution(question.spec)
    return clean_given(question.kind, solution if right else spoiled(question.spec, solution))


def spoiled(spec: Mapping[str, Any], solution: Mapping[str, Any]) -> dict[str, Any]:
    """A response of somebody who does not know."""
    match spec["kind"]:
        case "single":
            return {"chosen": next(o["key"] for o in spec["options"] if not o["correct"])}
        case "multiple":
            return {"chosen": [o["key"] for o in spec["options"] if not o["correct"]]}
        case "truefalse":
            return {"value": not spec["answer"]}
        case "matching":
            lefts, rights = list(solution["pairs"]), list(solution["pairs"].values())
            return {"pairs": dict(zip(lefts, rights[1:] + rights[:1], strict=True))}
        case "ordering":
            return {"order": list(reversed(solution["order"]))}
    return {"text": "0" if spec["kind"] == "numerical" else "không rõ"}
