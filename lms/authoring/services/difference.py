"""How two texts differ, for people to read."""

from collections.abc import Sequence
from difflib import SequenceMatcher


def difference(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, str]]:
    """Lines of both: ("same" | "out" | "in", line)."""
    found: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            found += [("same", line) for line in before[a:b]]
        else:
            found += [("out", line) for line in before[a:b]] + [("in", line) for line in after[c:d]]
    return found
