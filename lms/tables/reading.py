"""A file of bytes, told by its first bytes and not its name, as a workbook of rows."""

import io

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from lms.tables.archive import BROKEN, LOCKED, checked_archive
from lms.tables.delimited import read_delimited
from lms.tables.ole import MAGIC, checked_container
from lms.tables.workbook import Limits, Sheet, TableError, Workbook, check_size
from lms.vietnamese import clean

_HTML = (
    "Tệp này thực ra là trang web (HTML hoặc XML) mang đuôi bảng tính. "
    "Anh/Chị mở bằng Excel, chọn Lưu thành (Save As) .xlsx rồi tải lên lại."
)
_ZIP = b"PK\x03\x04"
_OTHER_KINDS = (
    (b"%PDF", "Tệp này là PDF, không phải bảng tính. Anh/Chị gửi tệp Excel gốc (.xlsx)."),
    (b"\xff\xd8\xff", "Tệp này là ảnh, không phải bảng tính. Anh/Chị gửi tệp Excel gốc (.xlsx)."),
    (b"\x89PNG", "Tệp này là ảnh, không phải bảng tính. Anh/Chị gửi tệp Excel gốc (.xlsx)."),
    (b"GIF8", "Tệp này là ảnh, không phải bảng tính. Anh/Chị gửi tệp Excel gốc (.xlsx)."),
    (
        b"{\\rtf",
        "Tệp này là văn bản, không phải bảng tính. Anh/Chị chép bảng sang Excel rồi lưu thành .xlsx.",
    ),
    (b"PK\x05\x06", BROKEN),
    (b"Rar!", "Tệp này là tệp nén. Anh/Chị giải nén rồi tải tệp bảng tính bên trong lên."),
    (b"7z\xbc\xaf", "Tệp này là tệp nén. Anh/Chị giải nén rồi tải tệp bảng tính bên trong lên."),
)
_DEFAULT_LIMITS = Limits()


def read(data: bytes, filename: str, limits: Limits = _DEFAULT_LIMITS) -> Workbook:
    """Reads .xlsx, .xls, .ods and CSV bytes into rows. Raises TableError, in Vietnamese, for all else.

    The kind is told by the content; filename only names the sheet of a CSV file. Refused: other kinds, files
    beyond the limits, zip bombs, XML with DOCTYPE or entities, locked and broken files, HTML named .xls.
    Cells are str, float, int, bool, date, datetime, time or timedelta, empty ones "".
    """
    if not data.strip():
        raise TableError("Tệp trống, không có dữ liệu. Anh/Chị kiểm tra và chọn lại tệp.")
    if len(data) > limits.file_bytes:
        raise TableError(
            f"Tệp lớn {len(data) // 1_000_000} MB, vượt mức {limits.file_bytes // 1_000_000} MB. "
            "Anh/Chị bỏ ảnh trong tệp hoặc chia thành nhiều tệp rồi tải lên lại."
        )
    for magic, message in _OTHER_KINDS:
        if data.startswith(magic):
            raise TableError(message)
    if data.startswith(_ZIP):
        return _read_excel(checked_archive(data, limits), limits)
    if data.startswith(MAGIC):
        return _read_excel(checked_container(data, limits), limits)
    if data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise TableError(_HTML)
    return Workbook([read_delimited(data, filename, limits)])


def _read_excel(data: bytes, limits: Limits) -> Workbook:
    """The sheets as calamine reads them.

    Its Rust code panics on some broken files; the panic is a BaseException of a class that cannot be
    imported, so it is known by its name.
    """
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return Workbook(_sheets(workbook, limits))
    except TableError:
        raise
    except PasswordError as error:
        raise TableError(LOCKED) from error
    except (CalamineError, OSError, ValueError, OverflowError, MemoryError) as error:
        raise TableError(BROKEN) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise TableError(BROKEN) from error
        raise


def _sheets(workbook: CalamineWorkbook, limits: Limits) -> list[Sheet]:
    names = workbook.sheet_names
    if len(names) > limits.sheets:
        raise TableError(f"Tệp có {len(names)} trang tính, nhiều hơn mức {limits.sheets}. Anh/Chị chỉ giữ trang cần nhập.")
    sheets, cells = [], 0
    for index, name in enumerate(names):
        sheet = workbook.get_sheet_by_index(index)
        height, width = (place + 1 for place in sheet.end or (-1, -1))
        cells += height * width
        check_size(height, width, limits)
        if cells > limits.cells:
            raise TableError("Tệp có quá nhiều ô. Anh/Chị chỉ giữ trang cần nhập, lưu lại rồi tải lên.")
        sheets.append(Sheet(clean(name), sheet.to_python(skip_empty_area=False) if height else []))
    return sheets
