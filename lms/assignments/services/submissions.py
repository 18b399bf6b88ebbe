"""What an officer does with an assignment: write on it, hand it in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from lms.assignments import queries
from lms.assignments.models import Submission, SubmissionDraft
from lms.assignments.queries import Work
from lms.assignments.services.files import joined
from lms.audit import services as audit
from lms.courses.queries import Study
from lms.courses.services import touch
from lms.db import db
from lms.errors import Conflict, NotFound

CLOSED = "Bài này hiện không nhận thêm: bài đã nộp đang chờ chấm, đã đạt, hoặc đã hết lượt nộp. Những gì đã nộp vẫn còn nguyên."


@dataclass(frozen=True)
class Content:
    """What stands in the form: text, the issued paper ({} or {"number", "symbol", "issued_on": ISO day, "issuer"}), files just sent."""

    text: str
    paper: dict[str, Any]
    files: list[dict[str, Any]]


@dataclass(frozen=True)
class Other:
    """The draft was saved elsewhere meanwhile; nothing was written."""

    draft: SubmissionDraft


def load(study: Study) -> Work:
    """The assignment the officer studies, with what they have written and handed in. Raises NotFound when it is another activity."""
    if study.kind != "assignment":
        raise NotFound
    return queries.work(study.enrolment_id, study.activity_id, study.item["assignment_version"])


def save(study: Study, work: Work, content: Content, based_on: int, at: datetime) -> SubmissionDraft | Other:
    """Keep what is written so far; `based_on`: the revision the page was opened on (0: there was none). Raises Conflict when closed."""
    if not work.open:
        raise Conflict(CLOSED)
    draft = work.draft
    if draft is None:
        draft = SubmissionDraft(
            enrolment_id=study.enrolment_id, activity_id=study.activity_id, text="", files=[], paper={}, revision=0
        )
        touch(study.enrolment_id, study.activity_id, at)
    elif draft.revision != based_on and (content.text, content.paper) != (draft.text, draft.paper):
        return Other(draft)
    draft.text, draft.paper, draft.files = content.text, content.paper, joined(list(draft.files), content.files)
    draft.revision, draft.saved_at = draft.revision + 1, at
    db.session.add(draft)
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise Conflict("Bản nháp vừa được lưu ở cửa sổ khác. Hãy tải lại trang để xem.") from None
    return draft


def remove_file(work: Work, digest: str, at: datetime) -> None:
    """Take a file out of the draft. Raises NotFound when it is not there."""
    draft = work.draft
    if draft is None or digest not in {f["digest"] for f in draft.files}:
        raise NotFound
    draft.files = [f for f in draft.files if f["digest"] != digest]
    draft.revision, draft.saved_at = draft.revision + 1, at
    db.session.flush()


def submit(study: Study, work: Work, by_id: int, at: datetime) -> Submission:
    """Hand in the draft as it was saved last: late is taken and said. Raises Conflict when there is nothing in it, or it is closed."""
    if not work.open:
        raise Conflict(CLOSED)
    draft = work.draft
    if draft is None or not (draft.text.strip() or draft.files or draft.paper):
        raise Conflict("Bài nộp còn trống. Hãy viết bài, đính kèm tệp hoặc ghi số, ký hiệu văn bản rồi nộp.")
    row = Submission(
        officer_id=study.officer_id, enrolment_id=study.enrolment_id, activity_id=study.activity_id,
        assignment_version_id=work.assignment.id, number=len(work.submissions) + 1, text=draft.text, files=list(draft.files),
        paper=dict(draft.paper), due=work.due, submitted_at=at, waits_for="first",
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Conflict("Bài vừa được nộp ở cửa sổ khác. Hãy mở lại trang bài tập để xem.") from None
    db.session.delete(draft)
    touch(study.enrolment_id, study.activity_id, at)
    audit.record(by_id, "assignments.submit", "submission", row.id, at, number=row.number)
    db.session.flush()
    return row
