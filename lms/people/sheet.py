"""A file of officers as offices keep it, read row by row; and the files given back: the template, the rows with errors."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import xlsxwriter

from lms import tables
from lms.people.models import IDENTIFIER_NAMES, PERSON_KINDS, identifier_value
from lms.tables import Column, TableError
from lms.vietnamese import clean, decode_tcvn3, decode_vni, fold, format_date, guess_encoding, read_date

LABELS = {
    "full_name": "Họ và tên", "birth": "Ngày sinh", "gender": "Giới tính", "kind": "Diện", "code": "Mã cán bộ", "email": "Thư điện tử",
    "phone": "Điện thoại", "unit": "Đơn vị", "unit_code": "Mã đơn vị", "position": "Vị trí việc làm", "title": "Chức vụ, chức danh",
    "since": "Từ ngày",
}  # fmt: skip
COLUMNS = {
    "full_name": Column(("Họ và tên", "Họ tên", "Họ và tên cán bộ", "Họ tên cán bộ", "Tên cán bộ", "Họ và tên CBCC")),
    "family": Column(("Họ", "Họ đệm", "Họ và đệm", "Họ và tên đệm", "Họ lót", "Họ và tên lót", "Họ, tên đệm")),
    "given": Column(("Tên",)),
    "birth": Column(("Ngày sinh", "Ngày, tháng, năm sinh", "Năm sinh", "Sinh ngày", "Ngày tháng năm sinh")),
    "born_male": Column(("Ngày sinh / Nam", "Năm sinh / Nam", "Ngày, tháng, năm sinh / Nam")),
    "born_female": Column(("Ngày sinh / Nữ", "Năm sinh / Nữ", "Ngày, tháng, năm sinh / Nữ")),
    "gender": Column(("Giới tính", "Phái")),
    "female": Column(("Nữ", "Giới tính / Nữ")),
    "kind": Column(("Diện", "Loại cán bộ", "Đối tượng", "CB, CC, VC")),
    "code": Column(("Mã cán bộ", "Mã CBCC", "Mã CBCCVC", "Mã công chức", "Mã số cán bộ", "Mã định danh", "Mã số")),
    "email": Column(("Thư điện tử", "Email", "E-mail", "Thư công vụ", "Email công vụ", "Địa chỉ thư điện tử", "Hộp thư điện tử")),
    "phone": Column(("Điện thoại", "Số điện thoại", "SĐT", "ĐT", "Điện thoại di động", "Di động", "Số ĐT")),
    "unit": Column(("Đơn vị", "Đơn vị công tác", "Cơ quan", "Cơ quan, đơn vị", "Nơi công tác", "Tên đơn vị")),
    "unit_code": Column(("Mã đơn vị", "Mã ĐVHC", "Mã xã", "Mã xã, phường", "Mã cơ quan")),
    "position": Column(("Vị trí việc làm", "VTVL", "Vị trí", "Mã vị trí", "Mã VTVL", "Vị trí CCHC")),
    "title": Column(("Chức vụ", "Chức vụ, chức danh", "Chức danh", "Chức vụ, đơn vị", "Chức vụ công tác")),
    "since": Column(("Từ ngày", "Ngày bắt đầu", "Thời điểm phân công")),
}
_TEXTS = ("full_name", "family", "given", "unit", "position", "title", "gender", "kind")
_LONGEST = {"full_name": 100, "unit": 200, "unit_code": 32, "position": 200, "title": 150}
_KINDS = {fold(name): key for key, name in PERSON_KINDS.items()} | {"hop dong": "hop_dong", "hdld": "hop_dong"}
_GENDERS = {"nam": "M", "nu": "F", "ong": "M", "ba": "F", "m": "M", "f": "F"}


@dataclass
class ReadRow:
    """One officer as the file has it. data: fields of LABELS that were filled, birth and since in ISO form; problems: (field, message)."""

    sheet: str
    line: int
    data: dict[str, Any]
    problems: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class ReadFile:
    """A file read: its rows; the columns found as field -> label of the file; columns nobody asked for; the old encoding, if one."""

    rows: list[ReadRow]
    columns: dict[str, str]
    unknown: list[str]
    encoding: str


def read_officers(content: bytes, filename: str) -> ReadFile:
    """Read a file of officers. Raises TableError, in Vietnamese, for a file that is no table of officers."""
    book = tables.read(content, filename)
    found: list[tuple[str, tables.Header, tables.Row]] = []
    columns: dict[str, str] = {}
    unknown: list[str] = []
    for sheet in book.sheets:
        header = tables.find_header(sheet, COLUMNS)
        if header is None or not {"full_name", "given"} & header.columns.keys():
            continue
        labels = [sheet.rows[row] for row in header.rows]
        columns |= {name: _label(labels, column) for name, column in header.columns.items() if name not in columns}
        unknown += [label for label in header.unknown.values() if label and label not in unknown]
        found += [(sheet.name, header, row) for row in tables.rows(sheet, header)]
    if not columns:
        raise TableError(
            "Không tìm thấy cột “Họ và tên” trong 30 dòng đầu của trang tính nào. "
            "Anh/Chị kiểm tra dòng tiêu đề, hoặc chép danh sách vào tệp mẫu rồi tải lên lại."
        )
    sample = " ".join(str(row.cells.get(name, "")) for _, _, row in found[:400] for name in _TEXTS)
    encoding = guess_encoding(sample)
    rows = [_read_row(name, row, header.columns.keys(), encoding) for name, header, row in found]
    return ReadFile(rows, columns, unknown[:20], encoding)


def _label(labels: list[list], column: int) -> str:
    return " / ".join(text for row in labels if (text := str(tables.text_cell(row[column]))))


def _read_row(sheet: str, row: tables.Row, columns: Iterable[str], encoding: str) -> ReadRow:
    cells = dict(row.cells)
    decode = {"tcvn3": decode_tcvn3, "vni": decode_vni}.get(encoding)
    if decode:
        cells |= {name: clean(decode(str(cells[name]))) for name in _TEXTS if cells.get(name)}
    result = ReadRow(sheet, row.number, {})
    name = cells.get("full_name") or f"{cells.get('family', '')} {cells.get('given', '')}"
    texts: dict[str, Any] = {"full_name": clean(str(name))}
    texts |= {key: str(cells[key]) for key in ("unit", "unit_code", "position", "title") if cells.get(key)}
    if "unit" not in texts and "unit_code" not in texts and row.group:
        texts["unit"] = _heading(decode(row.group) if decode else row.group)
    for key, text in texts.items():
        _put_text(result, key, text)
    _put_birth(result, cells)
    _put_gender(result, cells, set(columns))
    _put_kind(result, str(cells.get("kind", "")))
    for kind in IDENTIFIER_NAMES:
        _put_identifier(result, kind, str(cells.get(kind, "")))
    _put_since(result, cells.get("since", ""))
    return result


def _heading(group: str) -> str:
    """A group heading without its numeral: "1. Sở Nội vụ (12 người)" is "Sở Nội vụ"."""
    head, dot, rest = group.partition(".")
    text = rest if dot and len(head) <= 5 else group
    return clean(text.partition("(")[0])


def _problem(row: ReadRow, name: str, message: str) -> None:
    row.problems.append({"field": LABELS[name], "message": message})


def _put_text(row: ReadRow, name: str, text: str) -> None:
    row.data[name] = text[: _LONGEST[name]]
    if name == "full_name" and not any(c.isalpha() for c in text):
        _problem(row, name, "Chưa có họ và tên.")
    elif len(text) > _LONGEST[name]:
        _problem(row, name, f"Dài quá {_LONGEST[name]} ký tự. Có thể ô này chứa nội dung của cột khác.")


def _put_birth(row: ReadRow, cells: dict[str, Any]) -> None:
    for name, gender in (("born_female", "F"), ("born_male", "M"), ("birth", None)):
        if not (written := cells.get(name)):
            continue
        if gender:
            row.data["gender"] = gender
        read = read_date(written, first_year=1930)
        if read is None or not 1930 <= read.year <= 2015:
            row.data["birth"] = str(written)
            _problem(row, "birth", f"Chưa đọc được “{written}”. Ví dụ: 05/01/1980, hoặc chỉ năm: 1980.")
        else:
            row.data["birth"] = read.isoformat()
        return


def _put_gender(row: ReadRow, cells: dict[str, Any], columns: set[str]) -> None:
    if "gender" in columns and cells.get("gender"):
        gender = _GENDERS.get(fold(str(cells["gender"])))
        if gender is None:
            _problem(row, "gender", f"“{cells['gender']}” chưa rõ là nam hay nữ. Ghi Nam hoặc Nữ.")
        row.data["gender"] = gender or str(cells["gender"])
    elif "female" in columns and "gender" not in columns:
        row.data["gender"] = "F" if cells.get("female") else "M"


def _put_kind(row: ReadRow, text: str) -> None:
    if not text:
        return
    row.data["kind"] = _KINDS.get(fold(text), text)
    if row.data["kind"] not in PERSON_KINDS:
        _problem(row, "kind", f"“{text}” chưa khớp. Ghi một trong: {', '.join(PERSON_KINDS.values())}.")


def _put_identifier(row: ReadRow, kind: str, text: str) -> None:
    if not text:
        return
    value = identifier_value(kind, text)
    row.data[kind] = value or text
    if value is None:
        examples = {"phone": "0912 345 678", "email": "ten@dongthap.gov.vn", "code": "DT000123"}
        _problem(row, kind, f"Chưa đọc được “{text}”. Ví dụ: {examples[kind]}. Ô này chỉ ghi một giá trị.")


def _put_since(row: ReadRow, written: Any) -> None:
    if not written:
        return
    read = read_date(written)
    day = read.as_date() if read else None
    row.data["since"] = day.isoformat() if day else str(written)
    if day is None:
        _problem(row, "since", f"Chưa đọc được “{written}”. Ví dụ: 01/07/2026.")


def template_file(units: list[str], positions: list[str]) -> bytes:
    """The file to fill in: a sheet with the head and drop-down lists, a guide, and the names of units and positions in force."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = _table(book, "Danh sách", list(LABELS.values()), [])
        guide, lists = book.add_worksheet("Hướng dẫn"), book.add_worksheet("Danh mục")
        for line, text in enumerate(_GUIDE):
            guide.write_string(line, 0, text)
        guide.set_column(0, 0, 110)
        for column, names in enumerate((units, positions)):
            lists.write_string(0, column, ("Đơn vị", "Vị trí việc làm")[column])
            for line, text in enumerate(names, 1):
                lists.write_string(line, column, text)
        lists.set_column(0, 1, 55)
        order = list(LABELS)
        for key, names, letter in (("unit", units, "A"), ("position", positions, "B")):
            source = f"='Danh mục'!${letter}$2:${letter}${len(names) + 1}"
            if names:
                rule = {"validate": "list", "source": source, "error_type": "warning"}
                sheet.data_validation(1, order.index(key), 5000, order.index(key), rule)
    return target.getvalue()


