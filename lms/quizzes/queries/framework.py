"""The competence framework, which stands on a higher floor: the application says who reads it (lms/app.py), as it does for viewers.

Practice names competences here, the floors between here and the framework read it the same way.
"""

from collections.abc import Callable, Sequence
from typing import Any

_reader: list[Callable[[], Sequence[Any]]] = []


def read_by(reader: Callable[[], Sequence[Any]]) -> None:
    """Say who reads the framework: rows with code, name, area_code, area_name and levels (five descriptors), in its order."""
    _reader[:] = [reader]


def competences() -> Sequence[Any]:
    """The competences in the order of the framework."""
    return _reader[0]() if _reader else []


def competence_names() -> dict[str, str]:
    """Competence code -> name."""
    return {row.code: row.name for row in competences()}


def titled(code: str) -> str:
    """A competence as sentences name it: C1.1 Xây dựng kế hoạch CCHC."""
    return f"{code} {competence_names().get(code, '')}".rstrip()
