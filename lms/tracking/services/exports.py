"""Taking lists of competence out: a file, and a line in the log saying who took what."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from lms.audit.services import record
from lms.jobs.models import Job
from lms.jobs.services import enqueue
from lms.tracking.queries import snapshots
from lms.tracking.queries.unit import HeatMap
from lms.tracking.sheet import Sheet, write

EVERYBODY = 10**7
AT_ONCE = 2000  # lines exported while the person waits; more are the work of a job


def write_file(sheet: Sheet, kind: str, folder: Path | None = None) -> Path:
    """The list in a new file of `folder`; the caller removes it."""
    with NamedTemporaryFile(dir=folder, suffix=f".{kind}", delete=False) as out:
        pass
    write(sheet, kind, Path(out.name))
    return Path(out.name)


def export(sheet: Sheet, kind: str, what: Mapping[str, Any], by_id: int, at: datetime) -> bytes:
    """A small list as the bytes of a file, noted in the log with `what` it holds."""
    file = write_file(sheet, kind)
    data = file.read_bytes()
    file.unlink()
    note_export(len(sheet.rows), kind, what, hashlib.sha256(data).hexdigest(), by_id, at)
    return data


def note_export(lines: int, kind: str, what: Mapping[str, Any], digest: str, by_id: int | None, at: datetime) -> None:
    """Say in the log who took which lines out, and the sha256 of the file."""
    object_id = what.get("unit") or "all"
    record(by_id, "tracking.export", "competence_list", object_id, at, **what, format=kind, rows=lines, sha256=digest)


@dataclass(frozen=True)
class NamesWanted:
    """Which persons of which snapshot."""

    snapshot_id: int
    filter: snapshots.Filter
    which: str
    competence_id: int | None

    def said(self) -> dict[str, Any]:
        """As the log and a job keep it: only what was chosen."""
        kept = {"snapshot": self.snapshot_id, "which": self.which, "lacking": self.competence_id, **asdict(self.filter)}
        names = {"kind": "unit_kind", "position_id": "position", "unit_id": "unit", "units": "units"}
        return {names.get(name, name): value for name, value in kept.items() if value not in (None, "")}

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "NamesWanted":
        """What `said` kept."""
        chosen = snapshots.Filter(said.get("unit_kind", ""), said.get("position"), said.get("unit"), said["units"])
        return cls(said["snapshot"], chosen, said["which"], said.get("lacking"))


def names_counted(wanted: NamesWanted, today: date) -> int:
    """How many persons the list holds."""
    snapshot = snapshots.published(wanted.snapshot_id)
    return snapshots.names(snapshot, wanted.filter, today, wanted.which, wanted.competence_id, limit=0)[1]  # type: ignore[arg-type]


def names_sheet(wanted: NamesWanted, today: date) -> Sheet:
    """The persons behind a figure as a list. Raises NotFound when the snapshot has been forgotten."""
    snapshot, known = snapshots.published(wanted.snapshot_id), snapshots.competences()
    asked = (wanted.filter, today, wanted.which, wanted.competence_id)
    rows, _ = snapshots.names(snapshot, *asked, limit=EVERYBODY)  # type: ignore[arg-type]
    columns = (
        ("STT", 6.0), ("Họ và tên", 28.0), ("Đơn vị", 34.0), ("Vị trí việc làm", 34.0), ("Đáp ứng vị trí", 16.0), ("CT3", 12.0),
        ("Năng lực còn thiếu", 60.0),
    )  # fmt: skip
    fit, ct3 = {True: "Đáp ứng", False: "Chưa đáp ứng", None: ""}, {True: "Đạt", False: "Chưa đạt", None: "Không tính"}
    return Sheet(
        columns,
        [
            (
                n, row.full_name, row.unit_name or "", f"{row.position_code} {row.position_name}" if row.position_code else "", fit[row.fit],
                ct3[row.ct3], ", ".join(known[int(c)].code for c in row.lacking.split(",") if c),
            )
            for n, row in enumerate(rows, 1)
        ],
    )  # fmt: skip


def export_names_later(wanted: NamesWanted, kind: str, by_id: int, at: datetime) -> Job:
    """Ask for a long list: the file is fetched from the job's page."""
    return enqueue(
        "tracking.export", f"Xuất danh sách năng lực ({kind.upper()})", {"wanted": wanted.said(), "kind": kind}, by_id, at
    )


def unit_sheet(found: HeatMap) -> Sheet:
    """A unit's heat map as a list: in each competence "level held (level required)"."""
    columns = [
        ("STT", 6.0),
        ("Họ và tên", 28.0),
        ("Đơn vị", 34.0),
        ("Vị trí việc làm", 34.0),
        ("Số năng lực cốt lõi còn thiếu", 14.0),
    ]
    columns += [(f"{c.code} {c.name}", 16.0) for c in found.columns]
    rows = [
        (
            n, officer.full_name, officer.unit_name or "", officer.position_name or "", sum(cell.short for cell in cells),
            *(f"{cell.held} (cần {cell.required})" if cell.required else "" for cell in cells),
        )
        for n, (officer, cells) in enumerate(found.rows, 1)
    ]  # fmt: skip
    return Sheet(columns, rows)
