"""What is refused, and how single cells leave."""

import datetime as dt
import io
import struct
import zipfile

import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.tables import Column, Limits, Sheet, TableError, find_header, read, rows, safe_cell, text_cell
from lms.vietnamese import read_number


def simple_xlsx(**cells) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        sheet = workbook.add_worksheet()
        for place, value in (cells or {"A1": "x"}).items():
            sheet.write(place, value)
    return target.getvalue()


def changed(data: bytes, **parts: bytes) -> bytes:
    """The archive with parts replaced or added; __ in a name stands for /, _ before the ending for a dot."""
    target = io.BytesIO()
    names = {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in parts.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in names:
                new.writestr(name, old.read(name))
        for name, content in names.items():
            new.writestr(name, content)
    return target.getvalue()


def archive(**parts: bytes) -> bytes:
    return changed(b"PK\x05\x06" + bytes(18), **parts)


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def simple_xls() -> bytes:
    workbook = xlwt.Workbook()
    workbook.add_sheet("A").write(0, 0, "x")
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def renamed(data: bytes, old: str, new: str) -> bytes:
    """A compound file whose stream has another name."""

    def entry(name: str) -> bytes:
        encoded = (name + "\0").encode("utf-16-le")
        return encoded.ljust(64, b"\0") + struct.pack("<H", len(encoded))

    assert entry(old) in data
    return data.replace(entry(old), entry(new))


def far_xls() -> bytes:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("A")
    sheet.write(0, 0, "x")
    sheet.write(50_000, 199, "y")
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "trống"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<html><table><tr><td>1", "HTML"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><Workbook/>", "HTML"),
        (b"\x89PNG\r\n\x1a\n", "ảnh"),
        (b"PK\x03\x04 broken", "hỏng"),
        (simple_xlsx()[:-40], "hỏng"),
        (simple_xls()[:1000], "hỏng"),
        (renamed(simple_xls(), "Workbook", "EncryptedPackage"), "mật khẩu"),
        (renamed(simple_xls(), "Workbook", "WordDocument"), "Word"),
        (far_xls(), "quá nhiều ô"),
        (archive(word__document_xml=b"<w/>"), "Word"),
        (archive(other_xml=b"<w/>"), "không phải bảng tính"),
        (b"a\x00\x01\x02b", "không phải bảng tính"),
        (b'a,"b\n' * 1 + b"x" * 200_000, "CSV"),
        (changed(simple_xlsx(), xl__a_xml=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "XML"),
        (changed(simple_xlsx(), xl__big_xml=b"a" * 30_000_000), "nén"),
        (
            changed(simple_xlsx(), xl__worksheets__sheet1_xml=SHEET % b'<row><c r="XFD9"><v>1</v></c></row>'),
            "cột",
        ),
        (
            changed(
                simple_xlsx(),
                xl__worksheets__sheet1_xml=SHEET % b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
            ),
            "dòng",
        ),
    ],
)
def test_refused_in_words(data, words):
    with pytest.raises(TableError, match=words):
        read(data, "ds.xlsx")


def test_limits_hold():
    with pytest.raises(TableError, match="MB"):
        read(b"a,b\n" * 10, "ds.csv", Limits(file_bytes=10))
    with pytest.raises(TableError, match="dòng"):
        read(b"a,b\n" * 10, "ds.csv", Limits(rows=5))
    with pytest.raises(TableError, match="cột"):
        read(simple_xlsx(A1="x", Z1="y"), "ds.xlsx", Limits(columns=5))


