"""Numbers and symbols of papers as offices write them."""

import pytest

from lms.vietnamese import is_paper_number, is_paper_symbol, paper_key, part_paper


@pytest.mark.parametrize("number", ["05", "1", "1601", "12a", "08Đ", "12-KH"])
def test_numbers_of_offices(number):
    assert is_paper_number(number)


@pytest.mark.parametrize("number", ["abc!!<b>", "", "12/", "0 5", "12-34-56", "1234567", "số", "…"])
def test_no_numbers(number):
    assert not is_paper_number(number)


@pytest.mark.parametrize(
    "symbol", ["KH-UBND", "QĐ-UBND-HC", "QĐ-TTg", "2020/NĐ-CP", "SNV-CCHC", "ĐU", "UBND.VX", "TTr-P.VHXH", "BC-BCĐ389"]
)
def test_symbols_of_offices(symbol):
    assert is_paper_symbol(symbol)


@pytest.mark.parametrize("symbol", ["12/KH-UBND", "<b>", "KH UBND", "-KH", "K", "2020", "KH--UBND", "KH-UBND!!", ""])
def test_no_symbols(symbol):
    assert not is_paper_symbol(symbol)


@pytest.mark.parametrize(
    ("typed", "parted"),
    [
        (("05", "KH-UBND"), ("05", "KH-UBND")), (("05/KH-UBND", ""), ("05", "KH-UBND")), (("", "05/KH-UBND"), ("05", "KH-UBND")),
        (("5", "05/KH-UBND"), ("5", "KH-UBND")), (("05/KH-UBND", "kh-ubnd"), ("05", "KH-UBND")), (("Số: 05 /", "/ KH - UBND"), ("05", "KH-UBND")),
        (("30", "2020/NĐ-CP"), ("30", "2020/NĐ-CP")), (("30/2020/NĐ-CP", ""), ("30", "2020/NĐ-CP")), (("12-KH/ĐU", ""), ("12-KH", "ĐU")),
        (("05", "12/KH-UBND"), ("05", "12/KH-UBND")), (("", "2020/NĐ-CP"), ("", "2020/NĐ-CP")), (("", ""), ("", "")),
    ],
)  # fmt: skip
def test_what_stands_in_one_field_is_parted(typed, parted):
    assert part_paper(*typed) == parted


def test_papers_are_compared_without_leading_noughts_and_case():
    assert paper_key("05", "KH-UBND") == paper_key("5", "kh-ubnd") != paper_key("50", "KH-UBND")
