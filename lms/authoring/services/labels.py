"""One change to many questions, seen before it is done: what each becomes, and what the quizzes in force would lose."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lms.authoring.queries.bank import STATES
from lms.authoring.queries.uses import Resting, Touched, moves
from lms.authoring.services.questions import relabelled

SHOWN = {"tag": "tags", "untag": "tags"}
LEAVING = {"retire", "competence", "level", "publish"}  # changes that take a question from where quizzes draw


@dataclass(frozen=True)
class Change:
    """A question before and after; `touched`: quizzes in force that would lose it."""

    id: int
    key: str
    title: str
    before: str
    after: str
    touched: list[Touched]

    @property
    def refused(self) -> bool:
        """Whether a quiz could no longer be held: the question stays as it is."""
        return any(touched.grave for touched in self.touched)


def changes(bank_id: int, found: Iterable[Any], change: str, value: str) -> list[Change]:
    """The questions that would change, in their order, each judged together with those before it that are not refused."""
    resting = Resting(bank_id) if change in LEAVING else None
    gone: list[str] = []
    told: list[Change] = []
    for row in found:
        if (said := _said(row, change, value)) is None:
            continue
        leaves = row.state == "ready" and (change != "publish" or moves(row))
        touched = resting.without(row.key, gone, change == "retire") if resting and leaves else []
        one = Change(row.id, row.key, row.title, *said, touched)
        told.append(one)
        if leaves and not one.refused:
            gone.append(row.key)
    return told


def _said(row: Any, change: str, value: str) -> tuple[str, str] | None:
    """What the question is and becomes, in words; None when nothing changes."""
    if change == "retire":
        return (STATES["ready"], STATES["retired"]) if row.state == "ready" else None
    if change == "publish":
        return (STATES["reviewed"], STATES["ready"]) if row.stage == "reviewed" else None
    entry = row.entry or row.source
    after = relabelled(entry, change, value)
    name = SHOWN.get(change, change)
    return None if after == entry else (_words(entry.get(name)), _words(after.get(name)))


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "không có"
    return str(value or "không có")
