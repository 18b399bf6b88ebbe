"""Work products and the head's word on them; what officers say of themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.assignments import queries
from lms.assignments.models import Confirmation, Product, ProductWithdrawal, SelfRating
from lms.audit import services as audit
from lms.clock import local
from lms.courses.services import next_number
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.notices import services as notices
from lms.people import queries as people
from lms.people.models import Person
from lms.people.queries import Scope
from lms.quizzes.queries.framework import titled

GONE_FOR_GOOD = "Kết luận vừa được người khác ghi. Chưa ghi gì thêm; hãy mở lại trang để xem."


class Entered(Conflict):
    """The officer has entered this paper for this competence already, as `product_id`."""

    def __init__(self, product_id: int):
        super().__init__("Anh/Chị đã ghi văn bản này cho năng lực này.")
        self.product_id = product_id


def enter(officer_id: int, values: dict[str, Any], competence: str, level: int, at: datetime) -> Product:
    """An officer enters an issued paper: number, symbol, issued_on, issuer, summary, part, files; it waits for the head.

    Raises Entered for a paper entered before; the officer's row is held meanwhile, so that two at once queue up.
    """
    db.session.execute(select(Person.id).where(Person.id == officer_id).with_for_update())
    paper = {name: values[name] for name in ("number", "symbol", "issued_on", "issuer")}
    if known := queries.same_paper(officer_id, competence, **paper):
        raise Entered(known)
    row = Product(officer_id=officer_id, kind="paper", competence=competence, level=level, by_id=officer_id, at=at, **values)
    db.session.add(row)
    db.session.flush()
    audit.record(officer_id, "assignments.product", "product", row.id, at, competence=competence, level=level)
    return row


def withdraw(product_id: int, officer_id: int, at: datetime) -> None:
    """The officer takes back a product that still waits; it stays in the record. Raises NotFound; Conflict once the head has spoken."""
    _take(product_id)
    found = queries.own_product(product_id, officer_id)
    if found.state == "withdrawn":
        return
    if found.state != "waiting":
        raise Conflict(
            "Thủ trưởng đã kết luận về sản phẩm này nên không rút được nữa. Nếu không đồng ý, Anh/Chị có thể gửi kiến nghị."
        )
    db.session.add(ProductWithdrawal(product_id=product_id, by_id=officer_id, at=at))
    db.session.flush()
    audit.record(officer_id, "assignments.withdraw", "product", product_id, at)


def _take(product_id: int) -> None:
    """Hold the product until commit: withdrawing it and a word on it queue up."""
    db.session.execute(select(Product.id).where(Product.id == product_id).with_for_update())


def decide(product_id: int, scope: Scope, level: int, reason: str, by_id: int, at: datetime) -> Confirmation:
    """A head confirms a product at a level (at most what was asked for, and HIGHEST) or, with level 0, declines it; said again it supersedes.

    A confirmed ability can only be taken back. Raises NotFound outside the scope, Conflict for one's own product, or while an appeal against the
    last word is open or answered.
    """
    _take(product_id)
    found = queries.product_in(product_id, scope, local(at).date())
    if found.state == "withdrawn":
        raise Conflict("Cán bộ đã rút sản phẩm này nên không kết luận nữa.")
    if found.row.officer_id in people.same_person_ids(by_id):
        raise Conflict("Anh/Chị không tự xác nhận cho mình. Việc này do lãnh đạo cấp trên hoặc quản trị thực hiện.")
    if queries.of_thing("confirmation", product_id=product_id):
        raise Conflict("Đã có kiến nghị về kết luận này; kết luận mới do người giải quyết kiến nghị ghi.")
    if found.row.kind == "ability" and (level or not found.row.confirmed):
        raise Conflict("Xác nhận này đã được rút lại. Muốn xác nhận lại, hãy ghi một xác nhận mới.")
    return append(found.row, level, reason, by_id, at)


def add_word(product: Any, level: int, reason: str, by_id: int, at: datetime) -> Confirmation:
    """Add a word on a product under the officer's next number; level 0 takes back or declines. Raises Conflict when another came first."""
    officer_id = product.officer_id
    last = db.session.scalar(select(func.max(Confirmation.revision)).where(Confirmation.product_id == product.id)) or 0
    unit = people.main_assignment(officer_id, local(at).date())
    row = Confirmation(
        product_id=product.id, officer_id=officer_id, n=next_number(officer_id), revision=last + 1, confirmed=level > 0,
        level=min(level, product.level), reason=reason, by_id=by_id, unit_id=unit.unit_id if unit else None, at=at,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Conflict(GONE_FOR_GOOD) from None
    return row


def append(product: Any, level: int, reason: str, by_id: int, at: datetime) -> Confirmation:
    """Add a head's word on a product, and tell the officer."""
    officer_id, row = product.officer_id, add_word(product, min(level, queries.HIGHEST), reason, by_id, at)
    act = "assignments.confirm" if row.confirmed else "assignments.decline"
    audit.record(by_id, act, "product", product.id, at, level=row.level, reason=reason)
    verdict = f"được xác nhận ở cấp {row.level}" if row.confirmed else "không được xác nhận"
    words = f"Sản phẩm công việc về năng lực {titled(product.competence)} {verdict}: {reason}"
    if product.kind == "ability":
        done = f"cấp {row.level} được ghi" if row.confirmed else "đã được rút lại"
        words = f"Xác nhận năng lực {titled(product.competence)} trong công việc {done}: {reason}"
    notices.send(
        officer_id,
        "assignments.decided",
        f"product:{product.id}:{row.revision}",
        words,
        f"/assignments/products/{product.id}",
        at,
    )
    return row


def confirm_ability(officer_id: int, scope: Scope, competence: str, level: int, reason: str, by_id: int, at: datetime) -> Product:
    """A head confirms a competence as shown in daily work, without a paper. It is kept and shown; alone it awards no level.

    Raises NotFound for an officer outside the scope, or oneself.
    """
    today = local(at).date()
    if officer_id not in dict(queries.officers_to_confirm(scope, today, by_id)):
        raise NotFound
    row = Product(officer_id=officer_id, kind="ability", competence=competence, level=level, by_id=by_id, at=at, files=[])
    db.session.add(row)
    db.session.flush()
    append(row, level, reason, by_id, at)
    return row


def rate_oneself(officer_id: int, ratings: dict[str, tuple[int, str]], at: datetime) -> int:
    """Keep what an officer says of their levels (competence -> level, note); how many differ from what was said last."""
    before = queries.self_ratings(officer_id)
    changed = 0
    for competence, (level, note) in ratings.items():
        last = before.get(competence)
        if (last is None and level) or (last is not None and (last.level, last.note) != (level, note)):
            db.session.add(SelfRating(officer_id=officer_id, competence=competence, level=level, note=note, at=at))
            changed += 1
    db.session.flush()
    return changed
