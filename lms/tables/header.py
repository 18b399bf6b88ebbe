"""Where the head of a table is, and which column holds what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from lms.tables.cells import text_cell
from lms.tables.workbook import Sheet
from lms.vietnamese import fold

_SEARCHED = 30
_HINT = re.compile(r"\([^)]*\)")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_COLUMN_NUMBER = re.compile(r"\(?([0-9]{1,2}|[A-Za-z])\)?(?:\s*=.*)?")
_LOOK_BELOW = 10


@dataclass(frozen=True, slots=True)
class Column:
    """What a column may be called. "Ngày sinh / Nữ" is the lower head Nữ under the upper head Ngày sinh.

    Case, marks, punctuation and hints in brackets do not matter.
    """

    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a table: its rows (0-based, one or two), the first row after it, and its columns.

    columns: field -> first column (0-based); widths: how many columns a field spans, where more than one
    ("Họ và tên" over họ đệm and tên); unknown: columns nobody asked for, as column -> label.
    """

    rows: tuple[int, ...]
    start: int
    columns: dict[str, int]
    widths: dict[str, int]
    unknown: dict[int, str]


def find_header(sheet: Sheet, columns: Mapping[str, Column]) -> Header | None:
    """The head that names most of the columns asked for, within the first 30 rows, or None.

    One or two rows; of equal heads the higher and simpler one, unless the row below says what the upper one leaves open ("Giới tính"
    over Nam, Nữ). At least two columns must be named (one, when
    only one is asked for). A row of column numbers (1)(2)(3) below belongs to the head.
    """
    fields = {label_key(alias): field for field, column in columns.items() for alias in column.aliases}
    best: Header | None = None
    for row in range(min(_SEARCHED, len(sheet.rows))):
        for depth in (1, 2):
            found = _header_at(sheet, row, depth, fields)
            if found and (best is None or len(found.columns) > len(best.columns) or _is_finer(sheet, found, best, fields)):
                best = found
    return best if best and len(best.columns) >= min(2, len(columns)) else None


def _is_finer(sheet: Sheet, found: Header, best: Header, fields: Mapping[str, str]) -> bool:
    """Whether a head of two rows names other columns than its upper row alone, every word of the lower row being a name."""
    if len(found.columns) < len(best.columns) or found.rows[:1] != best.rows or found.columns.keys() == best.columns.keys():
        return False
    top, below = (labels_of(sheet.rows[row]) for row in found.rows)
    lower = [(label_key(f"{top[c]} {below[c]}"), label_key(below[c])) for c in found.columns.values() if below[c]]
    return bool(lower) and all(fields.keys() & names for names in lower)


def label_key(label: str) -> str:
    """A label as it is compared: folded, hints in brackets and punctuation left out."""
    folded = fold(label)
    return _NOT_WORD.sub(" ", _HINT.sub(" ", folded)).strip() or _NOT_WORD.sub(" ", folded).strip()


def is_number_row(labels: list[str]) -> bool:
    """Whether a row only numbers the columns: (1)(2)(3), 1 2 3, A B 1 2."""
    filled = [label for label in labels if label]
    marks = [found[1] for found in map(_COLUMN_NUMBER.fullmatch, filled) if found]
    numbers = [int(mark) for mark in marks if mark.isdigit()]
    steady = all(later == earlier + 1 for earlier, later in pairwise(numbers))
    return len(filled) >= 3 and len(marks) == len(filled) and len(numbers) >= 2 and steady


def labels_of(row: list) -> list[str]:
    """The cells of a row as text; dates as ISO."""
    return [str(text_cell(cell)) for cell in row]


def _header_at(sheet: Sheet, row: int, depth: int, fields: dict[str, str]) -> Header | None:
    top = labels_of(sheet.rows[row])
    if not any(top):
        return None
    below = labels_of(sheet.rows[row + 1]) if depth == 2 and row + 1 < len(sheet.rows) else [""] * len(top)
    if depth == 2 and not _is_lower_head(sheet, row, top, below):
        return None
    start = row + depth
    if start < len(sheet.rows) and is_number_row(labels_of(sheet.rows[start])):
        start += 1
    columns: dict[str, int] = {}
    widths: dict[str, int] = {}
    unknown: dict[int, str] = {}
    for first, width in _spans(sheet, start, top, below):
        _match_span(top, below, first, width, fields, columns, widths, unknown)
    return Header(tuple(range(row, row + depth)), start, columns, widths, unknown) if columns else None


def _is_lower_head(sheet: Sheet, row: int, top: list[str], below: list[str]) -> bool:
    """A lower head holds words only, and at least one where the upper head is empty or merged."""
    if not any(below) or is_number_row(below):
        return False
    words = all(isinstance(cell, str) for cell in sheet.rows[row + 1])
    return words and any(lower and not upper for upper, lower in zip(top[1:], below[1:], strict=False))


def _spans(sheet: Sheet, start: int, top: list[str], below: list[str]) -> list[tuple[int, int]]:
    """The columns each upper label stands over: (first column, width)."""
    spans: list[tuple[int, int]] = []
    for column, label in enumerate(top):
        if label or not spans:
            spans.append((column, 1))
        elif below[column] or _has_data(sheet, start, column):
            first, width = spans[-1]
            if first + width == column:
                spans[-1] = (first, width + 1)
    return [(first, width) for first, width in spans if top[first] or below[first]]


def _has_data(sheet: Sheet, start: int, column: int) -> bool:
    rows = sheet.rows[start : start + _LOOK_BELOW]
    filled = sum(bool(text_cell(row[column])) for row in rows)
    return filled * 2 > len(rows)


def _match_span(
    top: list[str],
    below: list[str],
    first: int,
    width: int,
    fields: dict[str, str],
    columns: dict[str, int],
    widths: dict[str, int],
    unknown: dict[int, str],
) -> None:
    """Names the columns under one upper label, by both labels, the lower, or the upper for all of them."""
    upper = label_key(top[first])
    left: list[int] = []
    for column in range(first, first + width):
        lower = label_key(below[column])
        keys = (f"{upper} {lower}".strip(), lower) if lower else ()
        field = next((fields[key] for key in keys if key in fields and fields[key] not in columns), None)
        if field:
            columns[field] = column
        else:
            left.append(column)
    field = fields.get(upper)
    if left == list(range(first, first + width)) and field and field not in columns:
        columns[field] = first
        if width > 1:
            widths[field] = width
        return
    unknown |= {column: f"{top[first]} {below[column]}".strip() for column in left}
