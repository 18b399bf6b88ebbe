"""What one line of a roster says, and how it is written: CSV and Excel from the same rows."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rustpy_xlsxwriter import write_worksheet

from lms.tables import safe_cell
from lms.vietnamese import format_date, format_number

COLUMNS = (
    "STT", "Họ và tên", "Ngày sinh", "Giới tính", "Chức vụ", "Đơn vị", "Vị trí việc làm", "Khóa", "Trạng thái", "Ngày hoàn thành",
    "Điểm", "Kết quả", "Số vào sổ GCN",
)  # fmt: skip
WIDTHS = [6.0, 28.0, 12.0, 9.0, 22.0, 30.0, 26.0, 34.0, 16.0, 14.0, 7.0, 10.0, 20.0]
PAPER = {"landscape": True, "paper_size": 9, "repeat_rows": (0, 0), "fit_to_pages": (1, 0)}  # 9 = A4
BOM = b"\xef\xbb\xbf"  # Excel on Windows reads the file as UTF-8 only with it
MIMES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


# The same days, marks and units come back thousands of times in one file.
_day = lru_cache(maxsize=30_000)(format_date)
_safe = lru_cache(maxsize=4096)(safe_cell)


@lru_cache(maxsize=2048)
def _number(mark: Decimal) -> str:
    return format_number(mark, 1)


class RosterRow(NamedTuple):
    """One completion, as it is shown and exported: the columns of a roster (domain analysis, 5.3). `born` is text where only the
    year is known; `mark` is on the scale of ten, one decimal."""

    number: int
    name: str
    born: date | str
    gender: str
    title: str
    unit: str
    position: str
    course: str
    status: str
    completed: date | None
    mark: Decimal | None
    result: str
    certificate: str


def csv_bytes(rows: Iterable[RosterRow]) -> Iterator[bytes]:
    """The roster as CSV in pieces: UTF-8 with BOM, dates dd/mm/yyyy, a decimal comma, no cell that a spreadsheet would run."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    yield BOM
    for row in rows:
        writer.writerow(
            (
                row.number, safe_cell(row.name), row.born if isinstance(row.born, str) else _day(row.born), row.gender, _safe(row.title),
                _safe(row.unit), _safe(row.position), _safe(row.course), row.status, _day(row.completed) if row.completed else "",
                "" if row.mark is None else _number(row.mark), row.result, row.certificate,
            )
        )  # fmt: skip
        if text.tell() > 200_000:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def write_xlsx(rows: Iterable[RosterRow], target: Path) -> None:
    """The roster as an Excel file: real dates and numbers, texts that stay texts whatever they begin with, a header that stays in sight
    and repeats in print on A4 across."""
    write_worksheet(
        _records(rows), target, sheet_name="Danh sách", freeze_row=1, bold_headers=True, datetime_format="dd/mm/yyyy",
        float_format="0.0", column_widths=WIDTHS, page_setup=PAPER,
    )  # fmt: skip


def _records(rows: Iterable[RosterRow]) -> Iterator[dict[str, object]]:
    empty = True
    for row in rows:
        empty = False
        record: dict[str, object] = dict(zip(COLUMNS, row, strict=True))
        if row.mark is not None:
            record["Điểm"] = float(row.mark)
        yield record
    if empty:
        yield dict.fromkeys(COLUMNS)
