"""Videos of a lesson in the editor: what is taken, how long it lasts, and the head of the lesson with a video more, other or less."""

from collections.abc import Mapping
from typing import IO, Any

from lms import storage
from lms.content.packs import read_captions
from lms.errors import Conflict
from lms.vietnamese import slug

KINDS = {"mp4": "video/mp4", "webm": "video/webm"}
REFUSED = "Chỉ dùng được video MP4 hoặc WebM. Video quay bằng iPhone (.MOV) hoặc .AVI: hãy chuyển sang MP4 rồi tải lên."
LONGEST = 600  # minutes
Entry = dict[str, Any]


def kept_video(stream: IO[bytes], filename: str, taken: Mapping[str, Any]) -> tuple[str, Entry, int | None]:
    """Store a video: its name in the course, its entry, its minutes where the file says them. Raises Conflict with words."""
    kind = _kind(stream)
    if kind is None:
        raise Conflict(REFUSED)
    seconds = mp4_seconds(stream) if kind == "mp4" else None
    digest, size = storage.put_stream(stream)
    stem = slug(filename.rpartition(".")[0])[:40].strip("-") or "video"
    name = f"{stem}.{kind}"
    if taken.get(name, {}).get("digest", digest) != digest:
        name = f"{stem}-{digest[:8]}.{kind}"
    minutes = None if seconds is None else min(max(1, round(seconds / 60)), LONGEST)
    return name, {"digest": digest, "mime": KINDS[kind], "bytes": size}, minutes


def _kind(stream: IO[bytes]) -> str | None:
    """What the first bytes say it is: ISO/IEC 14496-12 (but not QuickTime) or Matroska/WebM."""
    stream.seek(0)
    head = stream.read(64)
    if head[4:8] == b"ftyp" and head[8:12] != b"qt  ":
        return "mp4"
    return "webm" if head[:4] == b"\x1aE\xdf\xa3" and b"webm" in head else None


def mp4_seconds(stream: IO[bytes]) -> float | None:
    """How long an MP4 lasts, from the movie header (ISO/IEC 14496-12, 8.2.2); None when it does not say."""
    size = stream.seek(0, 2)
    movie = _box(stream, b"moov", 0, size)
    header = _box(stream, b"mvhd", *movie) if movie else None
    if header is None:
        return None
    stream.seek(header[0])
    body = stream.read(32)
    wide = body[:1] == b"\x01"
    scale = int.from_bytes(body[20:24] if wide else body[12:16])
    length = int.from_bytes(body[24:32] if wide else body[16:20])
    return length / scale if scale and len(body) == 32 else None


def _box(stream: IO[bytes], name: bytes, at: int, end: int) -> tuple[int, int] | None:
    """Where the inside of the first box of that name begins and ends."""
    for _ in range(1000):
        if at + 8 > end:
            return None
        stream.seek(at)
        head = stream.read(16)
        size, inside = int.from_bytes(head[:4]), 8
        if size == 1:
            size, inside = int.from_bytes(head[8:16]), 16
        last = end if size == 0 else at + size
        if last < at + inside or last > end:
            return None
        if head[4:8] == name:
            return at + inside, last
        at = last
    return None


def kept_captions(text: str, video: str) -> tuple[str, Entry]:
    """Store captions of a video: their name in the course and their entry. Raises ValueError with a sentence."""
    kept, faults = read_captions(text)
    if faults:
        raise ValueError(f"Phụ đề chưa dùng được: {'; '.join(faults)}.")
    data = kept.encode()
    name = f"{video.rpartition('.')[0]}.vtt"
    return name, {"digest": storage.put(data), "mime": "text/vtt", "bytes": len(data)}


def captions_of(files: Mapping[str, Any], video: Mapping[str, Any]) -> str:
    """The captions of a video as they stand, "" where there are none."""
    file = files.get(video.get("captions", ""))
    path = storage.path(file["digest"]) if file else None
    return path.read_text(encoding="utf-8") if path and path.exists() else ""


def with_video(entry: Entry, video: Entry) -> Entry:
    """The head of a lesson with that video in the place of the one of the same file, or at the end."""
    videos = list(entry.get("videos", []))
    at = next((n for n, one in enumerate(videos) if one["file"] == video["file"]), len(videos))
    videos[at : at + 1] = [video]
    return entry | {"videos": videos}


def without_video(entry: Entry, file: str) -> Entry:
    """The head of a lesson without that video."""
    videos = [one for one in entry.get("videos", []) if one["file"] != file]
    rest = {name: value for name, value in entry.items() if name != "videos"}
    return rest | ({"videos": videos} if videos else {})


def first(entry: Entry, file: str) -> Entry:
    """The head of a lesson with that video one place earlier."""
    videos = list(entry.get("videos", []))
    at = next((n for n, one in enumerate(videos) if one["file"] == file), 0)
    if at:
        videos.insert(at - 1, videos.pop(at))
    return entry | {"videos": videos} if videos else entry
