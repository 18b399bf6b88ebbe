"""Assignment versions. They never change, so they are kept in the process once read."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import Row, select

from lms.assignments.models import AssignmentVersion
from lms.db import Kept, db
from lms.errors import NotFound
from lms.grading.rubric import Rules

TAKES = {"text": "bài viết", "files": "tệp đính kèm", "paper": "số, ký hiệu của văn bản đã ban hành"}
_assignments: Kept["Assignment"] = Kept(200)


@dataclass(frozen=True)
class Assignment:
    """One version of an assignment. `entry`: what its pack says; `html`: instructions and samples as safe HTML."""

    id: int
    activity_id: int
    number: int
    title: str
    entry: Mapping[str, Any]
    html: Mapping[str, Any]

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """The rubric, as lms.grading.rubric takes it."""
        return list(self.entry["criteria"])

    @cached_property
    def rules(self) -> Rules:
        """How its marks become a result."""
        commend = self.entry.get("commend_from")
        return Rules(
            Decimal(str(self.entry["pass_mark"])), None if commend is None else Decimal(str(commend)),
            Decimal(str(self.entry.get("tolerance", 10))), bool(self.entry.get("two_markers", False)),
        )  # fmt: skip

    @property
    def attempts(self) -> int:
        """How often it may be handed in; 0 = no limit."""
        return int(self.entry["attempts"])

    @property
    def days(self) -> int:
        """Days from enrolment to the deadline; 0 = none."""
        return int(self.entry["days"])

    @property
    def takes(self) -> tuple[str, ...]:
        """What may be handed in: text, files, paper."""
        return tuple(self.entry["takes"])

    @property
    def claims(self) -> dict[str, int]:
        """Competence -> the level that passing claims."""
        return {claim["competence"]: int(claim["level"]) for claim in self.entry["claims"]}

    @cached_property
    def samples(self) -> list[dict[str, Any]]:
        """Marked samples with their HTML: what markers go by, and what officers see once they have passed."""
        return [{**s, "html": html} for s, html in zip(self.entry.get("samples", []), self.html["samples"], strict=True)]


def _read(row: Row) -> Assignment:
    return Assignment(row.id, row.activity_id, row.number, row.title, row.entry, row.html)


def assignment(version_id: int) -> Assignment:
    """One version of an assignment by its id. No query once it is in the process. Raises NotFound."""
    if found := _assignments.get(version_id):
        return found
    row = db.session.execute(select(AssignmentVersion.__table__).where(AssignmentVersion.id == version_id)).first()
    if row is None:
        raise NotFound
    return _assignments.keep(version_id, _read(row))


def newest(activity_id: int) -> AssignmentVersion | None:
    """The newest version of an activity's assignment; None before the first."""
    query = select(AssignmentVersion).where(AssignmentVersion.activity_id == activity_id)
    return db.session.scalar(query.order_by(AssignmentVersion.number.desc()).limit(1))


def entries(version_ids: list[int]) -> dict[int, dict[str, Any]]:
    """Version id -> the entry of its pack: what the course editor goes on from."""
    query = select(AssignmentVersion.id, AssignmentVersion.entry).where(AssignmentVersion.id.in_(version_ids))
    return dict(db.session.execute(query).all()) if version_ids else {}  # type: ignore[arg-type]


def forget(version_id: int) -> None:
    """Drop a version from the process: a number of a transaction that was undone may be given again to another."""
    _assignments.pop(version_id, None)
