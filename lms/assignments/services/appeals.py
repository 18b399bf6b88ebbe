"""Appeals: raised once against what was decided, answered once by somebody who did not decide."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from lms.assignments import queries
from lms.assignments.models import Appeal
from lms.assignments.queries import POLICY, Reach
from lms.assignments.services import products
from lms.assignments.services.marking import Sheet, mark_on_appeal
from lms.audit import services as audit
from lms.clock import local
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.notices import services as notices

OVER = f"Đã quá {POLICY.days_to_appeal} ngày kể từ ngày có kết quả nên không kiến nghị được nữa."


def appeal_mark(submission_id: int, officer_id: int, reason: str, files: list[dict[str, Any]], at: datetime) -> Appeal:
    """The officer asks for a settled mark to be looked at again. Raises NotFound, Conflict when it is not settled or too late."""
    row = queries.own(submission_id, officer_id)
    if row.settled_at is None:
        raise Conflict("Bài này chưa chấm xong nên chưa có điểm để kiến nghị.")
    if local(at).date() > queries.last_day(row.settled_at):
        raise Conflict(OVER)
    newest = max(m.id for m in queries.markings(submission_id))
    return _raise(officer_id, "mark", newest, reason, files, at, submission_id=submission_id)


def appeal_confirmation(product_id: int, officer_id: int, reason: str, files: list[dict[str, Any]], at: datetime) -> Appeal:
    """The officer asks for a declined product, or one confirmed below what was asked for, to be looked at again."""
    found = queries.own_product(product_id, officer_id)
    row = found.row
    if row.confirmed is None or (row.confirmed and row.confirmed_level >= found.most):
        raise Conflict("Sản phẩm này chưa có kết luận, hoặc đã được xác nhận ở cấp cao nhất có thể.")
    if local(at).date() > queries.last_day(row.decided_at):
        raise Conflict(OVER)
    return _raise(officer_id, "confirmation", row.confirmation_id, reason, files, at, product_id=product_id)


def _raise(
    officer_id: int, kind: str, against: int, reason: str, files: list[dict[str, Any]], at: datetime, **thing: int
) -> Appeal:
    row = Appeal(
        officer_id=officer_id, kind=kind, against=against, reason=reason, files=files, policy=POLICY.version, at=at,
        due=local(at).date() + timedelta(days=POLICY.days_to_answer), **thing,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Conflict("Anh/Chị đã gửi kiến nghị về kết quả này. Nội dung đã gửi vẫn còn nguyên.") from None
    audit.record(officer_id, "assignments.appeal", "appeal", row.id, at, about=kind)
    return row


def answer(
    appeal_id: int, reach: Reach, upheld: bool, text: str, by_id: int, at: datetime, sheet: Sheet | None = None, level: int = 0
) -> None:
    """Answer an appeal once. Upheld, it brings a new marking (`sheet`) or a new word on the product (`level`) that supersedes.

    Raises NotFound outside the reach; Conflict for who had a part in the decision, and when it was answered meanwhile.
    """
    row = queries.appeal(appeal_id, reach, local(at).date(), by_id)
    if not row.mine:
        raise Conflict("Kiến nghị phải do người khác giải quyết, không phải người đã chấm, đã kết luận hoặc đã gửi kiến nghị.")
    open_ = update(Appeal).where(Appeal.id == appeal_id, Appeal.answered_at.is_(None))
    values = open_.values(upheld=upheld, answer=text, answered_by=by_id, answered_at=at)
    if not db.session.execute(values.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
        raise Conflict("Kiến nghị này vừa được người khác giải quyết. Chưa ghi gì thêm.")
    if upheld and row.kind == "mark":
        if sheet is None:
            raise NotFound
        mark_on_appeal(queries.own(row.submission_id, row.officer_id), by_id, sheet, at)
    elif upheld:
        if not level:
            raise Conflict("Chấp nhận kiến nghị thì phải ghi cấp được xác nhận.")
        products.append(queries.own_product(row.product_id, row.officer_id).row, level, text, by_id, at)
    audit.record(by_id, "assignments.answer_appeal", "appeal", appeal_id, at, verdict="upheld" if upheld else "dismissed")
    verdict = "được chấp nhận" if upheld else "không được chấp nhận"
    where = f"submissions/{row.submission_id}" if row.kind == "mark" else f"products/{row.product_id}"
    notices.send(
        row.officer_id,
        "assignments.answered",
        f"appeal:{appeal_id}",
        f"Kiến nghị của Anh/Chị {verdict}: {text}",
        f"/assignments/{where}",
        at,
    )
