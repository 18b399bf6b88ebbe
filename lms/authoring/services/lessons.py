"""A lesson in the editor: what officers will see of it and how long it takes."""

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from lms import markup, storage
from lms.authoring.services.pictures import made_small
from lms.content.packs.course import IMAGE
from lms.content.services import estimated_minutes
from lms.errors import Conflict
from lms.markup.policy import is_relative
from lms.vietnamese import slug

PICTURES = ("image/",)
OFFERED = {"pdf", "docx", "xlsx", "pptx", "doc", "xls", "ppt", "odt", "ods", "zip", "txt", "csv"}


@dataclass(frozen=True)
class Shown:
    """A lesson as officers will see it, with its size and the minutes it is estimated to take."""

    html: str
    minutes: int
    bytes: int
    problems: tuple[str, ...]


def shown(body: str, files: Mapping[str, Any], videos: Sequence[Mapping[str, Any]], files_base: str) -> Shown:
    """The text drawn with the officers' own styles."""
    names = {found[2] for found in IMAGE.finditer(body)}
    missing = tuple(f"Chưa có ảnh “{name}”. Hãy tải ảnh lên." for name in sorted(names - files.keys()) if is_relative(name))
    source = IMAGE.sub(lambda f: f"![{f[1]}]({files[f[2]]['digest']}/{f[2]}" if f[2] in files else f[0], body)
    drawn = markup.render(source, files_base=files_base)
    size = len(drawn.html.encode()) + sum(files[name]["bytes"] for name in names if name in files)
    return Shown(drawn.html, estimated_minutes(drawn.words, len(names), videos), size, missing + drawn.problems)


def lines(entry: Mapping[str, Any], body: str) -> list[str]:
    """What earlier texts of a lesson are compared by: its minutes, then the text."""
    minutes = entry.get("minutes")
    return [f"Thời lượng: {minutes} phút" if minutes else "Thời lượng: theo ước tính", *body.splitlines()]


def kept_file(data: bytes, filename: str, taken: Mapping[str, Any]) -> tuple[str, dict[str, Any], bool]:
    """Store what was sent: its name in the course, its entry, whether it is a picture. Raises Conflict with words."""
    stem, _, ending = filename.rpartition(".")
    ending = ending.lower()
    picture = (mimetypes.guess_type(filename)[0] or "").startswith(PICTURES)
    if picture:
        data, ending = made_small(data)
    elif ending not in OFFERED:
        raise Conflict("Loại tệp này chưa dùng được. Hãy gửi ảnh, PDF hoặc tệp Word, Excel, PowerPoint.")
    if not data:
        raise Conflict("Tệp rỗng.")
    digest = storage.put(data)
    base = slug(stem)[:40].strip("-") or "tep"
    name = f"{base}.{ending}"
    if taken.get(name, {}).get("digest", digest) != digest:
        name = f"{base}-{digest[:8]}.{ending}"
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return name, {"digest": digest, "mime": mime, "bytes": len(data)}, picture


def cited(instruments: Sequence[str], articles: Sequence[str], notes: Sequence[str]) -> list[dict[str, str]]:
    """The rows of the form that name an instrument, as a lesson's head holds them."""
    rows = zip_longest(instruments, articles[: len(instruments)], notes[: len(instruments)], fillvalue="")
    return [{"instrument": i, "article": a.strip()} | ({"note": n.strip()} if n.strip() else {}) for i, a, n in rows if i]
