"""One form for Vietnamese text, and the keys by which it is searched."""

import re
import unicodedata

# Characters that take no room on paper and make equal words differ: zero-width space, joiners, direction
# marks, word joiner, byte order mark. The soft hyphen U+00AD is not here: in TCVN3 text it is the letter ư.
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF])
_LINE_ENDS = re.compile(r"\r\n?")
_LONE_Y = re.compile(r"(?<=[bcdghklmnprstvx])y\b|(?<=qu)y")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def nfc(text: str) -> str:
    """Text as it is kept: NFC, without control characters; line feeds and tabs stay, CR LF becomes LF.

    Lone surrogates go too: no database stores them.
    """
    text = _LINE_ENDS.sub("\n", text)
    if not text.isprintable():
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """A one-line field as it is kept: NFC, every run of white space one space, none at the ends.

    No-break spaces count as spaces; zero-width characters vanish.
    """
    return " ".join(nfc(text.translate(_INVISIBLE)).split())


def fold(text: str) -> str:
    """The key under which text is searched: small letters, no marks, đ as d, single spaces.

    "Hoà", "Hòa" and "hoa" are one key. Folding a key again changes nothing.
    """
    bare = _without_marks(_without_marks(clean(text)).lower())
    return clean(bare.replace("đ", "d").replace("\u00ad", ""))


def fold_name(text: str) -> str:
    """The search key of names and places, where i and y are one letter: Qui and Quy, Mỹ and Mĩ.

    Only a y that stands alone as the vowel, or after qu, is written both ways; "Tây" stays apart from "Tài".
    """
    return _LONE_Y.sub("i", fold(text))


def slug(text: str) -> str:
    """Text as part of an address or file name: [a-z0-9] and single hyphens, perhaps empty."""
    return _NOT_SLUG.sub("-", fold(text)).strip("-")


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.category(c).startswith("M"))
