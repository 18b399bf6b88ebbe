"""What HTML may stay: the list bleach holds the drawn text to."""

import re
from threading import local
from urllib.parse import urlsplit

from bleach.sanitizer import Cleaner

POLICY = 1

PROTOCOLS = ("http", "https", "mailto", "tel")
TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "strong", "sub", "summary",
    "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
CLASSES = {
    "a": {"footnote-ref", "footnote-backref"},
    "details": {"fold"},
    "div": {"note", "note note-ok", "note note-warn", "note note-law", "table-responsive", "footnote"},
    "table": {"table"},
    "td": {"text-center", "text-end"},
    "th": {"text-center", "text-end"},
}
TABLE_NAME = re.compile(r"Bảng \d+")
FOOTNOTE_ID = re.compile(r"[0-9a-f]{8}-(fn|ref)\d+(-\d+)?")
FIXED = {
    ("a", "rel"): "noopener nofollow",
    ("div", "role"): "region",
    ("div", "tabindex"): "0",
    ("img", "loading"): "lazy",
    ("th", "scope"): "col",
}
_own = local()  # making a cleaner takes longer than cleaning a question, and two threads may not share one
FREE = {("a", "href"), ("a", "title"), ("a", "aria-label"), ("abbr", "title"), ("img", "src"), ("img", "alt")}


def _allowed(tag: str, name: str, value: str) -> bool:
    """Whether an attribute may stay: the ones this engine writes, with the values it writes."""
    if name == "class":
        return value in CLASSES.get(tag, ())
    if name == "id":
        return tag in ("li", "sup") and FOOTNOTE_ID.fullmatch(value) is not None
    if name == "aria-label" and tag == "div":
        return TABLE_NAME.fullmatch(value) is not None
    if name == "start" and tag == "ol":
        return value.isdecimal()
    return (tag, name) in FREE or FIXED.get((tag, name)) == value


def clean_html(html: str) -> str:
    """The HTML with everything outside the policy taken out; cleaning it again changes nothing."""
    if not hasattr(_own, "cleaner"):
        _own.cleaner = Cleaner(tags=TAGS, attributes=_allowed, protocols=PROTOCOLS, strip=True, strip_comments=True)
    return str(_own.cleaner.clean(html))


def is_relative(address: str) -> bool:
    """Whether an address stays below the folder it is read in: no scheme, host, root or step upwards."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    outside = parts.scheme or parts.netloc or address.startswith(("/", "\\", "#", "?")) or ":" in parts.path
    return bool(parts.path) and not outside and ".." not in re.split(r"[/\\]", parts.path)


def is_external(address: str) -> bool:
    """Whether an address leads to another host."""
    return address.lstrip().lower().startswith(("http:", "https:", "//"))
