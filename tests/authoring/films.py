"""A course on disk whose one lesson has a video with captions."""

from lms.content.packs import Known, read_course

WORDS = "WEBVTT\n\n00:00.000 --> 00:04.000\nChào anh/chị.\n\n00:04.000 --> 00:09.500\nHôm nay nói về hồ sơ.\n"
COURSE = """code = "K95"
title = "Khóa có video"
summary = "Có video."
periods = 1
version = 1
outcomes = ["Nêu được."]
audience = { positions = [], unit_kinds = [] }
prerequisites = []
review_by = 2027-06-30
required = "all"
evidences = []

[[module]]
key = "m1"
title = "Chuyên đề 1"

[[module.activity]]
kind = "lesson"
key = "bai-1"
"""
LESSON = """+++
title = "Bài một"
[[citations]]
instrument = "nq-76"
article = "Mục I"
[[videos]]
file = "chao.mp4"
title = "Lời chào"
minutes = 2
transcript = "Chào anh/chị."
captions = "chao.vtt"
+++

Xem video.
"""


def mp4(seconds: int) -> bytes:
    """The boxes of an MP4 that say what it is and how long it lasts (ISO/IEC 14496-12)."""
    kind = (16).to_bytes(4) + b"ftypisom" + bytes(4)
    head = (108).to_bytes(4) + b"mvhd" + bytes(12) + (1000).to_bytes(4) + (seconds * 1000).to_bytes(4) + bytes(80)
    return kind + (8 + len(head)).to_bytes(4) + b"moov" + head + (16).to_bytes(4) + b"mdat" + bytes(8)


def pack(folder, lesson: str = LESSON, words: str = WORDS):
    """A course on disk whose lesson has a video with captions, as it is read."""
    course = folder / "courses" / "k95"
    for name in ("lessons", "files"):
        (course / name).mkdir(parents=True, exist_ok=True)
    (course / "course.toml").write_text(COURSE)
    (course / "lessons" / "bai-1.md").write_text(lesson)
    (course / "files" / "chao.mp4").write_bytes(mp4(100))
    (course / "files" / "chao.vtt").write_text(words)
    return read_course(course, folder, Known(frozenset({"nq-76"}), frozenset(), frozenset()))


def stamp(page: str) -> str:
    """What a form of the editor says it was opened on."""
    return page.split('name="stamp" value="')[1].split('"')[0]
