"""A course whose quizzes hand in answers, as lms.quizzes records them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from lms.courses import services as courses
from lms.tracking import services
from tests import factories

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def framework(session):
    services.put_competence("C1.1", "N1", "Tham mưu", "Xây dựng kế hoạch CCHC", ["a", "b", "c", "d", "e"], 0)
    services.put_competence("C5.4", "N5", "Số", "An ninh mạng", ["a", "b", "c", "d", "e"], 1)


@pytest.fixture
def open_course(framework):
    claims = [{"competence": "C1.1", "level": 2}, {"competence": "C5.4", "level": 2}]
    return factories.course("K01", mandatory=1, quiz=True, evidences=claims)


@pytest.fixture
def answers(open_course):
    """answers(officer, right, wrong, level=1, guess=.25, code="C1.1", at=AT): an attempt of that many answers is recorded."""
    quiz = open_course.outline[0]["activities"][-1]["id"]
    serial, question = iter(range(1, 10_000)), iter(range(1, 100_000))

    def answers(
        officer, right, wrong=0, level=1, guess=0.25, code="C1.1", at=AT, late=timedelta(0), source=None, revision=1, ids=None
    ):
        marks = [1.0] * right + [0.0] * wrong
        rows = [[ids[i] if ids else next(question), level, mark, guess] for i, mark in enumerate(marks)]
        share = {"level": level, "points": str(right), "max": str(right + wrong), "apply": "0", "answers": rows}
        return courses.record_result(
            factories.enrolment(officer, open_course).id, quiz, "attempt", source or next(serial), percent=Decimal(0), passed=False,
            detail={"shares": {code: share}, "passed": False}, occurred_at=at, at=at + late, revision=revision,
        )  # fmt: skip

    return answers


def proposed(at=AT):
    """Parameters of the questions from all answers so far, as a proposal."""
    found = services.Answers()
    for _ in services.collect(found):
        pass
    return services.propose_calibration(services.parameters_of(found), at)
