"""Six files as offices send them, built cell by cell, and the rows they must become."""

import datetime as dt
import io
import unicodedata

import pytest
import xlsxwriter
import xlwt

from lms.tables import Column, find_header, read, rows
from lms.vietnamese import PartialDate, read_date, read_phone

ROSTER = {
    "name": Column(("Họ và tên", "Họ tên")),
    "birth": Column(("Ngày sinh", "Ngày, tháng, năm sinh", "Năm sinh")),
    "born_male": Column(("Ngày sinh / Nam", "Năm sinh / Nam")),
    "born_female": Column(("Ngày sinh / Nữ", "Năm sinh / Nữ")),
    "female": Column(("Nữ",)),
    "position": Column(("Chức vụ", "Chức vụ, chức danh")),
    "unit": Column(("Đơn vị công tác", "Đơn vị")),
    "phone": Column(("Điện thoại", "Số điện thoại")),
}


def xlsx(lines: list[list], merged: tuple = ()) -> bytes:
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"default_date_format": "dd/mm/yyyy"})
    sheet = workbook.add_worksheet("Danh sách")
    for number, line in enumerate(lines):
        for column, value in enumerate(line):
            if value != "":
                sheet.write(number, column, value)
    for area in merged:
        sheet.merge_range(*area)
    workbook.close()
    return target.getvalue()


def xls(lines: list[list]) -> bytes:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Danh sách")
    day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for number, line in enumerate(lines):
        for column, value in enumerate(line):
            if isinstance(value, dt.date):
                sheet.write(number, column, value, day)
            elif value != "":
                sheet.write(number, column, value)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def table(data: bytes, filename: str = "danh-sach.xlsx"):
    """Header and rows of the first sheet."""
    sheet = read(data, filename).sheets[0]
    header = find_header(sheet, ROSTER)
    assert header is not None
    return header, list(rows(sheet, header))


