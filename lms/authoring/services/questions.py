"""Writing questions: drafts that may be incomplete, review by somebody else, bringing into use as a version that never changes."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update

from lms import grading
from lms.authoring.models import QuestionDraft, QuestionNote
from lms.authoring.services import telling
from lms.authoring.services.stale import Stale
from lms.clock import local
from lms.db import db
from lms.errors import Conflict
from lms.people.models import Person
from lms.questions.models import Bank, Question, QuestionVersion
from lms.questions.services import describe, put_question

TOLD = {
    "comment": "góp ý", "reviewed": "đã thẩm định đạt", "returned": "đã trả lại để sửa", "published": "đã đưa vào dùng",
}  # fmt: skip
GONE = "Câu hỏi này không có bản nháp nào đang soạn. Có thể người khác vừa đưa vào dùng hoặc xóa; hãy tải lại trang."


def faults(entry: Mapping[str, Any]) -> list[str]:
    """What an entry still lacks before it may go to review; empty when nothing."""
    found = [] if str(entry.get("stem") or "").strip() else ["Chưa có câu hỏi."]
    found += [problem.message for problem in grading.check(grading.spec_from_source(entry, entry.get("key", "")))]
    if not str(entry.get("explanation") or "").strip():
        found.append("Chưa giải thích vì sao đáp án đúng.")
    if not entry.get("competence"):
        found.append("Chưa chọn năng lực mà câu hỏi đo.")
    citations = entry.get("citations") or []
    if not citations:
        found.append("Chưa dẫn căn cứ nào.")
    for citation in citations:
        if not citation["instrument"]:
            found.append("Có căn cứ chưa chọn văn bản.")
        elif not citation["article"] and not citation.get("note"):
            found.append("Có căn cứ chưa ghi điều, khoản. Ví dụ: Phụ lục I, mục II. Nếu dẫn cả văn bản, ghi rõ ở ô ghi chú.")
    return found


def create(bank_id: int, kind: str, by_id: int, at: datetime) -> int:
    """A new, empty draft of that kind; the question's id. Its key is the bank's code and its number."""
    question = Question(bank_id=bank_id, key=secrets.token_hex(8), state="draft", competence="", level=1, kind=kind)
    db.session.add(question)
    db.session.flush()
    question.key = f"{db.session.get_one(Bank, bank_id).code.lower()}-w{question.id}"
    entry = {"kind": kind, "competence": "", "level": 1, "cognitive": "remember", "stem": "", "explanation": "", "citations": []}
    _put(question, entry, 1, by_id, at)
    return question.id


def write(question_id: int, entry: Mapping[str, Any], revision: int, by_id: int, at: datetime) -> int | Stale:
    """Save what stands in the editor; the new revision, or the same when nothing changed.

    `revision`: that of the draft the editor opened, 0 where there was none. Any change sends a reviewed draft back to drafts.
    """
    question = db.session.get_one(Question, question_id)
    draft = db.session.get(QuestionDraft, question_id)
    there = draft.entry if draft else _current(question)
    new = {"key": question.key} | dict(entry)
    if _says(there) == _says(new):
        return draft.revision if draft else 0
    if (draft.revision if draft else 0) != revision:
        by_name = db.session.get_one(Person, draft.by_id).full_name if draft else ""
        stamp = str(draft.revision if draft else 0)
        return Stale(by_name, draft.at if draft else question.changed_at or at, stamp, entry=there)
    if draft is not None and draft.by_id != by_id:
        note(question_id, "replaced", _wording(draft.entry), draft.by_id, at)
    return _put(question, new, revision + 1, by_id, at)


def _wording(entry: Mapping[str, Any]) -> str:
    """What another wrote, to copy from once it is written over: the words alone."""
    rows = [row for name in ("options", "answers", "pairs", "items") for row in entry.get(name) or []]
    parts = [" → ".join(str(row[name]) for name in ("left", "right", "text", "value") if row.get(name)) for row in rows]
    return "\n".join(
        filter(
            None, [str(entry.get("stem") or ""), *(f"• {part}" for part in parts if part), str(entry.get("explanation") or "")]
        )
    )


def _says(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry without what nobody types in the editor and what is empty anyway."""
    left_out = {"key", "checked", "checker"}
    return {name: value for name, value in entry.items() if name not in left_out and value not in ("", [], None)}


def _current(question: Question) -> dict[str, Any]:
    version = db.session.get(QuestionVersion, question.current_id) if question.current_id else None
    return dict(version.source) if version else {"kind": question.kind}


def _put(question: Question, entry: Mapping[str, Any], revision: int, by_id: int, at: datetime) -> int:
    draft = db.session.get(QuestionDraft, question.id) or QuestionDraft(question_id=question.id)
    draft.entry = {"key": question.key} | dict(entry)
    draft.stage, draft.revision, draft.by_id, draft.at = "draft", revision, by_id, at
    db.session.add(draft)
    if question.current_id is None:
        describe(question, draft.entry, at, by_id)
    db.session.flush()
    return revision


def _draft(question_id: int) -> QuestionDraft:
    draft = db.session.get(QuestionDraft, question_id)
    if draft is None:
        raise Conflict(GONE)
    return draft


def note(question_id: int, kind: str, text: str, by_id: int, at: datetime) -> None:
    """Append to the question's history, and tell its writer what concerns them."""
    row = QuestionNote(question_id=question_id, kind=kind, text=text, by_id=by_id, at=at)
    db.session.add(row)
    db.session.flush()
    if kind in TOLD:
        draft, question = db.session.get(QuestionDraft, question_id), db.session.get_one(Question, question_id)
        words = text if kind != "published" else ""
        telling.said(question_id, row.id, TOLD[kind], words, draft.by_id if draft else question.author_id, by_id, at)


