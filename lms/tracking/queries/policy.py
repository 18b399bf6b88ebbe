"""The rules there have been, and the calibrations: who decided what, when, why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select

from lms.competence.rules import RULES_2, Rules, changed
from lms.db import db
from lms.errors import NotFound
from lms.people.models import Person
from lms.tracking.models import Calibration, ItemParameter, PolicyVersion


@dataclass(frozen=True)
class Version:
    """One version of the rules. `since` None: from the beginning on; `until` None: nothing later was decided. One with `until` <= `since`
    was replaced before it came into force."""

    rules: Rules
    before: Rules | None
    since: datetime | None
    until: datetime | None
    reason: str
    by: str

    def state(self, at: datetime) -> str:
        """coming, in_force, over, never."""
        if self.until is not None and self.since is not None and self.until <= self.since:
            return "never"
        if self.since is not None and self.since > at:
            return "coming"
        return "in_force" if self.until is None or self.until > at else "over"


def versions() -> list[Version]:
    """Every version of the rules, the newest first."""
    query = select(PolicyVersion.__table__, Person.full_name).outerjoin(Person, Person.id == PolicyVersion.by_id)
    rows = db.session.execute(query.order_by(PolicyVersion.number)).all()
    ends = [*(row.since for row in rows), None]
    found = [Version(RULES_2, None, None, ends[0], "", "")]
    for row, until in zip(rows, ends[1:], strict=True):
        before = found[-1].rules
        found.append(
            Version(changed(before, row.number, row.settings), before, row.since, until, row.reason, row.full_name or "")
        )
    return found[::-1]


def calibrations() -> Sequence[Row]:
    """Every calibration, the newest first, with how many of its questions are doubtful."""
    doubtful = select(func.count()).where(ItemParameter.calibration == Calibration.number, ItemParameter.flag != "")
    query = select(Calibration.__table__, Person.full_name.label("by"), doubtful.scalar_subquery().label("doubtful"))
    return db.session.execute(query.outerjoin(Person, Person.id == Calibration.by_id).order_by(Calibration.number.desc())).all()


def calibration(number: int) -> Row:
    """One calibration. Raises NotFound."""
    for row in calibrations():
        if row.number == number:
            return row
    raise NotFound
