"""Files that officers attach: known by their bytes, not by their names; kept by content, given out as attachments only."""

import io
import re
import zipfile
from typing import Any

from lms import storage
from lms.errors import Conflict
from lms.vietnamese import clean

LARGEST = 10 * 2**20
MOST = 5
_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "pdf": "application/pdf", "docx": f"{_OFFICE}.wordprocessingml.document", "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp",
}  # fmt: skip
TAKEN = "PDF, Word (.docx), Excel (.xlsx), LibreOffice (.odt, .ods), ảnh PNG, JPG hoặc WebP"
_HEADS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
_MACROS = re.compile(r"vbaProject|\.bin$", re.IGNORECASE)


def keep(name: str, data: bytes) -> dict[str, Any]:
    """Keep a file: {"name", "digest", "mime", "bytes"}. Raises Conflict, in words, for what is not taken. Slow: outside transactions."""
    shown = clean(name)[:120] or "tệp"
    if not data:
        raise Conflict(f"Tệp “{shown}” trống. Chưa nhận tệp nào; hãy chọn lại.")
    if len(data) > LARGEST:
        raise Conflict(
            f"Tệp “{shown}” nặng {len(data) / 2**20:.0f} MB; mỗi tệp không quá {LARGEST // 2**20} MB. Chưa nhận tệp nào."
        )
    kind = kind_of(data)
    if kind is None:
        raise Conflict(f"Tệp “{shown}” không thuộc loại được nhận. Hệ thống nhận {TAKEN}, không có macro. Chưa nhận tệp nào.")
    return {"name": _named(shown, kind), "digest": storage.put(data), "mime": KINDS[kind], "bytes": len(data)}


def _named(name: str, kind: str) -> str:
    """The name as it is saved: without a path, with the ending that its bytes have."""
    last = re.split(r"[\\/]", name)[-1].strip(". ")
    stem, dot, ending = last.rpartition(".")
    same = {kind, "jpeg"} if kind == "jpg" else {kind}
    return last if dot and ending.lower() in same else f"{stem if dot and stem else last or 'tep'}.{kind}"


def kind_of(data: bytes) -> str | None:
    """What the bytes say the file is; None for everything that is not taken (programs, web pages, drawings with scripts, macros)."""
    for head, kind in _HEADS:
        if data.startswith(head):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return _package(data) if data.startswith(b"PK\x03\x04") else None


def _package(data: bytes) -> str | None:
    """What an office package is, by the names inside and the first bytes of OpenDocument; nothing is unpacked beyond those."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if any(_MACROS.search(name) for name in names):
                return None
            if "[Content_Types].xml" in names:
                return "docx" if "word/document.xml" in names else "xlsx" if "xl/workbook.xml" in names else None
            if "mimetype" in names:
                with archive.open("mimetype") as stream:
                    said = stream.read(100).decode("ascii", "replace").strip()
                return next((kind for kind in ("odt", "ods") if KINDS[kind] == said), None)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        return None
    return None


def joined(before: list[dict[str, Any]], more: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The files with those added; the same bytes once. Raises Conflict when there are too many."""
    known = {f["digest"] for f in before}
    found = [*before, *(f for f in more if f["digest"] not in known)]
    if len(found) > MOST:
        raise Conflict(f"Mỗi bài nộp kèm nhiều nhất {MOST} tệp. Hãy bỏ bớt tệp hoặc gộp lại rồi tải lên.")
    return found
