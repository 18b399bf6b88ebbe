"""Text from before Unicode: TCVN3 (ABC, the .Vn* fonts) and VNI (VNI-* fonts), as modern programs show it.

Such text looks like "Céng hßa" or "Coäng hoøa". Convert run by run, show before and after, and ask.
"""

import re
import unicodedata
from typing import Literal

from lms.vietnamese.text import nfc

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
_TCVN3_TABLE = str.maketrans(_TCVN3)

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"
# VNI writes a letter and then a sign that stands for its marks.
_VNI_TONES = {"ø": _GRAVE, "ù": _ACUTE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_VNI_CIRCUMFLEX = {"â": "", "à": _GRAVE, "á": _ACUTE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
_VNI_BREVE = {"ê": "", "è": _GRAVE, "é": _ACUTE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
_VNI_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}

# Onset, rime and closing consonant of a Vietnamese syllable without tones: enough to tell words from noise.
_SYLLABLE = re.compile(
    r"(?:ngh(?=[eêi])|gh(?=[eêi])|k(?=[eêiy])|c(?![eêiy])|qu|gi|ng|nh|ch|kh|ph|th|tr|[bdđghlmnprstvx])?"
    r"(?:i[êa]?u?|y[êa]?u?|u[ôâêyơ]?|uya|uyê|u[ai]|uôi|uây|ươ[iu]?|ư[aiu]?|oa[iyo]?|oă|oe|oeo|o[io]?"
    r"|ô[i]?|ơ[i]?|a[iyou]?|ă|â[uy]?|e[o]?|ê[u]?)(?:ng|nh|ch|[cmnpt])?"
)
_BETWEEN = re.compile(r"[\s.,;:!?()|\"'/-]+")
_TONE_MARKS = dict.fromkeys(map(ord, _GRAVE + _ACUTE + _HOOK + _TILDE + _DOT))
_MODERN = re.compile("[\u1ea0-\u1ef9ăĂđĐơƠưƯĩĨũŨ]")


def _vni_table() -> dict[str, str]:
    """Every VNI spelling, small and capital, with the letter it stands for."""
    table = dict(_VNI_ALONE)
    for letters, signs, mark in (
        ("aeouy", _VNI_TONES, ""),
        ("aeo", _VNI_CIRCUMFLEX, _CIRCUMFLEX),
        ("a", _VNI_BREVE, _BREVE),
    ):
        table |= {c + sign: c + mark + tone for c in letters for sign, tone in signs.items()}
    table |= {c + sign: _VNI_ALONE[c] + tone for c in "ôö" for sign, tone in _VNI_TONES.items()}
    capitals = {old.upper(): new.upper() for old, new in table.items()}
    mixed = {old[0].upper() + old[1:]: new[0].upper() + new[1:] for old, new in table.items()}
    return {old: unicodedata.normalize("NFC", new) for old, new in (mixed | capitals | table).items()}


_VNI = _vni_table()
_VNI_SPELLING = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))


def decode_tcvn3(text: str) -> str:
    """TCVN3 text in Unicode: "Céng hßa" is "Cộng hòa".

    The fonts of capitals (.VnTimeH) store small letters; a word whose plain letters are all capitals, two
    or more, is made capital throughout: "CéNG" is "CỘNG".
    """
    return nfc(re.sub(r"\S+", _tcvn3_word, text))


def decode_vni(text: str) -> str:
    """VNI text in Unicode: "Coäng hoøa" is "Cộng hòa"."""
    return nfc(_VNI_SPELLING.sub(lambda found: _VNI[found[0]], text))


def guess_encoding(text: str) -> Literal["unicode", "tcvn3", "vni"]:
    """In which of the three the text is written: the one that makes most of its marked words Vietnamese.

    A guess for a preview, better with more words. Plain ASCII, doubt and letters only Unicode has:
    "unicode".
    """
    text = nfc(text)
    if text.isascii() or _MODERN.search(text):
        return "unicode"
    candidates = {"unicode": text, "tcvn3": decode_tcvn3(text), "vni": decode_vni(text)}
    plain = [word.isascii() for word in text.split()]
    scores = {name: _vietnamese_words(decoded, plain) for name, decoded in candidates.items()}
    return max(("unicode", "tcvn3", "vni"), key=lambda name: scores[name])


def marked_syllables(text: str) -> int:
    """How many words of the text bear marks and are Vietnamese syllables: by this, readings are compared."""
    return sum(_is_vietnamese(word) for word in _BETWEEN.split(nfc(text)) if not word.isascii())


def _tcvn3_word(found: re.Match[str]) -> str:
    word = found[0]
    decoded = word.translate(_TCVN3_TABLE)
    letters = [c for c in word if c.isascii() and c.isalpha()]
    shouted = len(letters) > 1 and all(c.isupper() for c in letters)
    return decoded.upper() if shouted else decoded


def _vietnamese_words(text: str, plain: list[bool]) -> int:
    """How many words are Vietnamese syllables, leaving out those that were plain ASCII before decoding."""
    marked = (word for word, ascii_only in zip(text.split(), plain, strict=False) if not ascii_only)
    return sum(_is_vietnamese(word.strip(".,;:!?()\"'-/")) for word in marked)


def _is_vietnamese(word: str) -> bool:
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = sum(ord(c) in _TONE_MARKS for c in decomposed)
    bare = unicodedata.normalize("NFC", decomposed.translate(_TONE_MARKS))
    return tones <= 1 and _SYLLABLE.fullmatch(bare) is not None
