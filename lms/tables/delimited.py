"""CSV and text files as Excel, Google Sheets and old programs save them."""

import csv
import io
from collections import Counter
from pathlib import PurePath

from lms.tables.workbook import Limits, Sheet, TableError, check_size
from lms.vietnamese import decode_tcvn3, decode_vni, marked_syllables, nfc

_NOT_TEXT = "Tệp này không phải bảng tính. Anh/Chị chọn tệp .xlsx, .xls, .ods hoặc .csv."
_BAD_CSV = "Tệp CSV không đọc được. Anh/Chị mở bằng Excel, lưu thành .xlsx rồi tải lên lại."
_DELIMITERS = ",;\t|"
_DELIMITER_TO_SPACE = str.maketrans(_DELIMITERS, " " * len(_DELIMITERS))
_SAMPLE_LINES = 40
_SAMPLE_CHARACTERS = 20_000


def read_delimited(data: bytes, filename: str, limits: Limits) -> Sheet:
    """The one sheet of a CSV file. Raises TableError for what is no text, or too large.

    Encodings: UTF-8 (with or without mark), UTF-16 with mark, else the single bytes of Windows-1258; where
    those look like TCVN3 or VNI they are left as such for the caller to show and convert. The delimiter is a
    first line "sep=;" or the one of , ; tab | that parts most lines alike.
    """
    text = _decode(data)
    delimiter, text = _delimiter(text)
    rows: list[list[str]] = []
    widest = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            widest = max(widest, len(row))
            check_size(len(rows), widest, limits)
    except csv.Error as error:
        raise TableError(_BAD_CSV) from error
    return Sheet(PurePath(filename).stem or "CSV", [row + [""] * (widest - len(row)) for row in rows])


def _decode(data: bytes) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if wide else ["utf-8-sig", "cp1258"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text):
            return _older_reading(data, nfc(text)) if encoding == "cp1258" else nfc(text)
    raise TableError(_NOT_TEXT)


def _older_reading(data: bytes, modern: str) -> str:
    """The file as Windows-1252 text when its bytes are TCVN3 or VNI letters, else the modern reading."""
    old = data.decode("cp1252", errors="replace")
    sample = old[:_SAMPLE_CHARACTERS].translate(_DELIMITER_TO_SPACE)
    best = max(marked_syllables(decode(sample)) for decode in (decode_tcvn3, decode_vni))
    return old if best > marked_syllables(modern[:_SAMPLE_CHARACTERS]) else modern


def _is_text(text: str) -> bool:
    head = text[:_SAMPLE_CHARACTERS]
    return not any(c < " " and c not in "\t\r\n\f" for c in head)


def _delimiter(text: str) -> tuple[str, str]:
    """The delimiter, and the text without a line that names it."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[-1], rest
    sample = "\n".join(text.splitlines()[:_SAMPLE_LINES])
    return max(_DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter)), text


def _evenness(sample: str, delimiter: str) -> tuple[int, int]:
    """How many lines have the same number of cells (above one), and how many cells that is."""
    try:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter))
    except csv.Error:
        return 0, 0
    widths.pop(1, None)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))
