"""The school's Markdown: notes, folds, tables and footnotes, without raw HTML."""

import re
import xml.etree.ElementTree as etree
from hashlib import sha256

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.admonition import AdmonitionProcessor
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor
from markdown.treeprocessors import Treeprocessor

from lms.markup.policy import is_external, is_relative

NOTES = {"tip": "note note-ok", "warning": "note note-warn", "law": "note note-law"}
TITLES = {"tip": "Gợi ý", "warning": "Lưu ý", "law": "Căn cứ pháp lý"}
ALIGNED = {"text-align: center;": "text-center", "text-align: right;": "text-end"}
NO_ALT = "Hình chưa có lời mô tả"
DECORATIVE = "-"  # ![-](…): a picture that says nothing beyond the text


class _Blocks(AdmonitionProcessor):
    """`!!! kind "Title"` and `??? kind "Title"` with an indented body."""

    RE = re.compile(r'(?:^|\n)(!!!|\?\?\?) ?([\w-]+)(?: +"(.*?)")? *(?:\n|$)')

    def get_class_and_title(self, match: re.Match[str]) -> tuple[str, str | None]:
        marker, kind, title = match.groups()
        if marker == "???":
            return "fold", title or "Xem thêm"
        return kind.lower(), TITLES.get(kind.lower(), "Ghi chú") if title is None else title or None


class _Footnotes(FootnoteExtension):
    """Footnotes whose ids carry a mark of the text, so that two lessons stand on one page."""

    def __init__(self, mark: str) -> None:
        super().__init__(BACKLINK_TITLE="Về chỗ chú thích %d trong bài", SEPARATOR="-")
        self.mark = mark

    def _number(self, name: str) -> int:
        return list(self.footnotes).index(name) + 1

    def makeFootnoteId(self, id: str) -> str:
        return f"{self.mark}-fn{self._number(id)}"

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:
        return self.unique_ref(f"{self.mark}-ref{self._number(id)}", found)

    def unique_ref(self, reference: str, found: bool = False) -> str:
        """A second reference to one note: ref1-2."""
        if not found:
            return reference
        count = self.found_refs[reference] = self.found_refs.get(reference, 0) + 1
        return reference if count == 1 else f"{reference}-{count}"


class _Break(InlineProcessor):
    """`<br>`, the one way to break a line in a table cell."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[etree.Element, int, int]:
        return etree.Element("br"), m.start(0), m.end(0)


class _Drawing(Treeprocessor):
    """The last hand: classes of the theme, wrapped tables, lazy pictures, careful links."""

    def __init__(self, md: Markdown, files_base: str) -> None:
        super().__init__(md)
        self.files_base = files_base
        self.problems: list[str] = []

    def run(self, root: etree.Element) -> None:
        """Draw the tree anew, in place."""
        for element in list(root.iter()):
            if element.tag == "h1":
                element.tag = "h2"
            elif element.tag == "img":
                self._image(element)
            elif element.tag == "a":
                self._link(element)
            elif element.tag in ("td", "th"):
                self._cell(element)
            elif element.get("class", "").startswith("admonition "):
                _note(element)
        _wrap_tables(root)

    def _file(self, address: str) -> str:
        return f"{self.files_base.rstrip('/')}/{address}" if self.files_base else address

    def _image(self, image: etree.Element) -> None:
        source, alt = image.get("src", ""), image.get("alt", "").strip()
        image.attrib.pop("title", None)
        if not alt:
            self.problems.append(
                f"Hình “{source}” chưa có lời mô tả. Ghi lời mô tả trong ngoặc vuông: ![…]({source}); ảnh trang trí ghi ![-]."
            )
        image.set("alt", "" if alt == DECORATIVE else alt or NO_ALT)
        image.set("loading", "lazy")
        if is_relative(source):
            image.set("src", self._file(source))
            return
        self.problems.append(f"Hình “{source}” không nằm trong thư mục files của khóa học nên không hiển thị.")
        image.attrib.clear()
        image.tag, image.text = "em", alt.removeprefix(DECORATIVE) or NO_ALT

    def _link(self, link: etree.Element) -> None:
        address = link.get("href", "")
        if is_relative(address):
            link.set("href", self._file(address))
        elif is_external(address):
            link.set("rel", "noopener nofollow")
        if link.get("class") == "footnote-backref":
            link.set("aria-label", link.attrib.pop("title", ""))

    def _cell(self, cell: etree.Element) -> None:
        place = ALIGNED.get(cell.attrib.pop("style", ""))
        if place:
            cell.set("class", place)
        if cell.tag == "th":
            cell.set("scope", "col")


def _note(element: etree.Element) -> None:
    """A note's title is its bold first words; a fold's is its summary."""
    kind = element.get("class", "").split()[1]
    title = element[0] if len(element) and element[0].get("class") == "admonition-title" else None
    if title is not None:
        title.attrib.clear()
    if kind == "fold":
        element.tag = "details"
        element.set("class", "fold")
        if title is not None:
            title.tag = "summary"
        return
    element.set("class", NOTES.get(kind, "note"))
    if title is not None:
        bold = etree.Element("b")
        bold.text, title.text = title.text, None
        for child in list(title):
            title.remove(child)
            bold.append(child)
        title.append(bold)


def _wrap_tables(root: etree.Element) -> None:
    """A wide table scrolls by itself, with the keyboard too; its frame is a landmark, so each has a name of its own."""
    number = 0
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            if child.tag != "table":
                continue
            number += 1
            frame = etree.Element("div", {"class": "table-responsive", "tabindex": "0"})
            frame.set("role", "region")
            frame.set("aria-label", f"Bảng {number}")
            frame.tail, child.tail = child.tail, None
            child.set("class", "table")
            parent[place] = frame
            frame.append(child)


class _Dialect(Extension):
    """Everything above, and raw HTML drawn as the text it is: "<tên cơ quan>" must not vanish."""

    def __init__(self, files_base: str) -> None:
        super().__init__()
        self.files_base = files_base

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the school's processors."""
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.parser.blockprocessors.register(_Blocks(md.parser), "note", 105)
        md.inlinePatterns.register(_Break(r"<br ?/?>", md), "br", 91)
        for tag in ("sub", "sup"):
            md.inlinePatterns.register(SimpleTagInlineProcessor(rf"<({tag})>([^<>]+)</{tag}>", tag), tag, 92)
        self.drawing = _Drawing(md, self.files_base)
        md.treeprocessors.register(self.drawing, "drawing", 1)


def draw(source: str, files_base: str) -> tuple[str, list[str]]:
    """HTML, not yet cleaned, and what the author should put right."""
    mark = sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    dialect = _Dialect(files_base)
    md = Markdown(extensions=[TableExtension(), FencedCodeExtension(), _Footnotes(mark), dialect])
    return md.convert(source), dialect.drawing.problems