def send(question_id: int, by_id: int, at: datetime) -> None:
    """Hand a draft to review. Raises Conflict while it lacks something, or when there is none."""
    draft = _draft(question_id)
    if missing := faults(draft.entry):
        raise Conflict(f"Chưa gửi thẩm định được. {missing[0]}")
    if draft.stage != "draft":
        raise Conflict("Bản nháp này đã gửi thẩm định rồi.")
    draft.stage = "submitted"
    note(question_id, "submitted", "", by_id, at)
    telling.waits(question_id, "submitted", by_id, at)


def review(question_id: int, good: bool, text: str, by_id: int, at: datetime) -> None:
    """Say of a draft that it is good, or send it back with what is to be done.

    Raises Conflict when it was not sent to review, when the reviewer wrote it last, or when nothing is said of one sent back.
    """
    draft = _draft(question_id)
    if draft.stage != "submitted":
        raise Conflict("Bản nháp này chưa gửi thẩm định, hoặc đã có người thẩm định. Hãy tải lại trang.")
    if draft.by_id == by_id:
        raise Conflict("Anh/Chị là người sửa bản này sau cùng nên cần một người khác thẩm định.")
    if not good and not text:
        raise Conflict("Chưa ghi cần sửa gì. Người soạn cần biết để sửa.")
    draft.stage = "reviewed" if good else "draft"
    note(question_id, "reviewed" if good else "returned", text, by_id, at)
    if good:
        telling.waits(question_id, "reviewed", by_id, at)


def publish(question_id: int, by_id: int, at: datetime) -> QuestionVersion:
    """Bring a reviewed draft into use: new papers draw this wording, attempts already begun keep theirs."""
    draft, question = _draft(question_id), db.session.get_one(Question, question_id)
    if draft.stage != "reviewed":
        raise Conflict("Bản nháp này chưa được thẩm định nên chưa đưa vào dùng được.")
    reviewer = db.session.scalar(
        select(Person.full_name)
        .join(QuestionNote, QuestionNote.by_id == Person.id)
        .where(QuestionNote.question_id == question_id, QuestionNote.kind == "reviewed")
        .order_by(QuestionNote.id.desc())
        .limit(1)
    )
    checker = reviewer or draft.entry.get("checker", "")  # a copy was reviewed where it comes from
    version = put_question(question.bank_id, _checked(draft.entry, local(at).date(), checker), at, draft.by_id, "web")
    note(question_id, "published", str(version.number), by_id, at)
    db.session.delete(draft)
    return version


def _checked(entry: Mapping[str, Any], day: date, checker: str) -> dict[str, Any]:
    return {**entry, "checked": day, "checker": checker}


def discard(question_id: int, by_id: int, at: datetime) -> bool:
    """Throw a draft away; the wording in use stays. A question that was never in use goes with it: then False."""
    _draft(question_id)
    db.session.execute(delete(QuestionDraft).where(QuestionDraft.question_id == question_id))
    question = db.session.get_one(Question, question_id)
    if question.current_id is not None:
        note(question_id, "discarded", "", by_id, at)
        return True
    db.session.execute(delete(QuestionNote).where(QuestionNote.question_id == question_id))
    db.session.delete(question)
    db.session.flush()
    return False


def set_state(question_id: int, state: str, by_id: int, at: datetime) -> None:
    """Take a question out of new papers ("retired"), or back into them ("ready"). Attempts keep it either way."""
    question = db.session.get_one(Question, question_id)
    if question.current_id is None:
        raise Conflict("Câu hỏi này chưa từng đưa vào dùng.")
    if question.state != state:
        question.state = state
        note(question_id, "retired" if state == "retired" else "restored", "", by_id, at)


def relabelled(entry: Mapping[str, Any], change: str, value: str) -> dict[str, Any]:
    """An entry after a change to its labels: `change` is tag, untag, competence or level."""
    tags = [tag for tag in entry.get("tags") or [] if tag != value]
    if change in {"tag", "untag"}:
        return {**entry, "tags": [*tags, value] if change == "tag" else tags}
    return {**entry, change: int(value) if change == "level" else value}


STEPS = {"retire", "publish"}  # changes of where a question stands, not of what it is called


def _step(change: str, question: Question, draft: QuestionDraft | None, by_id: int, at: datetime) -> bool:
    """Into use where it was reviewed, or out of use; whether anything happened."""
    if change == "publish" and draft is not None and draft.stage == "reviewed":
        publish(question.id, by_id, at)
        return True
    if change == "retire" and question.state == "ready":
        set_state(question.id, "retired", by_id, at)
        return True
    return False


def relabel(question_ids: Iterable[int], change: str, value: str, by_id: int, at: datetime) -> int:
    """Change the labels of many questions; how many changed. Wordings in use get a new version with the same words.

    Labels are how a question is found and what it evidences from now on: answers already given keep what they evidenced.
    """
    count = 0
    for question_id in question_ids:
        question, draft = db.session.get_one(Question, question_id), db.session.get(QuestionDraft, question_id)
        if change in STEPS:
            count += _step(change, question, draft, by_id, at)
            continue
        if draft is not None and (new := relabelled(draft.entry, change, value)) != draft.entry:
            draft.entry = new
            draft.revision += 1
        before = _current(question) if question.current_id else None
        if before is not None and (after := relabelled(before, change, value)) != before:
            kept = {"state": question.state, "author_id": question.author_id}  # labels make nobody the author of the words
            put_question(question.bank_id, {**after, "checked": date.fromisoformat(after["checked"])}, at, by_id, "web")
            db.session.execute(update(Question).where(Question.id == question_id).values(**kept))
            count += 1
        elif before is None and draft is not None:
            describe(question, draft.entry, at, question.author_id)
            count += 1
    db.session.flush()
    return count
