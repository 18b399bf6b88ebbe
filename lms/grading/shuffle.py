"""Keys that tell nothing and orders that anyone can recompute."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


def _digest(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def key_for(question: str, role: str, name: str) -> str:
    """A key of eight hex digits for an option, pair or item: the same wherever it stands in the list."""
    return _digest(question, role, name)[:8]


def shuffled(items: Sequence[T], seed: str | int, key: Callable[[T], str]) -> list[T]:
    """The items in the order of sha256 of seed and key: the same on every machine and Python, and
    independent of the order they came in, so that an author's order shows nowhere."""
    return sorted(items, key=lambda item: _digest(str(seed), key(item)))
