"""Messy spreadsheets, as offices keep them, as rows. Pure: bytes in, clean text and dates out."""

from lms.tables.cells import safe_cell, text_cell
from lms.tables.header import Column, Header, find_header
from lms.tables.reading import read
from lms.tables.rows import Row, rows
from lms.tables.workbook import Limits, Sheet, TableError, Workbook

__all__ = [
    "Column",
    "Header",
    "Limits",
    "Row",
    "Sheet",
    "TableError",
    "Workbook",
    "find_header",
    "read",
    "rows",
    "safe_cell",
    "text_cell",
]
