"""Wordings of an assignment: checked whole, stored as a new version only when something changed."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.exc import IntegrityError

from lms import markup
from lms.assignments import queries
from lms.assignments.models import AssignmentVersion
from lms.db import db
from lms.errors import Conflict
from lms.grading import rubric
from lms.library.services import digest_of


def put_assignment_version(activity_id: int, entry: Mapping[str, Any], at: datetime, by_id: int | None) -> AssignmentVersion:
    """The version of an assignment that says this (docs/content-packs.md, Assignment): the newest when it says the same, else a new one.

    Raises ValueError(problems), a list of sentences, when it cannot be used.
    """
    if problems := list(faults(entry)):
        raise ValueError(problems)
    digest, newest = digest_of(entry), queries.newest(activity_id)
    if newest is not None and newest.digest == digest:
        return newest
    rendered = markup.render(entry["instructions"])
    html = {"instructions": rendered.html, "samples": [markup.render(s["text"]).html for s in entry.get("samples", [])]}
    row = AssignmentVersion(
        activity_id=activity_id, number=newest.number + 1 if newest else 1, title=entry["title"], entry=dict(entry), html=html,
        policy=rendered.policy, digest=digest, created_at=at, by_id=by_id,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Conflict("Bài tập vừa được người khác sửa. Chưa ghi gì; hãy mở lại trang rồi sửa tiếp.") from None
    queries.forget(row.id)
    return row


def faults(entry: Mapping[str, Any]) -> Iterator[str]:
    """Why an entry cannot be used yet, in sentences; none when it can. Its fields are of the right types already."""
    if not str(entry["instructions"]).strip():
        yield "Chưa có phần hướng dẫn làm bài."
    for name, words, low in (("minutes", "Số phút làm bài", 1), ("days", "Số ngày", 0), ("attempts", "Số lần nộp", 0)):
        if not low <= entry[name] <= 10_000:
            yield f"{words} phải là số nguyên từ {low} trở lên."
    yield from _mark_faults(entry)
    takes = entry["takes"]
    if not takes or not set(takes) <= queries.TAKES.keys():
        yield f"Chưa chọn đúng cách nộp bài: {', '.join(queries.TAKES.values())}."
    if not entry["claims"]:
        yield "Chưa ghi năng lực và cấp độ mà bài đạt thể hiện."
    yield from (problem.message for problem in rubric.check(entry["criteria"]))
    for i, sample in enumerate(entry.get("samples", []), 1):
        yield from _sample_faults(i, sample, entry["criteria"])


def _mark_faults(entry: Mapping[str, Any]) -> Iterator[str]:
    pass_mark, commend, tolerance = (
        _number(entry.get(n, d)) for n, d in (("pass_mark", 0), ("commend_from", 100), ("tolerance", 10))
    )
    if pass_mark is None or not 0 < pass_mark <= 100:
        yield "Điểm đạt phải lớn hơn 0 và không quá 100 phần trăm."
    if commend is None or (pass_mark is not None and not pass_mark <= commend <= 100):
        yield "Mức khen phải từ điểm đạt đến 100 phần trăm."
    if tolerance is None or not 0 <= tolerance <= 100:
        yield "Độ lệch cho phép giữa hai người chấm từ 0 đến 100 điểm phần trăm."


def _number(value: object) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _sample_faults(number: int, sample: Mapping[str, Any], criteria: Any) -> Iterator[str]:
    if not isinstance(sample.get("text"), str) or not isinstance(sample.get("title"), str):
        yield f"Bài mẫu {number}: chưa có tên hoặc bài làm."
        return
    missing = rubric.mark(criteria, sample.get("levels", {})).missing if not rubric.check(criteria) else ()
    if missing:
        yield f"Bài mẫu {number}: chưa chấm tiêu chí {', '.join(missing)}."
