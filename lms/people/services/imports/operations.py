"""The import as a whole: its states, and the choices a person makes on the preview."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from lms.audit import services as audit
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.people.models import ImportOperation, ImportRow


def begin(filename: str, digest: str, by_id: int, at: datetime) -> ImportOperation:
    """Note a file that came; digest is its key in storage."""
    operation = ImportOperation(filename=filename, digest=digest, by_id=by_id, at=at)
    db.session.add(operation)
    db.session.flush()
    audit.record(by_id, "people.import", "import", operation.id, at, filename=filename)
    return operation


def fail_reading(operation_id: int, problem: str) -> None:
    """The file is no table of officers: say why."""
    _set(operation_id, state="refused", problem=problem)


def finish(operation_id: int, state: str, at: datetime, **counts: Any) -> None:
    """Reading, confirming or reversing has ended."""
    operation = db.session.get_one(ImportOperation, operation_id)
    operation.counts = {**operation.counts, **counts}
    operation.state = state
    if state == "confirmed":
        operation.confirmed_at = at
    if state == "reversed":
        operation.reversed_at = at
    if state != "staged":
        audit.record(operation.by_id, f"people.import_{state}", "import", operation_id, at, **counts)
    db.session.flush()


def start_confirming(operation_id: int) -> None:
    """Somebody confirms. Raises Conflict when the import is not waiting for that (a second click)."""
    _advance(
        operation_id,
        "staged",
        "confirming",
        "Danh sách này đã được xác nhận hoặc chưa đọc xong. Tải lại trang để xem tình trạng.",
    )


def start_reversing(operation_id: int) -> None:
    """Somebody takes a confirmed import back. Raises Conflict when it is not confirmed, or being taken back already."""
    _advance(operation_id, "confirmed", "reversing", "Chỉ hoàn tác được danh sách đã ghi xong. Tải lại trang để xem tình trạng.")


def _advance(operation_id: int, from_state: str, to_state: str, refusal: str) -> None:
    there = (ImportOperation.id == operation_id, ImportOperation.state == from_state)
    changed = db.session.execute(
        update(ImportOperation).where(*there).values(state=to_state).execution_options(synchronize_session=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Conflict(refusal)
    db.session.expire_all()


def _set(operation_id: int, **values: Any) -> None:
    db.session.execute(update(ImportOperation).where(ImportOperation.id == operation_id).values(**values))


def choose(operation_id: int, row_id: int, person_id: int | None) -> None:
    """Answer whether a row is somebody in the record (the id of a candidate) or somebody new (None). Raises NotFound for other ids."""
    row = db.session.scalar(select(ImportRow).where(ImportRow.id == row_id, ImportRow.operation_id == operation_id))
    operation = db.session.get(ImportOperation, operation_id)
    if row is None or operation is None or not row.data.get("candidates"):
        raise NotFound
    if operation.state != "staged":
        raise Conflict("Danh sách này đã được xác nhận; không chọn lại được nữa.")
    candidates = {c["id"] for c in row.data["candidates"]}
    if person_id is not None and person_id not in candidates:
        raise NotFound
    row.person_id, row.action, row.problems = person_id, "changed" if person_id else "new", []
    db.session.flush()
    recount(operation_id)


def recount(operation_id: int) -> dict[str, int]:
    """Count the rows by what confirming does, and keep the counts on the operation."""
    query = select(ImportRow.action, func.count()).where(ImportRow.operation_id == operation_id).group_by(ImportRow.action)
    counts = dict.fromkeys(("new", "changed", "same", "error", "ask"), 0) | dict(db.session.execute(query).all())
    operation = db.session.get_one(ImportOperation, operation_id)
    operation.counts = {**operation.counts, **counts}
    db.session.flush()
    return counts
