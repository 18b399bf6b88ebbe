"""Điền câu trả lời ngắn.

Texts are compared after NFC, with runs of spaces as one and the tone mark wherever it stands in its syllable
(hòa = hoà, thúy = thuý); letter case and diacritics count only where the spec says so. Of the answers that
fit, the one with the largest share counts.
"""

import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from lms.grading import fields
from lms.grading.outcome import Grade, Problem, blank, graded
from lms.vietnamese import clean

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
SAME = str.maketrans({"–": "-", "—": "-", "‑": "-", "‘": "'", "’": "'", "“": '"', "”": '"'})
BARE = str.maketrans("đĐ", "dD")


def _syllable(word: str) -> str:
    """The syllable with its tone mark moved behind it."""
    letters = unicodedata.normalize("NFD", word)
    return "".join(c for c in letters if c not in TONES) + "".join(c for c in letters if c in TONES)


def _compared(spec: Mapping[str, Any], typed: str) -> str:
    """The text as this question compares it."""
    plain = clean(typed).translate(SAME)
    if spec.get("case") is not True:
        plain = plain.casefold()
    found = " ".join(_syllable(word) for word in plain.split())
    if spec.get("diacritics", True) is False:
        found = "".join(c for c in found if not unicodedata.combining(c)).translate(BARE)
    return found


def check(spec: Mapping[str, Any]) -> list[Problem]:
    """An answer at least, none empty or written twice; one earns the whole mark."""
    rows = fields.rows(spec, "answers")
    found = [] if rows else [Problem("answers", "Chưa có đáp án. Ghi ít nhất một đáp án.")]
    seen: set[str] = set()
    for index, row in enumerate(rows):
        plain = _compared(spec, fields.text(row, "text"))
        if not plain:
            found.append(Problem(f"answers.{index}.text", f"Đáp án {index + 1} chưa có nội dung."))
        elif plain in seen:
            found.append(Problem(f"answers.{index}.text", f"Đáp án {index + 1} trùng với đáp án ở trên."))
        seen.add(plain)
    found += fields.share_problems(rows, "answers.{}.share", "đáp án")
    if rows and not found and not any(fields.share(row) in (None, 1) for row in rows):
        found.append(Problem("answers", "Cần ít nhất một đáp án được trọn điểm (tỷ lệ 1)."))
    return found


def present(spec: Mapping[str, Any], seed: str | int) -> dict[str, Any]:
    """Nothing but the kind."""
    return {"kind": "short"}


def answered(spec: Mapping[str, Any], given: object) -> bool:
    """Something was typed."""
    return bool(_compared(spec, fields.text(given, "text")))


def grade(spec: Mapping[str, Any], given: object) -> Grade:
    """The share of the best answer the text equals."""
    typed = _compared(spec, fields.text(given, "text"))
    if not typed:
        return blank()
    shares = [
        Fraction(1) if "share" not in row else fields.share(row) or Fraction(0)
        for row in fields.rows(spec, "answers")
        if _compared(spec, fields.text(row, "text")) == typed
    ]
    return graded(max(shares, default=Fraction(0)))


def solution(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The first answer with the whole mark."""
    for row in fields.rows(spec, "answers"):
        if fields.share(row) in (None, 1):
            return {"text": fields.text(row, "text")}
    return {}


def describe(spec: Mapping[str, Any], given: object) -> str:
    """The text as it was typed."""
    return clean(fields.text(given, "text"))
