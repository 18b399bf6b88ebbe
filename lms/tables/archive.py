"""The zip around .xlsx and .ods files, unpacked within limits before any reader sees it.

The reader is given a fresh archive of the parts checked here, so that nothing it reads was read differently.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from lms.tables.workbook import Limits, TableError, check_size

BROKEN = "Tệp bị hỏng hoặc chưa tải xong. Anh/Chị mở tệp bằng Excel, lưu lại thành .xlsx rồi tải lên lại."
_BOMB = "Tệp nén quá lớn khi mở ra nên không được nhận. Anh/Chị lưu riêng bảng cần nhập thành tệp .xlsx mới."
LOCKED = "Tệp đang đặt mật khẩu. Anh/Chị bỏ mật khẩu trong Excel, lưu lại rồi tải lên."
_UNSAFE = "Tệp chứa khai báo XML không an toàn nên không được nhận. Anh/Chị lưu lại bằng Excel thành .xlsx mới."
NOT_TABLE = "Tệp này không phải bảng tính. Anh/Chị chọn tệp .xlsx, .xls, .ods hoặc .csv."
WORD = "Tệp này là văn bản Word, không phải bảng tính. Anh/Chị chép bảng sang Excel rồi lưu thành .xlsx."

_TEXT_PARTS = (".xml", ".rels", "mimetype")
_SMALL = 5_000_000
_PARTS = 5_000
_CELL_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")


def checked_archive(data: bytes, limits: Limits) -> bytes:
    """The same workbook in an archive of checked parts. Raises TableError for anything doubtful."""
    try:
        parts = dict(_parts(data, limits))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise TableError(BROKEN) from error
    except RuntimeError as error:  # what zipfile raises for an encrypted member
        raise TableError(LOCKED) from error
    _check_kind(parts)
    for name, content in parts.items():
        _check_xml(name, content)
        if name.startswith("xl/worksheets/"):
            _check_places(content, limits)
    if "content.xml" in parts:
        _check_ods(parts["content.xml"], limits)
    fresh = io.BytesIO()
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return fresh.getvalue()


def _parts(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """The XML parts of the archive, unpacked while they stay within the limits; pictures are left behind."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        names = {member.filename for member in members}
        if len(members) > _PARTS or len(names) != len(members):
            raise TableError(_BOMB)
        allowed = max(_SMALL, min(limits.unpacked_bytes, len(data) * limits.ratio))
        if sum(member.file_size for member in members) > limits.unpacked_bytes:
            raise TableError(_BOMB)
        for member in members:
            if member.flag_bits & 1:
                raise TableError(LOCKED)
            if not member.filename.endswith(_TEXT_PARTS):
                continue
            with archive.open(member) as stream:
                content = stream.read(allowed + 1)
            allowed -= len(content)
            if allowed < 0:
                raise TableError(_BOMB)
            yield member.filename, content


def _check_kind(parts: dict[str, bytes]) -> None:
    if "xl/workbook.xml" in parts:
        return
    if "content.xml" in parts and b"spreadsheet" in parts.get("mimetype", b""):
        return
    raise TableError(WORD if "word/document.xml" in parts else NOT_TABLE)


def _check_xml(name: str, content: bytes) -> None:
    """Office programs write UTF-8 without DOCTYPE or entities; anything else is refused unread."""
    if name == "mimetype":
        return
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:200]:
        raise TableError(BROKEN)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise TableError(_UNSAFE)


def _check_places(content: bytes, limits: Limits) -> None:
    """Readers lay a sheet out from its first cell to its last: one cell far away must not cost gigabytes."""
    row, columns = 0, set()
    for letters, digits in set(_CELL_PLACE.findall(content)):
        row = max(row, int(digits[:9]))
        columns.add(letters.upper()[:4])
    column = max(map(_column_number, columns), default=0)
    check_size(row, column, limits)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_ods(content: bytes, limits: Limits) -> None:
    """OpenDocument repeats rows and cells by a count: the counts are added up before anyone believes them."""
    counter = _OdsCounter(limits)
    parser = expat.ParserCreate()
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    parser.CharacterDataHandler = counter.text
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise TableError(BROKEN) from error


class _OdsCounter:
    """Rows and columns of each table up to its last cell that holds something.

    Elements go by their usual prefixes, as the reader takes them, whatever namespace these are bound to.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.rows = self.columns = self.row_columns = self.repeat = 0
        self.filled = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "text:p":
            self.filled = True
        elif name == "table:table":
            self.rows = self.columns = 0
        elif name == "table:table-row":
            self.repeat = int(attributes.get("table:number-rows-repeated", 1))
            self.row_columns, self.filled = 0, False
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self.row_columns += int(attributes.get("table:number-columns-repeated", 1))
            if any(key.endswith(":value-type") for key in attributes):
                self._count()

    def text(self, data: str) -> None:
        if self.filled and data.strip():
            self._count()

    def end(self, name: str) -> None:
        if name == "table:table-row":
            self.rows += self.repeat

    def _count(self) -> None:
        self.columns = max(self.columns, self.row_columns)
        check_size(self.rows + self.repeat, self.columns, self.limits)
