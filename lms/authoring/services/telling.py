"""Who is told of what happens to drafts: reviewers what waits for them, authors what was said of their work and that it is in use.

What waits is told once a day for a bank, however many questions come; the first page says how many there are.
"""

from datetime import datetime

from lms.authoring.queries import people
from lms.clock import local
from lms.notices.services import Message, send_all
from lms.permissions import P

WAITS = {
    "submitted": (P.REVIEW, "có câu hỏi chờ thẩm định"),
    "reviewed": (P.PUBLISH, "có câu hỏi đã thẩm định, chờ đưa vào dùng"),
}


def waits(question_id: int, stage: str, by_id: int, at: datetime) -> None:
    """A draft has come to a stage where others must act: tell them where it waits."""
    _, bank_id, code, course_id = people.told_of(question_id)
    permission, words = WAITS[stage]
    day = local(at).date()
    whom = people.who_may(permission, course_id, by_id, day)
    href = f"/authoring/banks/{bank_id}?state={stage}"
    about = f"bank:{bank_id}:{stage}:{day.isoformat()}"
    send_all([Message(i, "authoring.waits", about, f"Ngân hàng câu hỏi {code} {words}.", href) for i in whom], at)


def said(question_id: int, note_id: int, what: str, text: str, writer_id: int | None, by_id: int, at: datetime) -> None:
    """Tell the writer of a question what somebody did or said; of a comment also those who commented before."""
    also = people.speakers(question_id) if what == "góp ý" else set()
    title = people.told_of(question_id)[0]
    words = f"{people.name_of(by_id)} {what} câu hỏi “{_short(title, 80)}”{': ' + _short(text, 200) if text else ''}"
    about, href = f"note:{note_id}", f"/authoring/questions/{question_id}#lich-su"
    whom = people.without({writer_id} | also, by_id)
    send_all([Message(i, "authoring.said", about, words if text else f"{words}.", href) for i in whom], at)


def _short(text: str, length: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[:length].rstrip()}…"


def course_waits(course_id: int, code: str, title: str, stamp: str, by_id: int, at: datetime) -> int:
    """Ask those who may publish a course to look at its draft; how many were told now. The same state is told once."""
    whom = people.who_may(P.PUBLISH, course_id, by_id, local(at).date())
    text = f"{people.name_of(by_id)} đề nghị xuất bản khóa {code} {title}."
    about, href = f"course:{course_id}:{stamp}", f"/authoring/courses/{course_id}/publish"
    return len(send_all([Message(i, "authoring.course_waits", about, text, href) for i in whom], at))


def course_published(course_id: int, code: str, version_id: int, by_id: int, at: datetime) -> None:
    """Tell those who wrote a course's draft that officers now study it. To be called while the draft is still there."""
    text = f"Khóa {code} đã được xuất bản: học viên học bản mới từ bây giờ."
    whom = people.without(people.writers(course_id), by_id)
    about = f"version:{version_id}"
    send_all([Message(i, "authoring.course_published", about, text, f"/authoring/courses/{course_id}") for i in whom], at)
