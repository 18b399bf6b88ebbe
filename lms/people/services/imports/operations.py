"""The import as a whole: its states, and the choices a person makes on the preview."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from lms.audit import services as audit
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.jobs import services as jobs
from lms.people.models import ImportOperation, ImportRow
from lms.people.queries.imports import interrupted
from lms.people.queries.viewers import Scope


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


def start_reading(operation: ImportOperation, scope: Scope, at: datetime) -> None:
    """Have the file read into staged rows, judged as one with that scope may write."""
    payload = {"operation_id": operation.id, "everywhere": scope.everywhere, "unit_ids": sorted(scope.unit_ids)}
    job = jobs.enqueue("people.import.read", f"Đọc danh sách {operation.filename}", payload, operation.by_id, at)
    operation.job_id = job.id
    db.session.flush()


def start_confirming(operation_id: int, by_id: int | None, at: datetime) -> None:
    """Somebody confirms. Raises Conflict when the import is not waiting for that (a second click)."""
    operation = advance_to_confirming(operation_id)
    _enqueue(operation, "confirm", f"Ghi {_total(operation)} người từ {operation.filename}", by_id, at)


def advance_to_confirming(operation_id: int) -> ImportOperation:
    """The caller writes the rows: as `start_confirming`, without a job."""
    operation = _locked(operation_id)
    if operation.state != "staged":
        raise Conflict("Danh sách này đã được xác nhận hoặc chưa đọc xong. Tải lại trang để xem tình trạng.")
    operation.state, operation.job_id = "confirming", None
    db.session.flush()
    return operation


def start_reversing(operation_id: int, by_id: int | None, at: datetime) -> None:
    """Somebody takes back a confirmed import, or one that stopped half-way through writing.

    Raises Conflict when it is neither, or being taken back already.
    """
    operation = _locked(operation_id)
    if operation.state != "confirmed" and not (operation.state == "confirming" and interrupted(operation)):
        raise Conflict("Chỉ hoàn tác được danh sách đã ghi xong hoặc bị gián đoạn. Tải lại trang để xem tình trạng.")
    operation.state = "reversing"
    _enqueue(operation, "reverse", f"Hoàn tác {operation.filename}", by_id, at)


def take_up(operation_id: int, by_id: int | None, at: datetime) -> bool:
    """Go on with an import that stopped half-way, from where it stopped; False when it has not (a second click).

    Rows that are written are not written again.
    """
    operation = _locked(operation_id)
    if not interrupted(operation):
        return False
    audit.record(by_id, "people.import_again", "import", operation_id, at, state=operation.state)
    if operation.job_id is not None:
        operation.job_id = jobs.again(operation.job_id, by_id, at).id
        db.session.flush()
    elif operation.state == "confirming":
        _enqueue(operation, "confirm", f"Ghi tiếp {operation.filename}", by_id, at)
    else:
        raise Conflict("Lần nhập này không làm tiếp được. Hãy tải tệp lên lại.")
    return True


def _enqueue(operation: ImportOperation, act: str, title: str, by_id: int | None, at: datetime) -> None:
    payload = {"operation_id": operation.id, "total": _total(operation)}
    operation.job_id = jobs.enqueue(f"people.import.{act}", title, payload, by_id, at).id
    db.session.flush()


def _total(operation: ImportOperation) -> int:
    return operation.counts.get("new", 0) + operation.counts.get("changed", 0)


def _locked(operation_id: int) -> ImportOperation:
    """The import as it is now; whoever else changes its state waits."""
    return db.session.get_one(ImportOperation, operation_id, with_for_update=True, populate_existing=True)


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
