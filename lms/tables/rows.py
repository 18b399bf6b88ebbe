"""The rows of a table below its head, without what offices write between and under them."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.tables.cells import text_cell
from lms.tables.header import Header, is_number_row, label_key, labels_of
from lms.tables.workbook import Cell, Sheet
from lms.vietnamese import fold

_NUMERAL = re.compile(r"[IVXLC]+|[A-HK-Z]")
_GROUP_TEXT = re.compile(r"(?:(?:[IVXLC]+|[A-Z])\s*[.)\-–:/]|\d+(?:\.\d+)*\s*[.)])\s*\S.*")
# With marks, as the family name Tống and the given name Công must not be taken for sums.
_TOTAL = re.compile(r"(?:tổng(?: cộng| số)?|cộng(?: trang| dồn)?)(?:\s*[:(\d].*)?|tổng (?:cộng|số) .*|tong cong")
_COUNT_LINE = re.compile(r"(?:an dinh )?(?:danh sach|bang)(?: nay)? (?:co|gom)\b.*")
_SIGNATURE = re.compile(
    r"(?:nguoi (?:lap|tong hop|bao cao|ky)\b|thu truong|noi nhan|xac nhan|tm\.|kt\.|tl\.|tuq\.|q\."
    r"|giam doc|chu tich|truong phong|chanh van phong|(?:[^,]{0,40}, ?)?ngay .{0,12}thang .{0,12}nam).*"
)
_SPARSE = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One data row. number is its line in the sheet, from 1; cells: field -> text or date, "" when empty;
    group is the heading it stands under ("I. KHỐI SỞ, NGÀNH") or None.
    """

    number: int
    cells: dict[str, str | dt.date]
    group: str | None


def rows(sheet: Sheet, header: Header) -> Iterator[Row]:
    """The data rows under a head, in their order.

    Group headings are carried to the rows below them. Blank rows, repeated heads, column numbers, totals, the
    line "Danh sách có 45 (...) người" and the signatures under a list are left out; a row that might be data
    is never left out, so a half-filled one reaches the preview and its error is shown.
    """
    group: str | None = None
    closing = False
    heads = {tuple(map(label_key, labels_of(sheet.rows[row]))) for row in header.rows}
    for index in range(header.start, len(sheet.rows)):
        labels = labels_of(sheet.rows[index])
        filled = [(column, label) for column, label in enumerate(labels) if label]
        if not filled or is_number_row(labels) or tuple(map(label_key, labels)) in heads:
            continue
        if _ends_list(filled) or (closing and len(filled) <= _SPARSE and not filled[0][1].isdigit()):
            closing = True
        elif heading := _group(filled, header):
            group, closing = heading, False
        elif not _is_total(filled):
            closing = False
            yield Row(index + 1, _cells(sheet.rows[index], header), group)


def _cells(row: list[Cell], header: Header) -> dict[str, str | dt.date]:
    """The fields of one row; a field over several columns is joined by spaces."""
    cells: dict[str, str | dt.date] = {}
    for field, column in header.columns.items():
        width = header.widths.get(field, 1)
        parts = [text_cell(cell) for cell in row[column : column + width]]
        cells[field] = parts[0] if width == 1 else " ".join(str(part) for part in parts if part)
    return cells


def _group(filled: list[tuple[int, str]], header: Header) -> str | None:
    """The heading a row is, or None: a numeral and a title, perhaps a count; or a title at the left edge."""
    (column, first), *rest = filled
    texts = [label for _, label in rest if not label.isdigit()]
    if len(texts) > 1 or len(filled) > _SPARSE:
        return None
    if texts:
        numeral = first.rstrip(".) ")
        return f"{numeral}. {texts[0]}" if _NUMERAL.fullmatch(numeral) else None
    if _GROUP_TEXT.fullmatch(first):
        return first
    at_edge = column == 0 and 0 not in header.columns.values() and len(header.columns) > 1
    return first if at_edge and not rest and not first.isdigit() and not _is_total(filled) else None


def _is_total(filled: list[tuple[int, str]]) -> bool:
    return _TOTAL.fullmatch(filled[0][1].lower()) is not None


def _ends_list(filled: list[tuple[int, str]]) -> bool:
    """Whether a row closes the list: the line that counts it, or the first line of the signatures."""
    first = fold(filled[0][1])
    if _COUNT_LINE.fullmatch(first):
        return len(filled) <= _SPARSE
    return len(filled) <= _SPARSE and all(_SIGNATURE.fullmatch(fold(label)) for _, label in filled)
