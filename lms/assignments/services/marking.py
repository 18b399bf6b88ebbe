"""Marking a submission: each marker alone; what is settled is told to the course in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from lms.assignments import queries
from lms.assignments.models import Marking, Submission
from lms.assignments.queries import Assignment
from lms.audit import services as audit
from lms.courses import services as courses
from lms.courses.models import Result
from lms.db import db
from lms.errors import Conflict
from lms.grading import passed, round_mark, rubric
from lms.grading.rubric import Settlement
from lms.notices import services as notices
from lms.people.queries import Scope, same_person_ids

SOURCE = "submission"  # courses.Result.source_kind


@dataclass(frozen=True)
class Sheet:
    """What a marker filled in: a level for each criterion, comments by criterion, one for the whole, and why, when it corrects."""

    levels: dict[str, str]
    comments: dict[str, str]
    comment: str
    reason: str = ""


def begun_from(counted: Sequence[Any]) -> Sheet:
    """The sheet on which marking anew begins: what the marks in force say, and nothing where two of them differ."""
    if not counted:
        return Sheet({}, {}, "")
    first, *others = counted
    levels = {key: level for key, level in first.levels.items() if all(other.levels.get(key) == level for other in others)}
    return Sheet(levels, {} if others else dict(first.comments), "" if others else first.comment)


def mark(submission_id: int, scope: Scope, marker_id: int, sheet: Sheet, at: datetime) -> Settlement:
    """One marker's levels: a first, second or third marking as it is due, or a correction of their own, with its reason.

    Raises NotFound outside the scope; Conflict for one's own work, for a marking nobody waits for, and a correction without a reason.
    """
    row = queries.in_scope(submission_id, scope)
    _take(submission_id)
    if row.officer_id in same_person_ids(marker_id):
        raise Conflict("Anh/Chị không chấm bài của chính mình.")
    before = queries.markings(submission_id)
    seat, revision = _seat(before, marker_id, sheet, db.session.get_one(Submission, submission_id).waits_for)
    _append(row, seat, revision, marker_id, sheet, at)
    act = "assignments.mark" if revision == 1 else "assignments.correct_mark"
    audit.record(marker_id, act, "submission", submission_id, at, seat=seat, **({"reason": sheet.reason} if sheet.reason else {}))
    return settle(row, at)


def mark_on_appeal(row: Any, marker_id: int, sheet: Sheet, at: datetime) -> Settlement:
    """The marking that an upheld appeal asks for: it stands alone. `row`: the submission, as queries give it."""
    _take(row.id)
    again = sum(m.seat == "appeal" for m in queries.markings(row.id))
    _append(row, "appeal", again + 1, marker_id, sheet, at)
    return settle(row, at)


def _take(submission_id: int) -> None:
    """Hold the submission until commit: two markers at once queue up."""
    db.session.execute(select(Submission.id).where(Submission.id == submission_id).with_for_update())
    db.session.expire_all()


def _seat(before: Sequence[Any], marker_id: int, sheet: Sheet, waits_for: str | None) -> tuple[str, int]:
    in_force = queries.in_force(before)
    mine = next((m for m in in_force.values() if m.marker_id == marker_id), None)
    if "appeal" in in_force:
        raise Conflict("Bài này đã được chấm lại theo kiến nghị nên không sửa điểm cũ nữa.")
    if mine is not None:
        if not sheet.reason:
            raise Conflict("Hãy ghi lý do sửa điểm. Điểm cũ và lý do đều được giữ lại.")
        return mine.seat, mine.revision + 1
    if waits_for is None:
        raise Conflict("Bài này vừa được chấm xong. Chưa ghi gì thêm.")
    return waits_for, 1


def _append(row: Any, seat: str, revision: int, marker_id: int, sheet: Sheet, at: datetime) -> None:
    found = rubric.mark(queries.assignment(row.assignment_version_id).criteria, sheet.levels)
    if found.missing:
        raise Conflict(f"Chưa chọn mức cho tiêu chí: {', '.join(found.missing)}.")
    marking = Marking(
        submission_id=row.id, seat=seat, revision=revision, marker_id=marker_id, levels=sheet.levels,
        comments={key: text for key, text in sheet.comments.items() if text}, comment=sheet.comment,
        percent=round_mark(found.percent, 7), reason=sheet.reason, at=at,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(marking)
    except IntegrityError:
        raise Conflict("Bài này vừa được người khác chấm. Chưa ghi gì; hãy mở lại danh sách chờ chấm.") from None


def settle(row: Any, at: datetime) -> Settlement:
    """Work out how the submission stands after a marking; when it is settled, tell the course and the officer."""
    found = queries.assignment(row.assignment_version_id)
    settled, seats = queries.settlement(queries.markings(row.id), found)
    values = {
        "waits_for": settled.waits_for, "percent": settled.percent, "settled_at": None if settled.waits_for else at,
        "passed": None if settled.waits_for else settled.passed, "commended": None if settled.waits_for else settled.commended,
    }  # fmt: skip
    change = update(Submission).where(Submission.id == row.id).values(**values)
    db.session.execute(change.execution_options(synchronize_session="fetch"))
    if settled.waits_for is None:
        _tell(row, found, settled, [seats[i] for i in settled.counted], at)
    return settled


def _tell(row: Any, found: Assignment, settled: Settlement, counted: Sequence[Any], at: datetime) -> None:
    """The course hears the best of the officer's submissions; shares and "passed" in the detail are of this one alone."""
    same = (Submission.enrolment_id == row.enrolment_id, Submission.activity_id == row.activity_id)
    best = db.session.scalar(select(func.max(Submission.percent)).where(*same)) or Decimal(0)
    told = (Result.enrolment_id == row.enrolment_id, Result.activity_id == row.activity_id, Result.source_kind == SOURCE)
    revision = db.session.scalar(select(func.count()).where(*told, Result.source_id == row.id)) or 0
    courses.record_result(
        row.enrolment_id, row.activity_id, SOURCE, row.id, best, passed(best, found.rules.pass_mark),
        detail(found, settled, counted), occurred_at=at, at=at, revision=revision + 1,
    )  # fmt: skip
    words = f"Bài tập “{found.title}” (khóa {row.course_code}), lần nộp {row.number}: đã có kết quả chấm."
    about = f"submission:{row.id}:{revision + 1}"
    notices.send(row.officer_id, "assignments.marked", about, words, f"/assignments/submissions/{row.id}", at)


def detail(found: Assignment, settled: Settlement, counted: Sequence[Any]) -> dict[str, Any]:
    """What tracking reads: {"shares": {competence: {"level", "points", "max"}}, "passed", "source": "rubric"}, decimals as text.

    A competence that no criterion names stands on the points of the whole rubric.
    """
    chosen: list[Mapping[str, str]] = [m.levels for m in counted]
    earned = rubric.by_competence(found.criteria, chosen)
    whole = rubric.mark(found.criteria, {})
    shares = {}
    for code, level in found.claims.items():
        points, full = earned.get(code, (whole.max_points * (settled.percent or 0) / 100, whole.max_points))
        shares[code] = {"level": level, "points": _text(points), "max": _text(full)}
    return {"shares": shares, "passed": settled.passed, "commended": settled.commended, "source": "rubric"}


def _text(value: Any) -> str:
    return f"{round_mark(value, 7).normalize():f}"
