"""Captions of a video: WebVTT (W3C, "WebVTT: The Web Video Text Tracks Format"), read and checked so that every cue will be shown."""

import re

HEAD = re.compile(r"WEBVTT(?:[ \t].*)?")
MARK = r"((?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3})"
TIMES = re.compile(rf"[ \t]*{MARK}[ \t]+-->[ \t]+{MARK}(?:[ \t].*)?")
SRT_TIMES = re.compile(r"(?m)^(\d{1,2}:\d{2}:\d{2}),(\d{1,3})[ \t]*-->[ \t]*(\d{1,2}:\d{2}:\d{2}),(\d{1,3})")
ASIDE = ("NOTE", "STYLE", "REGION")
LONGEST = 400_000  # letters: some ten hours of talk
MOST_NAMED = 5


def read_captions(text: str) -> tuple[str, list[str]]:
    """Captions in one form, and what is wrong with them in words with their lines; nothing when a player will show them all.

    A text without the first line, or in the form of SubRip (.srt), is taken as what it plainly is.
    """
    kept = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"
    kept = SRT_TIMES.sub(lambda f: f"{f[1].zfill(8)}.{f[2].ljust(3, '0')} --> {f[3].zfill(8)}.{f[4].ljust(3, '0')}", kept)
    if not kept.startswith("WEBVTT") and "-->" in kept:
        kept = f"WEBVTT\n\n{kept}"
    return kept, _faults(kept)


def _faults(text: str) -> list[str]:
    lines = text.rstrip("\n").split("\n")
    if len(text) > LONGEST:
        return [f"phụ đề dài quá {LONGEST:,} ký tự".replace(",", ".")]
    if not HEAD.fullmatch(lines[0]):
        return ["phụ đề phải ở dạng WebVTT: dòng đầu là WEBVTT, sau đó là các đoạn như 00:01.000 --> 00:04.000"]
    found, cues, before = [], 0, 0.0
    for start, block in _blocks(lines):
        if block[0].split(" ")[0] in ASIDE:
            continue
        fault, begun = _fault(start, block, before)
        cues, before = cues + 1, max(before, begun)
        found += [fault] if fault else []
    if not cues:
        found.append("phụ đề chưa có đoạn nào, ví dụ: 00:01.000 --> 00:04.000 rồi xuống dòng ghi lời")
    rest = [f"và {len(found) - MOST_NAMED} chỗ nữa"] if len(found) > MOST_NAMED else []
    return found[:MOST_NAMED] + rest


def _blocks(lines: list[str]) -> list[tuple[int, list[str]]]:
    """Lines between empty ones after the head, each with the number of its first line."""
    found: list[tuple[int, list[str]]] = []
    open_ = False
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            open_ = False
        elif open_:
            found[-1][1].append(line)
        else:
            found.append((number, [line]))
            open_ = True
    return found


def _fault(number: int, block: list[str], before: float) -> tuple[str, float]:
    """What is wrong with one cue ("" for nothing), and when it begins in seconds."""
    at = next((n for n, line in enumerate(block[:2]) if "-->" in line), None)
    if at is None:
        return f"dòng {number}: thiếu thời gian, ví dụ 00:01.000 --> 00:04.000", 0
    times = TIMES.fullmatch(block[at])
    if times is None:
        return f"dòng {number + at}: chưa đọc được thời gian “{block[at].strip()[:40]}”; ví dụ 00:01.000 --> 00:04.000", 0
    begin, end = _seconds(times[1]), _seconds(times[2])
    if end <= begin:
        return f"dòng {number + at}: đoạn kết thúc trước khi bắt đầu", begin
    if begin < before:
        return f"dòng {number + at}: đoạn này bắt đầu trước đoạn trên", begin
    if not any(line.strip() for line in block[at + 1 :]):
        return f"dòng {number + at}: đoạn này chưa có lời", begin
    return "", begin


def _seconds(mark: str) -> float:
    parts = [float(part) for part in mark.split(":")]
    return sum(part * 60**place for place, part in enumerate(reversed(parts)))
