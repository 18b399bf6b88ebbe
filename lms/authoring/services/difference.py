"""How two texts differ, for people to read."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

AROUND = 2  # unchanged lines shown beside a changed one
Piece = tuple[bool, str]  # whether it changed, text
Line = tuple[str, list[Piece]]  # "same", "out", "in", or "skip" for lines left out


def difference(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    """The changed lines with a few around them, and in a line that was reworded the words that changed. Empty where nothing differs."""
    found: list[Line] = []
    seen = 0
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(AROUND):
        if group[0][1] > seen:
            found.append(("skip", []))
        for tag, a, b, c, d in group:
            found += _same(before[a:b]) if tag == "equal" else _changed(before[a:b], after[c:d])
        seen = group[-1][2]
    if found and seen < len(before):
        found.append(("skip", []))
    return found


def _same(lines: Sequence[str]) -> list[Line]:
    return [("same", [(False, line)]) for line in lines if line.strip()]


def _changed(out: Sequence[str], in_: Sequence[str]) -> list[Line]:
    out, in_ = [line for line in out if line.strip()], [line for line in in_ if line.strip()]
    if len(out) != len(in_):
        return [("out", [(False, line)]) for line in out] + [("in", [(False, line)]) for line in in_]
    reworded = [_reworded(old, new) for old, new in zip(out, in_, strict=True)]
    return [("out", old) for old, _ in reworded] + [("in", new) for _, new in reworded]


def _reworded(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both lines in pieces; lines with little in common are shown whole."""
    left, right = (re.findall(r"\s*\S+", text) for text in (old, new))
    words = SequenceMatcher(None, left, right, autojunk=False)
    if words.ratio() < 0.3:
        return [(False, old)], [(False, new)]
    gone: list[Piece] = []
    come: list[Piece] = []
    for tag, a, b, c, d in words.get_opcodes():
        gone += [(tag != "equal", "".join(left[a:b]))] if b > a else []
        come += [(tag != "equal", "".join(right[c:d]))] if d > c else []
    return gone, come
