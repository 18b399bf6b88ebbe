"""Taking rosters out: a file, and a line in the log saying who took what."""

import hashlib
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from lms import storage
from lms.audit.services import record
from lms.jobs.models import Job
from lms.jobs.services import enqueue
from lms.people.queries import Scope
from lms.rosters import queries
from lms.rosters.queries import Filters
from lms.rosters.sheet import csv_bytes, write_xlsx

AT_ONCE = 2000  # lines exported while the person waits; more are the work of a job


def write(
    filters: Filters, scope: Scope, as_of: date, kind: str, folder: Path | None = None, let_others_write: bool = False
) -> tuple[Path, int]:
    """Write a roster into a new file of `folder` ("csv" or "xlsx"); where it lies, and how many lines it has. The caller removes it."""
    lines = 0

    def counted() -> Any:
        nonlocal lines
        for row in queries.roster(filters, scope, as_of, let_others_write):
            lines += 1
            yield row

    with NamedTemporaryFile(dir=folder, suffix=f".{kind}", delete=False) as out:
        if kind == "csv":
            out.writelines(csv_bytes(counted()))
    if kind == "xlsx":
        write_xlsx(counted(), Path(out.name))
    return Path(out.name), lines


def export(filters: Filters, scope: Scope, as_of: date, kind: str, by_id: int, at: datetime) -> bytes:
    """A small roster as the bytes of a file, noted in the log."""
    file, lines = write(filters, scope, as_of, kind)
    data = file.read_bytes()
    file.unlink()
    note(filters, as_of, kind, lines, hashlib.sha256(data).hexdigest(), by_id, at)
    return data


def export_later(filters: Filters, scope: Scope, as_of: date, kind: str, by_id: int, at: datetime) -> Job:
    """Ask for a large roster: the file is fetched from the job's page."""
    reach = {"everywhere": scope.everywhere, "unit_ids": sorted(scope.unit_ids)}
    payload = {"filters": as_json(filters), "scope": reach, "as_of": as_of.isoformat(), "kind": kind}
    return enqueue("rosters.export", f"Xuất danh sách hoàn thành ({kind.upper()})", payload, by_id, at)


def keep(file: Path) -> str:
    """Keep a finished export; its sha256."""
    return storage.put_file(file)


def note(filters: Filters, as_of: date, kind: str, lines: int, digest: str, by_id: int | None, at: datetime) -> None:
    """Say in the log who took which lines out, and the sha256 of the file."""
    detail = {"filters": as_json(filters), "as_of": as_of.isoformat(), "format": kind, "rows": lines, "sha256": digest}
    record(by_id, "rosters.export", "roster", filters.course_id or "all", at, **detail)


def as_json(filters: Filters) -> dict[str, Any]:
    """A filter as the log and a job keep it: only what was chosen, days in ISO form."""
    chosen = {name: value for name, value in asdict(filters).items() if value not in (None, "")}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in chosen.items()}


def from_json(kept: dict[str, Any]) -> Filters:
    """The filter that `as_json` kept."""
    days = {name: date.fromisoformat(kept[name]) for name in ("since", "until") if name in kept}
    return Filters(**{**kept, **days})
