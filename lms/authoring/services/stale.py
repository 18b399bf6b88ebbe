"""Somebody saved first: what the second person is told, for questions, courses and lessons alike."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Stale:
    """Somebody else saved meanwhile; nothing was written.

    `stamp`: what a form must carry to replace knowingly what stands there now; `body` (a lesson's text) and `entry` (a question):
    what that is.
    """

    by_name: str
    at: datetime | None
    stamp: str
    body: str = ""
    entry: dict[str, Any] = field(default_factory=dict)
