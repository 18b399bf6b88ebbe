"""The compound file around old .xls workbooks: unpacked, checked, and packed anew for the reader.

The reader sets memory aside for whatever sizes a file claims, and dies when they are absurd. So it is given
only the workbook's own stream, in a fresh container, with its claimed sizes held against what is there.
Sources: Microsoft [MS-CFB] sections 2.2 to 2.6; [MS-XLS] 2.4.90 (Dimensions) and 2.4.265 (SST).
"""

import struct

from lms.tables.archive import BROKEN, LOCKED, NOT_TABLE, WORD
from lms.tables.workbook import Limits, TableError, check_size

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_LARGEST_SECTOR = 0xFFFFFFFA
_MINI_CUTOFF = 4096
_SECTOR = 4096
_CELL_RECORDS = frozenset((0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E))
_MULTIPLE_RK, _STRINGS, _DIMENSIONS, _SHEET = 0x00BD, 0x00FC, 0x0200, 0x0085


def checked_container(data: bytes, limits: Limits) -> bytes:
    """The same workbook in a container of its one checked stream. Raises TableError for anything doubtful."""
    try:
        streams = _Container(data)
        if "EncryptedPackage" in streams.entries:
            raise TableError(LOCKED)
        name = next((name for name in ("Workbook", "Book") if name in streams.entries), None)
        if name is None:
            raise TableError(WORD if "WordDocument" in streams.entries else NOT_TABLE)
        stream = bytearray(streams.read(name))
        _check_records(stream, limits)
    except (struct.error, IndexError, ValueError) as error:
        raise TableError(BROKEN) from error
    return _packed(name, bytes(stream))


class _Container:
    """The directory of a compound file. Broken chains end in ValueError, struct.error or IndexError."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        (shift,) = struct.unpack_from("<H", data, 30)
        if shift not in (9, 12):
            raise ValueError("sector size")
        self.size = 1 << shift
        first_directory, _, _, first_mini, _, first_difat = struct.unpack_from("<6I", data, 48)
        self.fat = self._fat(list(struct.unpack_from("<109I", data, 76)), first_difat)
        self.entries: dict[str, tuple[int, int]] = {}
        root = (_END, 0)
        directory = self._chain(first_directory)
        for at in range(0, len(directory) - 127, 128):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            place = struct.unpack_from("<II", directory, at + 116)
            if kind == 5:
                root = place
            elif kind == 2:
                self.entries.setdefault(name, place)
        self.mini_fat = self._numbers(self._chain(first_mini))
        self.mini_data = self._chain(root[0])

    def read(self, name: str) -> bytes:
        """The bytes of a stream, whichever of the two kinds of sectors holds it."""
        start, size = self.entries[name]
        if size >= _MINI_CUTOFF:
            content = self._chain(start)
        else:
            parts = [self.mini_data[at * 64 : at * 64 + 64] for at in self._links(start, self.mini_fat)]
            content = b"".join(parts)
        if len(content) < size:
            raise ValueError("short stream")
        return content[:size]

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self.size
        return self.data[at : at + self.size]

    def _fat(self, listed: list[int], difat: int) -> list[int]:
        seen = set()
        while difat <= _LARGEST_SECTOR:
            if difat in seen:
                raise ValueError("loop")
            seen.add(difat)
            *more, difat = self._numbers(self._sector(difat))
            listed += more
        sectors = (self._sector(number) for number in listed if number <= _LARGEST_SECTOR)
        return [number for sector in sectors for number in self._numbers(sector)]

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in self._links(start, self.fat))

    @staticmethod
    def _links(start: int, table: list[int]) -> list[int]:
        links: list[int] = []
        while start <= _LARGEST_SECTOR:
            links.append(start)
            if len(links) > len(table):
                raise ValueError("loop")
            start = table[start]
        return links

    @staticmethod
    def _numbers(content: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4]))


def _check_records(stream: bytearray, limits: Limits) -> None:
    """Walks the records: cells within the limits, strings no more than fit, claimed dimensions made small.

    A sheet's records begin where the workbook's list of sheets says, at any byte; each is walked from there.
    """
    starts, cells = {0}, 0
    for start in _walk(stream, 0, limits)[1]:
        if start not in starts:
            starts.add(start)
            cells += _walk(stream, start, limits)[0]
    if len(starts) > limits.sheets + 1 or cells > limits.cells:
        raise TableError("Tệp có quá nhiều trang tính hoặc quá nhiều ô. Anh/Chị chỉ giữ trang cần nhập.")


def _walk(stream: bytearray, at: int, limits: Limits) -> tuple[int, list[int]]:
    """How many cells one part of the stream spreads over, and where the sheets it lists begin."""
    rows = columns = 0
    sheets: list[int] = []
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        body = at + 4
        if kind == _DIMENSIONS and length >= 10:
            small = struct.pack("<IIHHH", 0, 1, 0, 1, 0) if length >= 14 else struct.pack("<5H", 0, 1, 0, 1, 0)
            stream[body : body + len(small)] = small
        elif kind == _STRINGS and struct.unpack_from("<I", stream, body + 4)[0] * 3 > len(stream):
            raise ValueError("more strings than bytes")
        elif kind == _SHEET:
            sheets.append(struct.unpack_from("<I", stream, body)[0])
        elif kind in _CELL_RECORDS and length >= 4:
            row, column = struct.unpack_from("<HH", stream, body)
            last = struct.unpack_from("<H", stream, body + length - 2)[0] if kind == _MULTIPLE_RK else column
            rows, columns = max(rows, row + 1), max(columns, column + 1, last + 1)
        at = body + length
    check_size(rows, columns, limits)
    return rows * columns, sheets


def _packed(name: str, stream: bytes) -> bytes:
    """A container of version 4 that holds one stream: header, allocation table, directory, stream.

    The reader wants the root to have a mini stream in this version, so it gets an empty sector.
    """
    stream = stream.ljust(_MINI_CUTOFF, b"\0")
    sectors = -(-len(stream) // _SECTOR)
    tables = -(-(sectors + 3) // (_SECTOR // 4 - 1))
    if tables > 109:
        raise TableError(BROKEN)
    first = tables + 2
    fat = [_FAT] * tables + [_END, _END] + [*range(first + 1, first + sectors), _END]
    fat += [_FREE] * (tables * _SECTOR // 4 - len(fat))
    header = MAGIC + bytes(16) + struct.pack("<5H", 0x3E, 4, 0xFFFE, 12, 6) + bytes(6)
    header += struct.pack("<9I", 1, tables, tables, 0, _MINI_CUTOFF, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    directory = _entry("Root Entry", 5, 1, tables + 1, 64) + _entry(name, 2, _FREE, first, len(stream))
    parts = (header, struct.pack(f"<{len(fat)}I", *fat), directory, bytes(_SECTOR), stream)
    return b"".join(part + bytes(-len(part) % _SECTOR) for part in parts)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    links = struct.pack("<HBB3I", len(encoded), kind, 1, _FREE, _FREE, child)
    return encoded.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
