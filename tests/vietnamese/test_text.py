"""Text: one form, search keys, order. Cases marked ICU were checked against ICU's Vietnamese collation."""

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.vietnamese import clean, fold, fold_name, name_sort_key, nfc, slug, sort_key

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẩẫốợửữựÝỶĐÀ 0123456789-.,"
ODD = "²½٣Ⅷ漢ẞİΣſ\u212aϓ각\u0301\u0323\u031b\u0302\u00ad\u200b\x00\ud800\r\n\t\u00a0"
vietnamese = st.text(st.sampled_from(LETTERS), max_size=30)
any_text = st.text(st.sampled_from(LETTERS + ODD), max_size=15)

# ICU: order of a roster by given name.
ROSTER = [
    "Lê Thị An",
    "Nguyễn Văn An",
    "Đặng Minh Anh",
    "Trần Thị Ánh",
    "Nguyễn Văn Ân",
    "Hồ Văn Ấn",
    "Võ Dũng",
    "Phạm Văn Đức",
    "Nguyễn Hoa",
    "Nguyễn Hoà",
    "Nguyễn Hòa",
    "Lê Ỷ",
    "Trần Ý",
    "Nguyễn Thị Yến",
]


def test_kept_text_is_nfc_without_control_characters():
    assert nfc(unicodedata.normalize("NFD", "Nguyễn Thị Hoà")) == "Nguyễn Thị Hoà"
    assert nfc("a\x00b\x07  c\r\nd\te\ud800") == "ab  c\nd\te"


def test_a_one_line_field_has_single_spaces_and_nothing_invisible():
    assert clean(" \u00a0Lê\u200b  Thị\tAn\u00a0\n") == "Lê Thị An"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hoà", "Hòa"), ("Thuý", "thúy"), ("Điện Biên", "dien bien"), ("NGUYỄN THỊ ĐÀO", "nguyen  thi dao")],
)
def test_search_does_not_mind_marks(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Sơn Qui", "Sơn Quy"), ("Mỹ", "Mĩ"), ("Quí", "Quý"), ("Lý Kỳ", "Lí Kì")])
def test_names_are_found_with_i_or_y(one, other):
    assert fold(one) != fold(other)
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(("one", "other"), [("Tây", "Tài"), ("Mây", "Mai"), ("Thúy", "Thui")])
def test_names_that_differ_in_more_than_spelling_stay_apart(one, other):
    assert fold_name(one) != fold_name(other)


def test_slug():
    assert slug("Nâng cao năng lực: Đề án 1601/QĐ-UBND-HC!") == "nang-cao-nang-luc-de-an-1601-qd-ubnd-hc"
    assert slug("…") == ""


def test_a_roster_sorts_by_given_name_as_icu_does():
    shuffled = ROSTER.copy()
    random.Random(1601).shuffle(shuffled)
    keys = [name_sort_key(name) for name in ROSTER]
    assert sorted(name_sort_key(name) for name in shuffled) == keys
    assert len(set(keys)) == len(ROSTER) - 1  # only Hoà and Hòa are one


@pytest.mark.parametrize(
    "row",
    [
        "a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y",
        "a à ả ã á ạ ă ằ ẳ ẵ ắ ặ â ầ ẩ ẫ ấ ậ b",
        "ma mà mả mã má mạ mai",
        "Tân Phước|Tân Phước 1|Tân Phước 2|Tân Phước 10|Tân Phước Tây|Tân Thạnh",
        "Mỹ Tho|Mỹ Trà|Mỹ Xương",
    ],
)
def test_vietnamese_order(row):
    words = row.split("|" if "|" in row else " ")
    keys = [sort_key(word) for word in words]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_tone_placement_and_capitals_do_not_part_names():
    assert sort_key("NGUYỄN HOÀ") == sort_key("Nguyễn  Hòa")


@settings(max_examples=40)
@given(any_text)
def test_keys_are_the_same_for_both_unicode_forms(text):
    decomposed, composed = unicodedata.normalize("NFD", text), unicodedata.normalize("NFC", text)
    for key in (nfc, clean, fold, fold_name, sort_key, name_sort_key, slug):
        assert key(decomposed) == key(composed)


@settings(max_examples=40)
@given(any_text)
def test_folding_again_changes_nothing(text):
    for key in (nfc, clean, fold, fold_name, slug):
        assert key(key(text)) == key(text)


@settings(max_examples=40)
@given(any_text)
def test_sort_keys_are_printable_ascii_without_space_at_the_ends(text):
    for key in (sort_key(text), name_sort_key(text)):
        assert key.isascii()
        assert key.isprintable()
        assert key == key.strip()


@settings(max_examples=40)
@given(vietnamese, vietnamese)
def test_order_never_contradicts_the_order_of_plain_letters(one, other):
    """Marks and tones decide only between texts whose letters are the same up to marks."""
    first, second = sort_key(one).split(" ")[0], sort_key(other).split(" ")[0]
    if first < second:
        assert sort_key(one) < sort_key(other)


@settings(max_examples=40)
@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_numbers_within_text_sort_by_value(one, other):
    assert (sort_key(f"Ấp {one}") < sort_key(f"Ấp {other}")) == (one < other)
