"""What every spreadsheet becomes, how big it may be, and how a refusal is said."""

import datetime as dt
from dataclasses import dataclass

Cell = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta


class TableError(Exception):
    """A file that is not taken; the message says in Vietnamese what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest table taken; beyond it the file is refused, never cut."""

    file_bytes: int = 20_000_000
    unpacked_bytes: int = 250_000_000
    ratio: int = 200  # unpacked to packed, counted above 5 MB
    sheets: int = 40
    rows: int = 60_000
    columns: int = 200
    cells: int = 2_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows from the first line of the sheet on, all of one width, empty cells as ""."""

    name: str
    rows: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a file in their order; a CSV file is one sheet named after the file."""

    sheets: list[Sheet]


def check_size(rows: int, columns: int, limits: Limits) -> None:
    """Raises TableError when a sheet of this many rows and columns is larger than we take."""
    if rows > limits.rows:
        raise TableError(
            f"Bảng có {rows} dòng, nhiều hơn mức {limits.rows} dòng. Anh/Chị chia thành nhiều tệp rồi tải lên lần lượt."
        )
    if columns > limits.columns:
        raise TableError(
            f"Bảng trải đến cột thứ {columns}, nhiều hơn mức {limits.columns} cột. "
            "Anh/Chị xóa các cột thừa bên phải rồi tải lên lại."
        )
    if rows * columns > limits.cells:
        raise TableError("Bảng có quá nhiều ô. Anh/Chị xóa dòng, cột thừa hoặc chia thành nhiều tệp rồi tải lên lại.")
