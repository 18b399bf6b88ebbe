"""Writing recognitions: a decision is entered as a whole or not at all, and taken back officer by officer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.assignments.models import Product, Recognition, RecognitionLine
from lms.assignments.services import add_word
from lms.audit import services as audit
from lms.clock import local
from lms.db import db
from lms.errors import Conflict
from lms.notices.services import Message, send_all
from lms.people.queries import Scope, same_person_ids
from lms.quizzes.queries.framework import titled
from lms.recognitions import queries
from lms.tracking import services as tracking
from lms.tracking.queries import Claim
from lms.vietnamese import fold

ENTERED = "Quyết định cùng số, cùng ngày, cùng cơ quan đã có trong hệ thống. Chưa ghi gì thêm."


@dataclass(frozen=True)
class Paper:
    """A decision as it was issued. kind: key of queries.KINDS; files: the scan, as `keep` gives it."""

    kind: str
    number: str
    symbol: str
    signed_on: date
    issuer: str
    summary: str
    files: Sequence[dict[str, Any]]


def enter(paper: Paper, claims: Sequence[Claim], scope: Scope, by_id: int, at: datetime) -> Recognition:
    """Enter a decision with everybody it names; levels count from the day it was signed, and each officer is told.

    Raises Conflict, and writes nothing, when a line may not be written (queries.faults), the scan is missing, the day is in the future or the
    decision was entered before.
    """
    if paper.signed_on > local(at).date():
        raise Conflict("Ngày ký không thể ở tương lai.")
    if not paper.files:
        raise Conflict("Chưa có bản quét quyết định. Công nhận cấp 4, cấp 5 phải có quyết định kèm theo.")
    row = Recognition(
        **{**vars(paper), "files": list(paper.files)}, key=queries.key_of(paper.number, paper.issuer, paper.signed_on),
        fold=fold(f"{paper.number}/{paper.symbol} {paper.issuer} {paper.summary}"), by_id=by_id, at=at,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Conflict(ENTERED) from None
    _name(row, claims, scope, by_id, at, None)
    audit.record(by_id, "recognitions.enter", "recognition", row.id, at, count=len(claims))
    return row


def name_more(recognition_id: int, claims: Sequence[Claim], scope: Scope, by_id: int, at: datetime) -> None:
    """Add officers whom a decision entered before names too. Raises NotFound, Conflict as `enter` does."""
    found = queries.recognition(recognition_id, scope, local(at).date())
    db.session.execute(select(Recognition.id).where(Recognition.id == recognition_id).with_for_update())  # a button pressed twice
    _name(found, claims, scope, by_id, at, recognition_id)
    audit.record(by_id, "recognitions.add", "recognition", recognition_id, at, count=len(claims))


def _name(row: Any, claims: Sequence[Claim], scope: Scope, by_id: int, at: datetime, before: int | None) -> None:
    """Write the lines, read them into levels, tell the officers."""
    if not claims:
        raise Conflict("Chưa có người nào được công nhận.")
    if wrong := queries.faults(claims, scope, local(at).date(), by_id, before):
        place, said = min(wrong.items())
        raise Conflict(f"Dòng {place + 1}: {said} Chưa ghi gì.")
    reason = queries.named(row)
    messages = []
    for officer_id, competence, level in sorted(claims):  # counters are locked in the order of officers
        product = Product(
            officer_id=officer_id, kind="decision", competence=competence, level=level, by_id=by_id, at=at, files=[]
        )
        db.session.add(product)
        db.session.flush()
        db.session.add(RecognitionLine(product_id=product.id, recognition_id=row.id))
        db.session.flush()
        add_word(product, level, reason, by_id, at)
        text = f"Anh/Chị được công nhận cấp {level} năng lực {titled(competence)} theo {_inside(reason)}."
        messages.append(Message(officer_id, "recognised", str(product.id), text, f"/recognitions/mine/{row.id}"))
    tracking.refresh_many({officer_id for officer_id, _, _ in claims}, at)
    send_all(messages, at)


def _inside(words: str) -> str:
    """Words as they stand inside a sentence."""
    return words[:1].lower() + words[1:]


def withdraw(
    recognition_id: int, product_ids: Collection[int], basis: str, reason: str, scope: Scope, by_id: int, at: datetime
) -> int:
    """Take back what a decision says of these lines; how many officers' lines. `basis`: the withdrawing decision, in words.

    The word is appended as the next revision, the levels that stand on it end by the same decision, and each officer is told. Raises NotFound
    outside the scope; Conflict for one's own line, and where nothing of it stands.
    """
    found = queries.recognition(recognition_id, scope, local(at).date())
    lines = [r for r in queries.lines(recognition_id, scope, local(at).date()) if r.product_id in product_ids and r.standing]
    if not lines:
        raise Conflict("Không có công nhận nào còn hiệu lực để thu hồi. Chưa ghi gì thêm.")
    if {line.officer_id for line in lines} & set(same_person_ids(by_id)):
        raise Conflict("Anh/Chị không tự quyết định về mình. Việc này do người khác có thẩm quyền thực hiện.")
    said = f"Thu hồi theo {basis}. Lý do: {reason}"
    messages = []
    for line in sorted(lines, key=lambda line: (line.officer_id, line.product_id)):
        add_word(db.session.get_one(Product, line.product_id), 0, said, by_id, at)
        text = f"Công nhận cấp {line.level} năng lực {titled(line.competence)} theo {_inside(queries.title(found))} đã bị thu hồi. {said}"
        messages.append(
            Message(line.person_id, "recognition_withdrawn", str(line.product_id), text, f"/recognitions/mine/{recognition_id}")
        )
    tracking.refresh_many({line.officer_id for line in lines}, at)
    tracking.end_awards_on("recognition", [line.product_id for line in lines], said, by_id, at)
    send_all(messages, at)
    audit.record(by_id, "recognitions.withdraw", "recognition", recognition_id, at, count=len(lines), reason=reason)
    return len(lines)
