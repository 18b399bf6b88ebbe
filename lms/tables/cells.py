"""One cell: read as clean text or a date, written so that no spreadsheet takes it for a formula."""

import datetime as dt
import re
from decimal import Decimal

from lms.tables.workbook import Cell
from lms.vietnamese import clean

_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*%?")


def text_cell(value: Cell | None) -> str | dt.date:
    """A cell as it enters the school: clean NFC text; a date stays a date.

    Whole numbers lose the ".0" Excel gives them (912345678.0 is "912345678"), others are written with a comma
    as `read_number` reads them, to Excel's 15 digits. A date with a time loses the time. A ticked box is "x".
    """
    if value is None or value is False:
        return ""
    if value is True:
        return "x"
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}').normalize():f}".replace(".", ",")
    return clean(str(value))


def safe_cell(text: str) -> str:
    """Text for a CSV file: what a spreadsheet might run as a formula (= + - @, tab, line end) gets a leading
    quote mark, so that it is shown and not computed; numbers such as -1,5 and +84912345678 are left.

    Source: OWASP, "CSV Injection".
    """
    start = text.lstrip(" \u00a0")
    risky = text.startswith(_FORMULA_STARTS) or start.startswith(_FORMULA_STARTS)
    return f"'{text}" if risky and not _NUMBER.fullmatch(text) else text
