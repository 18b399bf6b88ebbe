"""Names, telephone numbers and text from before Unicode."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.vietnamese import (
    Name,
    address,
    decode_tcvn3,
    decode_vni,
    format_phone,
    guess_encoding,
    initials,
    read_phone,
    split_name,
)


@pytest.mark.parametrize(
    ("full", "name"),
    [
        ("Lê Thị Mỹ Hường", Name("Lê", "Thị Mỹ", "Hường")),
        ("Nguyễn An", Name("Nguyễn", "", "An")),
        ("Âu Dương Quân", Name("Âu Dương", "", "Quân")),
        ("Âu Dương", Name("Âu", "", "Dương")),
        ("Y'Thoa", Name("", "", "Y'Thoa")),
        ("  ", Name("", "", "")),
    ],
)
def test_name_is_split(full, name):
    assert split_name(full) == name


def test_people_are_addressed_by_given_name():
    assert address("Lê Thị Mỹ Hường", "F") == "chị Hường"
    assert address("Trần Văn Đạt", "M") == "anh Đạt"
    assert address("Lê Thị Mỹ Hường", None) == "anh/chị Hường"
    assert address("") == "anh/chị"


def test_initials():
    assert [initials(name) for name in ("Lê Thị Mỹ Hường", "đặng ánh", "Hường", "")] == ["MH", "ĐÁ", "H", ""]


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("0912345678", "+84912345678"),
        ("912345678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("(+84)0912-345-678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("848123456", "+84848123456"),
        ("0277 3851 234", "+842773851234"),
        ("2773851234", "+842773851234"),
        ("01234567890", None),
        ("0912345678 0913345678", None),
        ("09123", None),
        ("không có", None),
        ("٠٩١٢٣٤٥٦٧٨", None),
        ("", None),
    ],
)
def test_phone_is_read(text, phone):
    assert read_phone(text) == phone


def test_phone_is_printed():
    assert format_phone("+84912345678") == "0912 345 678"
    assert format_phone("") == ""


@settings(max_examples=40)
@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True))
def test_a_printed_phone_is_read_back(number):
    assert read_phone(format_phone(read_phone(number))) == read_phone(number)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("Xin chµo tÊt c¶", "Xin chào tất cả"),
        ("§ång Th¸p, Lª ThÞ Mü H\u00adêng", "Đồng Tháp, Lê Thị Mỹ Hường"),
        ("CéNG HßA", "CỘNG HÒA"),
    ],
)
def test_tcvn3(old, new):
    assert decode_tcvn3(old) == new
    assert guess_encoding(old) == "tcvn3"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("ÑOÀNG THAÙP", "ĐỒNG THÁP"),
        ("Leâ Thò Myõ Höôøng", "Lê Thị Mỹ Hường"),
    ],
)
def test_vni(old, new):
    assert decode_vni(old) == new
    assert guess_encoding(old) == "vni"


@pytest.mark.parametrize(
    "text",
    ["Cộng hòa xã hội", "Tô Hà", "Lê Hoàng Cúc", "Nguyen Van An", "", "Nguyễn Văn Ân", "Hà Văn Bình", "Trí"],
)
def test_modern_text_is_left_alone(text):
    assert guess_encoding(text) == "unicode"


@settings(max_examples=40)
@given(st.text(st.sampled_from("aAeoÔöÑñµ¸©Êß\u00ad øùÙ漢đ\ud800\u0301,"), max_size=12))
def test_decoding_never_raises(text):
    decode_tcvn3(text), decode_vni(text), guess_encoding(text)