def test_two_row_head_on_row_five_with_year_of_birth_by_sex_and_groups():
    header, found = table(
        xlsx(
            [
                ["SỞ NỘI VỤ", "", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
                ["", "", "", "", "Độc lập - Tự do - Hạnh phúc"],
                ["DANH SÁCH"],
                [],
                ["STT", "Họ và tên", "Ngày sinh", "", "Chức vụ", "Số điện thoại"],
                ["", "", "Nam", "Nữ", "", ""],
                ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
                ["I", "KHỐI SỞ, NGÀNH"],
                [1, "Trần Văn Đạt ", "1/5/1980", "", "Chuyên viên", 912345678],
                [2, "Lê Thị  Mỹ Hường", "", 1980, "Phó Giám đốc", "0913 456 789"],
                ["II", "CÁC XÃ", "", "", "", ""],
                [3, unicodedata.normalize("NFD", "Nguyễn Thị Hoà"), "", "05-01-80", "Công chức", ""],
                ["", "Tổng cộng: 3 người"],
                ["Danh sách có 03 (ba) người./."],
                ["", "", "", "", "Đồng Tháp, ngày 05 tháng 01 năm 2026"],
                ["", "NGƯỜI LẬP BIỂU", "", "", "THỦ TRƯỞNG"],
                [],
                ["", "Nguyễn Văn A", "", "", "Trần Thị B"],
            ],
            merged=((4, 2, 4, 3, "Ngày sinh"),),
        )
    )
    assert header.rows == (4, 5)
    assert header.columns == {"name": 1, "born_male": 2, "born_female": 3, "position": 4, "phone": 5}
    assert header.unknown == {0: "STT"}
    assert [(row.number, row.group, row.cells) for row in found] == [
        (
            9,
            "I. KHỐI SỞ, NGÀNH",
            {
                "name": "Trần Văn Đạt",
                "born_male": "1/5/1980",
                "born_female": "",
                "position": "Chuyên viên",
                "phone": "912345678",
            },
        ),
        (
            10,
            "I. KHỐI SỞ, NGÀNH",
            {
                "name": "Lê Thị Mỹ Hường",
                "born_male": "",
                "born_female": "1980",
                "position": "Phó Giám đốc",
                "phone": "0913 456 789",
            },
        ),
        (
            12,
            "II. CÁC XÃ",
            {
                "name": "Nguyễn Thị Hoà",
                "born_male": "",
                "born_female": "05-01-80",
                "position": "Công chức",
                "phone": "",
            },
        ),
    ]
    assert read_phone(found[0].cells["phone"]) == "+84912345678"
    assert [read_date(row.cells["born_male"] or row.cells["born_female"]) for row in found] == [
        PartialDate(1980, 5, 1),
        PartialDate(1980),
        PartialDate(1980, 1, 5),
    ]


def test_a_tick_in_the_women_column_and_a_merged_group_title():
    _, found = table(
        xlsx(
            [
                ["TT", "HỌ VÀ TÊN", "Ngày, tháng, năm sinh (dd/mm/yyyy)", "Nữ", "Đơn vị"],
                ["Văn phòng UBND Tỉnh"],
                [1, "Phạm Văn Đức", dt.date(1980, 5, 1), "", "VP"],
                [2, "Hồ Thị Ấn", dt.date(1985, 12, 31), "x", "VP"],
                ["2. Sở Nội vụ"],
                [3, "Võ Dũng", 1990, "", "SNV"],
            ]
        )
    )
    assert [(row.cells["name"], row.cells["birth"], row.cells["female"], row.group) for row in found] == [
        ("Phạm Văn Đức", dt.date(1980, 5, 1), "", "Văn phòng UBND Tỉnh"),
        ("Hồ Thị Ấn", dt.date(1985, 12, 31), "x", "Văn phòng UBND Tỉnh"),
        ("Võ Dũng", "1990", "", "2. Sở Nội vụ"),
    ]


def test_two_columns_under_one_head_of_sex():
    """Giới tính over Nam and Nữ with ticks: the lower row says what the upper one leaves open. A first row of words is no lower head."""
    known = ROSTER | {"gender": Column(("Giới tính",)), "female": Column(("Nữ", "Giới tính / Nữ"))}
    ticked = [
        ["TT", "Họ và tên", "Giới tính", "", "Chức vụ"],
        ["", "", "Nam", "Nữ", ""],
        ["1", "Lê Lan", "", "x", "Cán sự"],
        ["2", "Võ An", "x", "", ""],
    ]
    sheet = read(xlsx(ticked), "a.xlsx").sheets[0]
    header = find_header(sheet, known)
    assert header.columns == {"name": 1, "female": 3, "position": 4}
    assert [row.cells.get("female") for row in rows(sheet, header)] == ["x", ""]
    plain = [["", "Họ và tên", "Giới tính", "Chức vụ"], ["1", "Lê Lan", "Nữ", "Cán sự"], ["2", "Võ An", "Nam", "Cán sự"]]
    sheet = read(xlsx(plain), "a.xlsx").sheets[0]
    assert find_header(sheet, known).rows == (0,)


def test_a_name_over_two_columns_under_one_head():
    header, found = table(
        xlsx(
            [
                ["STT", "Họ và tên", "", "Chức vụ"],
                [1, "Trần Văn", "Công", "Giám đốc"],
                [2, "Tống Thị", "Yến", ""],
            ],
            merged=((0, 1, 0, 2, "Họ và tên"),),
        )
    )
    assert (header.columns["name"], header.widths["name"]) == (1, 2)
    assert [row.cells["name"] for row in found] == ["Trần Văn Công", "Tống Thị Yến"]


def test_old_xls():
    _, found = table(
        xls(
            [
                [],
                ["STT", "Họ và tên", "Năm sinh", "", "Điện thoại"],
                ["", "", "Nam", "Nữ", ""],
                [1, "Đặng Minh Anh", 1980, "", 912345678],
                ["", "", "", "", ""],
                [2, "Trần Thị Ánh", "", dt.date(1982, 2, 3), 2773851234],
            ]
        ),
        "cu.xls",
    )
    assert [list(row.cells.values()) for row in found] == [
        ["Đặng Minh Anh", "1980", "", "912345678"],
        ["Trần Thị Ánh", "", dt.date(1982, 2, 3), "2773851234"],
    ]
    assert [row.number for row in found] == [4, 6]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_encoding_and_delimiter(encoding, delimiter):
    text = '"Họ và tên"|Năm sinh|"Đơn vị"\r\n"Lê Thị An"|1980|"Sở Nội vụ\r\ntỉnh"\r\n||\r\nTống An|1/5/81|-\r\n'
    _, found = table(text.replace("|", delimiter).encode(encoding), "ds.csv")
    assert [row.cells for row in found] == [
        {"name": "Lê Thị An", "birth": "1980", "unit": "Sở Nội vụ tỉnh"},
        {"name": "Tống An", "birth": "1/5/81", "unit": "-"},
    ]


def test_csv_in_single_bytes():
    modern = unicodedata.normalize("NFC", "Họ tên;Chức vụ\nNguyễn Hữu Đức;Phó Trưởng phòng\n")
    split = (
        "".join(unicodedata.normalize("NFD", c)[0] + "\u0323" if c in "ọụ" else c for c in modern)
        .replace("ễ", "ê\u0303")
        .replace("ữ", "ư\u0303")
        .replace("ứ", "ư\u0301")
        .replace("ở", "ơ\u0309")
        .replace("ò", "o\u0300")
    )
    _, found = table(split.encode("cp1258"), "ds.csv")
    assert [row.cells for row in found] == [{"name": "Nguyễn Hữu Đức", "position": "Phó Trưởng phòng"}]


def test_tcvn3_bytes_are_left_for_the_caller_to_show_and_convert():
    sheet = read("Hä tªn;Chøc vô\nNguyÔn V¨n ¢n;Phã Chñ tÞch\n".encode("cp1252"), "cu.csv").sheets[0]
    assert sheet.rows[1] == ["NguyÔn V¨n ¢n", "Phã Chñ tÞch"]


def test_a_half_filled_row_reaches_the_preview():
    _, found = table(xlsx([["STT", "Họ và tên", "Chức vụ", "Đơn vị"], [1, "An"], ["", "Nguyễn Văn Bình"], [3]]))
    assert [row.cells["name"] for row in found] == ["An", "Nguyễn Văn Bình", ""]


def test_no_head_is_no_table():
    assert find_header(read(xlsx([["a", "b"], [1, 2]]), "x.xlsx").sheets[0], ROSTER) is None
