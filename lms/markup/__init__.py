"""Markup: the school's Markdown into HTML that is safe to show. Pure.

Raw HTML in a source is drawn as the text it is, save `<br>`, `<sub>` and `<sup>`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from lms.markup.dialect import draw
from lms.markup.policy import POLICY, clean_html
from lms.markup.text import count_words, minutes, text_of
from lms.vietnamese import nfc

__all__ = ["POLICY", "Rendered", "clean_html", "escape_only", "minutes", "plain", "render", "render_inline"]

# Text in which Markdown finds nothing to do, so that thousands of short options load quickly.
_NO_MARKUP = re.compile(r"[^\W\d_][^\W_]*(?:[ ,;/()%?]+[^\W_]+|[.:-][^\W_]+)*[.?%)]?")


@dataclass(frozen=True)
class Rendered:
    """A text as it is stored beside its source: safe HTML, its syllables, the version of the policy that
    cleaned it, and what its author should put right (a picture without words, or from elsewhere)."""

    html: str
    words: int
    policy: int
    problems: tuple[str, ...] = ()


@lru_cache(maxsize=400)
def render(source: str, files_base: str = "") -> Rendered:
    """A lesson's Markdown as safe HTML. Pictures and attached files are looked for below `files_base`.

    The newest texts are kept drawn: an author's page shows the same one again and again while little of it changes.
    """
    drawn, problems = draw(nfc(source), files_base)
    html = clean_html(drawn)
    return Rendered(html, count_words(text_of(html)), POLICY, tuple(problems))


def render_inline(source: str, files_base: str = "") -> str:
    """A stem's or option's Markdown as safe HTML; a single paragraph comes without its <p>."""
    text = nfc(source).strip()
    if _NO_MARKUP.fullmatch(text):
        return text
    html = render(text, files_base).html.strip()
    single = html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1
    return html[3:-4] if single else html


def plain(source: str) -> str:
    """The words of a Markdown text on one line, for lists, mail and search."""
    return text_of(render(source).html)


def escape_only(text: str) -> str:
    """Text that is no Markdown, as HTML."""
    return escape(nfc(text))
