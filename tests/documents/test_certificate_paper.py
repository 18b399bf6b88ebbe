"""The certificate: its words, its literalness, its sameness and that nothing typed can break it."""

import dataclasses
import io
import unicodedata
from datetime import date

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.documents import CertificateData, certificate
from lms.vietnamese import PartialDate

DATA = CertificateData(
    issuer_parent="UBND TỈNH ĐỒNG THÁP",
    issuer="SỞ NỘI VỤ",
    authority="GIÁM ĐỐC SỞ NỘI VỤ",
    holder="Nguyễn Thị Hồng Ánh",
    born=date(1985, 3, 5),
    position="Chuyên viên",
    unit="Phòng Văn hóa - Xã hội, UBND xã Tân Phước 1",
    course="Nhập môn cải cách hành chính cho đầu mối mới",
    started=date(2026, 1, 5),
    finished=date(2026, 2, 10),
    periods=8,
    result="Đạt (8,5 điểm)",
    classification="Giỏi",
    place="Đồng Tháp",
    issued=date(2026, 3, 5),
    signer_title=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    signer="Trần Văn Đức",
    number="015/GCN-SNV-2026",
    verify_url="https://hoc.example.vn/xac-minh/7K3QM9TX2WRE5VBN",
    verify_code="7K3QM9TX2WRE5VBN",
)


def pages(**changes) -> list[pypdf.PageObject]:
    return pypdf.PdfReader(io.BytesIO(certificate(dataclasses.replace(DATA, **changes)))).pages


def words(**changes) -> str:
    """The text of the page, NFC as extracted, runs of spaces and breaking places removed."""
    (page,) = pages(**changes)
    return " ".join(page.extract_text().replace("\u200b", "").split())


@pytest.fixture(scope="module")
def text():
    return words()


@pytest.mark.parametrize(
    "line",
    [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "UBND TỈNH ĐỒNG THÁP",
        "GIẤY CHỨNG NHẬN",
        "GIÁM ĐỐC SỞ NỘI VỤ CHỨNG NHẬN",
        "Ông/Bà",
        "NGUYỄN THỊ HỒNG ÁNH",
        "Ngày sinh: 05/03/1985",
        "Chức vụ: Chuyên viên",
        "Đơn vị công tác: Phòng Văn hóa - Xã hội, UBND xã Tân Phước 1",
        "Đã hoàn thành khóa bồi dưỡng",
        "Nhập môn cải cách hành chính cho đầu mối mới",
        "Hình thức: trực tuyến",
        "Thời gian: từ ngày 05/01/2026 đến ngày 10/02/2026",
        "Thời lượng: 8 tiết",
        "Kết quả: Đạt (8,5 điểm)",
        "Xếp loại: Giỏi",
        "Đồng Tháp, ngày 05 tháng 3 năm 2026",  # no zero before month 3: NĐ 30/2020/NĐ-CP, Phụ lục I
        "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC",
        "Trần Văn Đức",
        "Số vào sổ: 015/GCN-SNV-2026",
        "Mã tra cứu: 7K3Q-M9TX-2WRE-5VBN",
        "https://hoc.example.vn/xac-minh/7K3QM9TX2WRE5VBN",
    ],
)
def test_every_line_of_the_form_is_there_in_nfc(text, line):
    assert unicodedata.is_normalized("NFC", text)
    assert line in text


def test_never_a_regulated_certificate(text):
    assert "chứng chỉ" not in text.lower()


def test_decomposed_input_is_printed_composed():
    assert "NGUYỄN THỊ HỒNG ÁNH" in words(holder=unicodedata.normalize("NFD", DATA.holder))


@pytest.mark.parametrize("name", ['*#{}[]"\\', "#panic() $x$ @a <b> `c` = d", "_An_ *Bình* \\u{41}", "// /* */ ~ -- '"])
def test_markup_in_a_name_is_printed_as_typed(name):
    assert name.upper() in words(holder=name)


def test_birth_of_which_only_the_year_is_known():
    assert "Năm sinh: 1962" in words(born=PartialDate(1962))


def test_what_is_not_known_leaves_no_label():
    text = words(born=None, position="", classification="", started=None, issuer_parent="")
    assert not any(label in text for label in ("sinh:", "Chức vụ", "Xếp loại", "UBND TỈNH"))
    assert "Thời gian: ngày 10/02/2026" in text


def test_very_long_names_stay_whole_on_one_page():
    unit = "Phòng Kinh tế, Hạ tầng và Đô thị thuộc Ủy ban nhân dân phường " * 6
    course = "Tổ chức bộ máy chính quyền địa phương 2 cấp và vị trí việc làm, " * 6
    text = words(unit=unit, course=course, holder="Công Tằng Tôn Nữ Hoàng Thiên Ngân " * 4)
    assert unit.strip() in text
    assert course.strip() in text
    assert "Trần Văn Đức" in text


def test_long_text_keeps_within_the_frame():
    """No letter starts outside the inner frame line: 14.6 mm (41 points) from each edge of 842 x 595 points."""
    spots = []

    def note(text, cm, tm, _font, _size):
        if text.strip():
            x, y = tm[4:]
            spots.append((cm[0] * x + cm[2] * y + cm[4], cm[1] * x + cm[3] * y + cm[5]))

    (page,) = pages(unit="W" * 390, course="Ệ" * 390, holder="NGUYỄN" * 60, position="chuyên viên " * 30)
    page.extract_text(visitor_text=note)
    assert spots
    assert all(41 < x < 801 and 41 < y < 554 for x, y in spots)


def test_same_data_same_bytes_other_data_other_bytes():
    assert certificate(DATA) == certificate(dataclasses.replace(DATA))
    assert certificate(DATA) != certificate(dataclasses.replace(DATA, number="016/GCN-SNV-2026"))


def test_file_is_declared_archival_and_accessible():
    """PDF/A-2a and PDF/UA-1 in the metadata, tagged, in Vietnamese, titled, fonts embedded, A4 across."""
    reader = pypdf.PdfReader(io.BytesIO(certificate(DATA)))
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode("utf-8")
    assert "<pdfaid:part>2<" in metadata
    assert "<pdfaid:conformance>A<" in metadata
    assert "<pdfuaid:part>1<" in metadata
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("vi")
    assert reader.metadata.title == "Giấy chứng nhận 015/GCN-SNV-2026: Nguyễn Thị Hồng Ánh"
    page = reader.pages[0]
    assert [round(float(side)) for side in page.mediabox[2:]] == [842, 595]
    fonts = [font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()]
    assert all("BeVietnamPro" in font for font in fonts)


def test_foreign_letters_and_hidden_marks():
    assert "?? AN ﬁ".replace("ﬁ", "FI") in words(holder="李明 \u202eA\u200dn\x00 ﬁ")


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=500), st.text(max_size=500), st.text(max_size=60), st.integers(1, 9999))
def test_nothing_typed_can_break_it(name, unit, number, year):
    changes = {"holder": name, "unit": unit, "course": name, "number": number, "verify_code": number}
    assert len(pages(**changes, born=PartialDate(year), signer=unit)) == 1
