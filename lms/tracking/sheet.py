"""Lists of officers and competence as files: CSV and Excel from the same rows."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rustpy_xlsxwriter import write_worksheet

from lms.tables import safe_cell

PAPER = {"landscape": True, "paper_size": 9, "repeat_rows": (0, 0), "fit_to_pages": (1, 0)}  # 9 = A4
BOM = b"\xef\xbb\xbf"  # Excel on Windows reads the file as UTF-8 only with it
MIMES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Sheet:
    """A list as it is exported: `columns` (heading, width), `rows` of texts and whole numbers beside them."""

    columns: Sequence[tuple[str, float]]
    rows: Sequence[Sequence[str | int]]


def write(sheet: Sheet, kind: str, target: Path) -> None:
    """Write the list into a file, "csv" or "xlsx"; no cell is one that a spreadsheet would run."""
    if kind == "csv":
        target.write_bytes(_csv(sheet))
        return
    write_worksheet(
        _records(sheet), target, sheet_name="Danh sách", freeze_row=1, bold_headers=True, column_widths=[w for _, w in sheet.columns],
        page_setup=PAPER,
    )  # fmt: skip


def _csv(sheet: Sheet) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([heading for heading, _ in sheet.columns])
    writer.writerows([safe_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in sheet.rows)
    return BOM + text.getvalue().encode()


def _records(sheet: Sheet) -> Iterator[dict[str, str | int | None]]:
    headings = [heading for heading, _ in sheet.columns]
    for row in sheet.rows:
        yield dict(zip(headings, row, strict=True))
    if not sheet.rows:
        yield dict.fromkeys(headings)
