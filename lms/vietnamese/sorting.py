"""Vietnamese order as plain ASCII keys, so that every database sorts alike without a collation.

The order is that of ICU `vi`: letters a ă â b c d đ e ê ... first, then tones (ngang, huyền, hỏi, ngã, sắc,
nặng), numbers by value. Two departures, both wanted: capitals do not count, and a tone belongs to its
syllable, so that "Hoà" and "Hòa" are one key.

A key is "words tones": words joined by "-", each letter itself or followed by "{" or "|" for its hooked forms
(both sort after z); each word's tones as digits. " " < "-" < digits < letters < "{" makes shorter come first.
"""

import unicodedata

from lms.vietnamese.names import split_name
from lms.vietnamese.text import clean

_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LEVEL = "0"
_DIGITS = frozenset("0123456789")
_BREVE, _CIRCUMFLEX, _HORN = "\u0306", "\u0302", "\u031b"
_LETTERS = {
    ("a", _BREVE): "a{",
    ("a", _CIRCUMFLEX): "a|",
    ("e", _CIRCUMFLEX): "e{",
    ("o", _CIRCUMFLEX): "o{",
    ("o", _HORN): "o|",
    ("u", _HORN): "u{",
}


def sort_key(text: str) -> str:
    """The ASCII key by which text stands in Vietnamese order; compare keys as plain strings.

    Punctuation only parts words. "Tân Phước 2" comes before "Tân Phước 10". Text without letter or digit
    has the empty key.
    """
    decomposed = unicodedata.normalize("NFD", clean(text).lower())
    words, tones = [], []
    for piece in _pieces(decomposed):
        word, tone = _number(piece) if piece[0] in _DIGITS else _word(piece)
        words.append(word)
        tones.append(tone)
    return f"{'-'.join(words)} {''.join(tones)}" if words else ""


def name_sort_key(full_name: str) -> str:
    """The key by which rosters run: given name, then family name and middle names (Tên, Họ, Tên đệm)."""
    name = split_name(full_name)
    return f"{sort_key(name.given)} {sort_key(f'{name.family} {name.middle}')}".strip()


def _pieces(decomposed: str) -> list[str]:
    """Runs of digits and runs of letters with their marks."""
    pieces: list[str] = []
    kind = ""
    for c in decomposed:
        now = _kind(c)
        if now == "mark":
            if kind == "letter":
                pieces[-1] += c
        elif now == "":
            kind = ""
        elif now == kind:
            pieces[-1] += c
        else:
            pieces.append(c)
            kind = now
    return pieces


def _kind(c: str) -> str:
    if c in _DIGITS:
        return "digit"
    category = unicodedata.category(c)
    if category.startswith("M"):
        return "mark"
    return "letter" if category[0] in "LN" else ""


def _number(digits: str) -> tuple[str, str]:
    """A number that sorts by value: how long its length is, its length, itself."""
    digits = digits.lstrip("0") or "0"
    length = str(len(digits))
    return f"{len(length)}{length}{digits}", _LEVEL


def _word(letters: str) -> tuple[str, str]:
    """The letters of a word as ASCII, and its tones."""
    out: list[str] = []
    tones = ""
    for c in letters:
        if c in _TONES:
            tones += _TONES[c]
        elif out and (out[-1], c) in _LETTERS:
            out[-1] = _LETTERS[out[-1], c]
        elif c == "đ":
            out.append("d{")
        elif c.isascii():
            out.append(c)
        elif not unicodedata.category(c).startswith("M"):
            out.append(f"~{ord(c):06x}")
    return "".join(out), tones or _LEVEL
