"""The demo's officers as the journeys need them: somebody in the middle of the course, with most of it done or a paper in hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select, update

from lms import clock, grading
from lms.courses import queries as course_queries
from lms.courses import services as courses
from lms.courses.models import Course, Enrolment
from lms.db import db
from lms.people.models import Account, Identifier, Person
from lms.quizzes import queries, services
from lms.quizzes.models import Attempt
from lms.quizzes.services import clean_given

TAKEN: set[int] = set()  # officers that a journey of this run has used


@dataclass(frozen=True)
class Learner:
    """An officer who is in the middle of K01. `activities`: those of the course by key."""

    person_id: int
    enrolment_id: int
    course_id: int
    full_name: str
    sign_in_name: str
    activities: dict[str, dict[str, Any]]


def take_learner(app: Flask) -> Learner:
    """An officer of the demo who has begun K01, has an account and a code to sign in with, and whom no other journey has used."""
    query = (
        select(Person.id, Person.full_name, Identifier.value, Enrolment.id.label("enrolment_id"), Enrolment.course_id, Enrolment.version_id)
        .join(Enrolment, Enrolment.officer_id == Person.id)
        .join(Identifier, Identifier.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .join(Course, (Course.id == Enrolment.course_id) & (Course.code == "K01"))
        .where(Enrolment.completed_at.is_(None), Enrolment.last_at.is_not(None), Enrolment.done_count < 10, Identifier.kind == "code")
        .where(Identifier.value.like("DT1%"), Person.id.not_in(TAKEN))
        .order_by(Person.id)
    )  # fmt: skip
    with app.app_context():
        row = db.session.execute(query).first()
        assert row is not None, "the demo has no officer left who is in the middle of the course"
        TAKEN.add(row.id)
        activities = {a["key"]: a for a in course_queries.version(row.version_id).activities}
        db.engine.dispose()
    return Learner(row.id, row.enrolment_id, row.course_id, row.full_name, row.value, activities)


def do_all_but(app: Flask, learner: Learner, left: set[str]) -> None:
    """Read and pass everything of the course except the activities of these keys."""
    with app.app_context():
        at = clock.now() - timedelta(hours=1)
        for key, activity in learner.activities.items():
            if key in left:
                continue
            if activity["kind"] == "lesson":
                courses.finish_lesson(learner.enrolment_id, activity["id"], at)
            else:
                attempt_id = services.start(learner.person_id, activity["id"], at)
                for position, (_, given) in solutions_of(attempt_id).items():
                    services.save_answer(learner.person_id, attempt_id, position, given, 0, f"{attempt_id}-{position}", at)
                services.submit(learner.person_id, attempt_id, at)
            db.session.commit()
        db.engine.dispose()


def begin(app: Flask, learner: Learner, key: str, seconds: float | None = None) -> int:
    """Begin a quiz and return the attempt; `seconds`: how much time is left from now."""
    with app.app_context():
        attempt_id = services.start(learner.person_id, learner.activities[key]["id"], clock.now())
        db.session.commit()
        db.engine.dispose()
    if seconds is not None:
        set_deadline(app, attempt_id, seconds)
    return attempt_id


def set_deadline(app: Flask, attempt_id: int, seconds: float) -> None:
    """Let the time of an attempt be up in so many seconds."""
    with app.app_context():
        at = clock.now() + timedelta(seconds=seconds)
        db.session.execute(update(Attempt).where(Attempt.id == attempt_id).values(deadline=at))
        db.session.commit()
        db.engine.dispose()


def solutions_of(attempt_id: int) -> dict[int, tuple[str, dict[str, Any]]]:
    """Position -> (kind, right answer) of a paper."""
    officer_id = db.session.scalars(select(Attempt.officer_id).where(Attempt.id == attempt_id)).one()
    items = queries.sitting(attempt_id, officer_id).items
    return {
        item.position: (item.question.kind, clean_given(item.question.kind, grading.solution(item.question.spec)))
        for item in items
    }


def solutions(app: Flask, attempt_id: int) -> dict[int, tuple[str, dict[str, Any]]]:
    """The same, from outside the application."""
    with app.app_context():
        found = solutions_of(attempt_id)
        db.engine.dispose()
    return found


def stored(app: Flask, learner: Learner, attempt_id: int) -> dict[int, tuple[int, dict[str, Any] | None]]:
    """Position -> (revision, answer) as the record has it."""
    with app.app_context():
        items = queries.sitting(attempt_id, learner.person_id).items
        db.engine.dispose()
    return {item.position: (item.revision, item.given) for item in items}


def submitted(app: Flask, attempt_id: int) -> tuple[datetime | None, datetime | None]:
    """(when the attempt was handed in, its deadline)."""
    with app.app_context():
        row = db.session.execute(select(Attempt.submitted_at, Attempt.deadline).where(Attempt.id == attempt_id)).one()
        db.engine.dispose()
    return row.submitted_at, row.deadline


def answer(hands: Any, page: Page, position: int, kind: str, given: dict[str, Any]) -> None:
    """Answer the question on the page, in the way of its kind."""
    section = page.locator(f"#cau-{position}")
    prefix = section.get_attribute("data-prefix") or ""  # of its fields, where it shares the page
    if kind in ("single", "multiple"):
        for key in [given["chosen"]] if kind == "single" else given["chosen"]:
            hands.tick(section.locator(f"[name='{prefix}chosen'][value='{key}']"))
    elif kind == "truefalse":
        hands.tick(section.locator(f"[name='{prefix}value'][value={str(given['value']).lower()}]"))
    elif kind == "matching":
        for left, right in given["pairs"].items():
            field = section.locator(f"select[name='{prefix}pair-{left}']")
            hands.choose(field, field.locator(f"option[value='{right}']").inner_text().strip())
    elif kind == "ordering":
        _put_in_order(hands, section, prefix, given["order"])
    else:
        hands.write(section.locator(f"[name='{prefix}text']"), str(given["text"]))


def _put_in_order(hands: Any, section: Any, prefix: str, order: list[str]) -> None:
    for place, key in enumerate(order):
        shown = [one.get_attribute("value") for one in section.locator(f"[name='{prefix}order']").all()]
        for _ in range(shown.index(key) - place):
            hands.press(section.locator(f"[name='{prefix}move'][value='{key}:up']"))
