"""Habits of authors that give answers away or mislead, in one question and over a whole set.

The bounds are the school's authoring rules, not measured law.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Any

from lms.grading import options
from lms.grading.options import Option
from lms.vietnamese import fold

LONGEST_AT_MOST = Fraction(40, 100)
FEWEST = 5  # below so many single-choice questions a habit cannot be told from chance
ALL_OF_ABOVE = re.compile(
    r"(tat ca|ca \w+|ca (hai|ba|bon)|toan bo)\b.*\b(tren|deu (dung|sai))$"
    r"|\b[a-d](, [a-d])* va [a-d]( deu)? (dung|sai)$|^ca [a-d](, [a-d])* va [a-d]$"
    r"|khong (co )?(dap an|phuong an|cau|y) nao|^tat ca deu (dung|sai)|^khong co (y )?nao dung"
)
# A stem that asks for what is not so: "việc nào dưới đây không …", "… ngoại trừ". Not "vì sao không …", nor "nào đúng về … không …".
NEGATIVE = re.compile(
    r"\bnào\b(?:\s+(?!đúng|được)\w+){0,4}\s+(?:không|chưa|sai)\b|\bngoại trừ\b|,\s*trừ\b|\bkhông phải là\b[^?]*\?", re.IGNORECASE
)
EMPHASISED = re.compile(r"\*\*[^*]*\b(?:không|chưa|sai|trừ)\b[^*]*\*\*", re.IGNORECASE)


@dataclass(frozen=True)
class ScreenWarning:
    """A habit found. `code` is longest_key | key_position | all_of_above, or of one question also negative_stem | two_options.

    `places` are the indexes of the questions meant, in the order given.
    """

    code: str
    message: str
    places: tuple[int, ...]


def _key_places(spec: Mapping[str, Any]) -> tuple[list[Option], list[int]]:
    found = list(options.read(spec).values())
    return found, [place for place, option in enumerate(found) if option.correct]


def _longest(singles: Mapping[int, tuple[list[Option], int]]) -> list[ScreenWarning]:
    """The key is longer than every other option in more than 40 % of the questions."""
    places = []
    for index, (found, key) in singles.items():
        others = [len(option.text) for place, option in enumerate(found) if place != key]
        if others and len(found[key].text) > max(others):
            places.append(index)
    if len(places) <= LONGEST_AT_MOST * len(singles):
        return []
    message = (
        f"Đáp án là phương án dài nhất ở {len(places)}/{len(singles)} câu một lựa chọn (nên không quá 40%). "
        "Viết gọn đáp án, hoặc viết phương án nhiễu dài tương đương."
    )
    return [ScreenWarning("longest_key", message, tuple(places))]


def _position(singles: Mapping[int, tuple[list[Option], int]]) -> list[ScreenWarning]:
    """The key stands at some place too often: chi-square beyond its mean by three standard deviations.

    With k places the mean is k - 1 and the variance 2 (k - 1).
    """
    expected: dict[int, Fraction] = {}
    observed: dict[int, list[int]] = {}
    for index, (found, key) in singles.items():
        observed.setdefault(key, []).append(index)
        for place in range(len(found)):
            expected[place] = expected.get(place, Fraction(0)) + Fraction(1, len(found))
    freedom = len(expected) - 1
    chi = sum((len(observed.get(place, [])) - mean) ** 2 / mean for place, mean in expected.items())
    if freedom < 1 or chi <= freedom + 3 * sqrt(2 * freedom):
        return []
    place = max(observed, key=lambda place: len(observed[place]) - expected[place])
    message = (
        f"Đáp án đứng ở vị trí {place + 1} trong {len(observed[place])}/{len(singles)} câu một lựa chọn. "
        "Đổi chỗ các phương án cho đều."
    )
    return [ScreenWarning("key_position", message, tuple(observed[place]))]


def screen(specs: Sequence[Mapping[str, Any]]) -> list[ScreenWarning]:
    """What a reader of the whole set would guess answers by.

    The longest option is too often the key, the key too often stands at one place (both over single-choice
    questions, from five on), and options such as “tất cả các đáp án trên”.
    """
    read = {index: _key_places(spec) for index, spec in enumerate(specs) if spec.get("kind") in ("single", "multiple")}
    singles = {
        index: (found, keys[0])
        for index, (found, keys) in read.items()
        if specs[index].get("kind") == "single" and len(keys) == 1
    }
    warnings = [*_longest(singles), *_position(singles)] if len(singles) >= FEWEST else []
    above = tuple(
        index
        for index, (found, _) in read.items()
        if any(ALL_OF_ABOVE.search(fold(option.text).rstrip(". ")) for option in found)
    )
    if above:
        message = "Có phương án kiểu “tất cả các đáp án trên”. Viết riêng từng ý, hoặc đổi sang loại nhiều lựa chọn."
        warnings.append(ScreenWarning("all_of_above", message, above))
    return warnings


def remark(question: Mapping[str, Any], spec: Mapping[str, Any]) -> list[ScreenWarning]:
    """What a careful colleague would say of one question, in pack form with its spec. Nothing said here keeps it from being used.

    The key longest by a quarter or more, an option such as “tất cả các đáp án trên”, a stem that asks for what is not so without
    saying it in bold, and a choice between two options only.
    """
    found: list[ScreenWarning] = []
    if spec.get("kind") in ("single", "multiple"):
        read, keys = _key_places(spec)
        others = [len(option.text) for option in read if not option.correct]
        if len(keys) == 1 and others and len(read[keys[0]].text) * 4 >= max(others) * 5:
            found.append(ScreenWarning("longest_key", "Đáp án dài hơn hẳn các phương án khác, người đọc dễ đoán ra.", (0,)))
        if any(ALL_OF_ABOVE.search(fold(option.text).rstrip(". ")) for option in read):
            message = "Có phương án kiểu “tất cả các đáp án trên”. Viết riêng từng ý, hoặc đổi sang loại nhiều lựa chọn."
            found.append(ScreenWarning("all_of_above", message, (0,)))
        if len(read) == 2:
            message = "Chỉ có hai phương án, đoán cũng đúng một nửa. Thêm phương án, hoặc đổi sang loại đúng/sai."
            found.append(ScreenWarning("two_options", message, (0,)))
        stem = str(question.get("stem") or "")
        if NEGATIVE.search(stem.replace("*", "")) and not EMPHASISED.search(stem):
            message = "Câu hỏi có ý phủ định chưa in đậm. Đặt chữ phủ định giữa hai cặp dấu sao, ví dụ **không**."
            found.append(ScreenWarning("negative_stem", message, (0,)))
    return found
