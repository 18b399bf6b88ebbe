"""What one result says, case by case (decision 11)."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from lms.tracking.queries.reading import read


def result(attempt_passed: bool, quiz_passed: bool, points: str = "4", full: str = "5"):
    share = {"level": 1, "points": points, "max": full, "apply": "0"}
    return SimpleNamespace(
        officer_id=1, n=1, course_id=1, activity_id=1, source_id=1, source_kind="attempt", unit_id=None, passed=quiz_passed,
        occurred_at=datetime(2026, 11, 23, tzinfo=UTC), recorded_at=datetime(2026, 11, 23, tzinfo=UTC),
        detail={"shares": {"C1.1": share}, "passed": attempt_passed},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("attempt_passed", "quiz_passed", "points", "full", "level"),
    [
        (True, True, "4", "5", 1),
        (False, True, "4", "5", 0),  # an earlier pass does not lend itself to a later failure
        (True, False, "4", "5", 1),  # method "first": the quiz stands at its first attempt, this attempt passed
        (True, True, "2.9", "5", 0),  # under 60 per cent of the points on the competence
        (True, True, "4", "4", 0),  # fewer than five questions
    ],
)
def test_the_attempts_own_verdict_counts(attempt_passed, quiz_passed, points, full, level):
    (reading,) = read(result(attempt_passed, quiz_passed, points, full), {"C1.1": 1})
    assert reading.level == level