_GUIDE = (
    "Bắt buộc: Họ và tên, Đơn vị (hoặc Mã đơn vị). Các cột khác bỏ trống được.",
    "Ngày sinh: 05/01/1980; chỉ biết năm thì ghi 1980.",
    "Mã cán bộ, thư điện tử, điện thoại: mỗi ô một giá trị; dùng để nhận ra người đã có trong hệ thống.",
    "Đơn vị, Vị trí việc làm: chọn hoặc chép từ trang Danh mục.",
    "Ô trống không xóa thông tin đang có. Trước khi ghi, hệ thống cho xem trước từng dòng.",
)


def error_file(rows: Iterable[tuple[int, dict[str, Any], str]]) -> bytes:
    """The rows that were not taken, in the columns of the template, with their line and reasons: to be put right and sent again."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        _table(book, "Dòng cần sửa", [*LABELS.values(), "Lý do", "Dòng trong tệp cũ"], _error_lines(rows))
    return target.getvalue()


def _error_lines(rows: Iterable[tuple[int, dict[str, Any], str]]) -> Iterator[list[str]]:
    for line, data, reasons in rows:
        yield [*(shown(key, data.get(key, "")) for key in LABELS), reasons, str(line)]


def shown(name: str, value: Any) -> str:
    """A field of a row as people write it."""
    text = str(value or "")
    if name == "gender":
        return {"F": "Nữ", "M": "Nam"}.get(text, text)
    if name == "kind":
        return PERSON_KINDS.get(text, text)
    if name in ("birth", "since"):
        read = read_date(text)
        return format_date(read) if read else text
    return "0" + text.removeprefix("+84") if name == "phone" and text.startswith("+84") else text


def _table(book: Any, name: str, head: list[str], lines: Iterable[list[str]]) -> Any:
    """A sheet as offices keep it (domain analysis 5.4): Times New Roman, head repeated in print, every cell text, so that nothing is a formula."""
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "font_name": "Times New Roman", "font_size": 12, "text_wrap": True, "border": 1})
    plain = book.add_format({"font_name": "Times New Roman", "font_size": 12, "num_format": "@", "border": 1})
    for column, text in enumerate(head):
        sheet.write_string(0, column, text, bold)
    for line, texts in enumerate(lines, 1):
        for column, text in enumerate(texts):
            sheet.write_string(line, column, text, plain)
    sheet.set_column(0, len(head) - 1, 20, book.add_format({"num_format": "@"}))  # what is typed stays text: 0912 keeps its zero
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    return sheet


def iso_day(text: str | None) -> date | None:
    """A day that was read from the file."""
    return date.fromisoformat(text) if text else None