def test_an_archive_that_lies_about_sizes_is_refused():
    data = bytearray(changed(simple_xlsx(), xl__big_xml=b"a" * 1_000_000))
    at = data.rindex(b"xl/big.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    with pytest.raises(TableError):
        read(bytes(data), "ds.xlsx")


def test_the_content_tells_the_kind_not_the_name():
    assert read(simple_xlsx(A1="x"), "ds.csv").sheets[0].rows == [["x"]]
    assert read(b"x,y\n", "ds.xlsx").sheets[0].rows == [["x", "y"]]


def test_absurd_dimensions_of_an_old_workbook_cost_nothing():
    """The reader sets memory aside for what this record claims; 4 thousand million rows would end the process."""
    data = simple_xls()
    at = data.index(struct.pack("<HHII", 0x0200, 14, 0, 1)) + 4
    absurd = data[:at] + struct.pack("<IIHH", 0, 0xFFFFFFFF, 0, 0xFFFF) + data[at + 12 :]
    assert read(absurd, "ds.xls").sheets[0].rows == [["x"]]


ODS = (
    b'<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    b' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    b' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="A">'
    b"%s</table:table></office:spreadsheet></office:body></office:document-content>"
)
MANIFEST = b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"


def ods(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("mimetype", MIMETYPE, zipfile.ZIP_STORED)
        new.writestr("content.xml", ODS % content)
        new.writestr("META-INF/manifest.xml", MANIFEST)
    return target.getvalue()


FILLED = b'<table:table-cell office:value-type="string"><text:p>An</text:p></table:table-cell>'


def test_ods_with_its_endless_empty_tail():
    tail = b'<table:table-row table:number-rows-repeated="1048575"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    assert read(ods(b"<table:table-row>" + FILLED + b"</table:table-row>" + tail), "a.ods").sheets[0].rows == [["An"]]


def test_ods_that_repeats_a_filled_row_without_end_is_refused():
    with pytest.raises(TableError, match="dòng"):
        read(
            ods(b'<table:table-row table:number-rows-repeated="1048576">' + FILLED + b"</table:table-row>"),
            "a.ods",
        )


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300)
    | st.binary(max_size=60).map(lambda tail: b"PK\x03\x04" + tail)
    | st.binary(max_size=600).map(lambda tail: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + tail)
)
def test_arbitrary_bytes_raise_nothing_else(data):
    try:
        read(data, "x")
    except TableError:
        return


DAMAGED = [simple_xlsx(A1="x", B2=1), simple_xls()]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(DAMAGED), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=8))
def test_damaged_files_raise_nothing_else(data, damage):
    broken = bytearray(data)
    for place, value in damage:
        broken[place % len(broken)] = value
    try:
        read(bytes(broken), "x.xlsx")
    except TableError:
        return


cells = st.sampled_from(
    [
        "",
        "",
        "STT",
        "Họ và tên",
        "Tên",
        "I",
        "II. XÃ",
        "Tổng cộng",
        "x",
        "Nữ",
        1,
        2.5,
        True,
        dt.date(1980, 1, 5),
        "(1)",
        "(2)",
    ]
)
grids = st.integers(1, 5).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=8))


@settings(max_examples=100, deadline=None)
@given(grids)
def test_any_grid_can_be_searched_and_walked(grid):
    sheet = Sheet("A", grid)
    asked = {"name": Column(("Họ và tên",)), "given": Column(("Họ và tên / Tên",)), "female": Column(("Nữ",))}
    header = find_header(sheet, asked)
    if header:
        numbers = [row.number for row in rows(sheet, header)]
        assert numbers == sorted(set(numbers))
        assert all(header.start < number <= len(grid) for number in numbers)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (912345678.0, "912345678"),
        (87123456789.0, "87123456789"),
        (9.5, "9,5"),
        (1.234, "1,234"),
        (8.100000000000001, "8,1"),
        (0.0, "0"),
        (1e20, "100000000000000000000"),
        (" a\u00a0 b ", "a b"),
        (True, "x"),
        (False, ""),
        (None, ""),
        (dt.date(1980, 1, 5), dt.date(1980, 1, 5)),
        (dt.datetime(1980, 1, 5, 7), dt.date(1980, 1, 5)),
        (dt.time(7, 30), "07:30:00"),
    ],
)
def test_text_of_a_cell(value, text):
    assert text_cell(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_a_number_cell_is_read_back_to_fifteen_digits(value):
    assert float(read_number(text_cell(value))) == float(f"{value:.15g}")


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\r=1", " =1+1", "＝1"])
def test_formulas_are_guarded(text):
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["-1,5", "+84912345678", "-12%", "Lê Thị An", "", "a=b"])
def test_numbers_and_words_are_left(text):
    assert safe_cell(text) == text
