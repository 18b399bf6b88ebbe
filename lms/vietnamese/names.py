"""Names of persons: the full name is what is kept; its parts are derived from it."""

from typing import NamedTuple

from lms.vietnamese.text import clean

# Family names of two syllables (and family-plus-middle pairs of the royal house that stay together).
_DOUBLE_FAMILIES = {"âu dương", "tôn nữ", "tôn thất"}
_FORMS = {"F": "chị", "M": "anh"}


class Name(NamedTuple):
    """The parts of a name; a name of one word is all given name."""

    family: str
    middle: str
    given: str


def split_name(full: str) -> Name:
    """Họ, tên đệm, tên of a full name written in Vietnamese order: "Lê Thị Mỹ Hường" is Lê, Thị Mỹ, Hường."""
    words = clean(full).split()
    if len(words) < 2:
        return Name("", "", "".join(words))
    double = len(words) > 2 and " ".join(words[:2]).lower() in _DOUBLE_FAMILIES
    cut = 2 if double else 1
    return Name(" ".join(words[:cut]), " ".join(words[cut:-1]), words[-1])


def address(full: str, gender: str | None = None) -> str:
    """How the school addresses a person, always by given name: "chị Hường", "anh Đạt", "anh/chị Hường".

    gender is "F", "M" or anything else for unknown. Written small; the page makes a first word capital.
    """
    return f"{_FORMS.get(gender or '', 'anh/chị')} {split_name(full).given}".rstrip()


def initials(full: str) -> str:
    """The two letters shown in place of a picture: first letters of the last two words ("MH")."""
    return "".join(word[0].upper()[:1] for word in clean(full).split()[-2:])
