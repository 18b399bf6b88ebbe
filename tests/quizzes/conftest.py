"""An officer in a course of one quiz, and the words to answer it with."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from lms import clock, grading
from lms.quizzes import queries, services
from tests import factories


@dataclass
class Seat:
    """Olga before a quiz."""

    officer: object
    version: object
    enrolment: object
    activity_id: int
    serial: int = 0

    def start(self, at=None) -> int:
        return services.start(self.officer.id, self.activity_id, at or clock.now())

    def sitting(self, attempt_id: int):
        return queries.sitting(attempt_id, self.officer.id)

    def save(self, attempt_id: int, position: int, given, based_on: int = 0, token: str = "", at=None, given_at=None):
        self.serial += 1
        token = token or f"t{self.serial}"
        return services.save_answer(self.officer.id, attempt_id, position, given, based_on, token, at or clock.now(), given_at)

    def answer_right(self, attempt_id: int, count: int = 99, at=None) -> None:
        for item in self.sitting(attempt_id).items[:count]:
            self.save(attempt_id, item.position, grading.solution(item.question.spec), item.revision, at=at)


@pytest.fixture
def seat(session):
    """seat(kinds, **settings): an officer enrolled in a course of one such quiz."""

    def make(kinds=("single", "single"), **settings) -> Seat:
        version = factories.quiz(kinds, **settings)
        officer = factories.person()
        enrolment = factories.enrolment(officer, version)
        session.commit()
        return Seat(officer, version, enrolment, version.outline[0]["activities"][0]["id"])

    return make


MINUTE = timedelta(minutes=1)
