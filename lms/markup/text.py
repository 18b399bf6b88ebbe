"""The words of a safe text, and the minutes they take."""

from decimal import ROUND_CEILING, Decimal
from html.parser import HTMLParser

BLOCKS = {
    "blockquote", "br", "dd", "details", "div", "dt", "h2", "h3", "h4", "h5", "h6", "hr", "li", "p", "pre",
    "summary", "table", "td", "th", "tr",
}  # fmt: skip

# Our assumption, to be set right by what officers' reading shows: an adult reads this many syllables of
# administrative Vietnamese (each written apart) in a minute, and looks at a picture for this long.
SYLLABLES_PER_MINUTE = 180
MINUTES_PER_IMAGE = Decimal("0.2")


class _Words(HTMLParser):
    """Collects text; blocks stand apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.handle_starttag(tag, [])

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def text_of(html: str) -> str:
    """The text of safe HTML on one line."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.found).split())


def count_words(text: str) -> int:
    """Syllables: what stands between spaces and has a letter or figure."""
    return sum(any(c.isalnum() for c in word) for word in text.split())


def minutes(words: int, images: int = 0, videos_minutes: int = 0, syllables_per_minute: int = SYLLABLES_PER_MINUTE) -> int:
    """Minutes to read a lesson and see its videos, rounded up; 0 for an empty one.

    An estimate for adults: the speed is our assumption, not a measured figure.
    """
    reading = Decimal(words) / syllables_per_minute + images * MINUTES_PER_IMAGE
    return int((reading + videos_minutes).to_integral_value(ROUND_CEILING))
