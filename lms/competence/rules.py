"""The versioned rules of levels: what proves one on answers, and how long it counts."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or the last of a month too short for it."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Rules:
    """One version. Levels 1 and 2 are given on answers: when the chance to answer `share` of the level's reference bank is at least
    `competent`, on `least_answers` effective answers to questions of that level or above. Higher levels are given on marked products,
    confirmations and decisions, under the ceilings of their sources (lms.competence.policy).

    A level counts for `valid_months`, then `grace_days` more while a renewal is asked for; from `renew_days` before its end on, new proof
    gives it anew. Where its legal basis was replaced it counts for `update_months` more. These spans are Sen's starting values for Sở Nội
    vụ to decide on, not law.
    """

    version: int
    competent: float = 0.8
    least_answers: float = 10.0
    share: float = 0.8
    valid_months: int = 24
    grace_days: int = 90
    renew_days: int = 180
    update_months: int = 6

    def valid_until(self, earned_on: date) -> date:
        """The last day a level earned that day counts, its grace not included."""
        return months_later(earned_on, self.valid_months)

    def counts_until(self, valid_until: date) -> date:
        """The last day it counts at all."""
        return valid_until + timedelta(days=self.grace_days)

    def renewable(self, valid_until: date | None, on: date) -> bool:
        """Whether new proof on that day should give the level anew."""
        return valid_until is not None and on > valid_until - timedelta(days=self.renew_days)


RULES_2 = Rules(version=2)
SETTINGS = ("competent", "least_answers", "share", "valid_months", "grace_days", "renew_days", "update_months")


def changed(base: Rules, version: int, settings: dict[str, Any]) -> Rules:
    """A later version: what `settings` does not name stays as in `base`. Raises TypeError for a name that is no setting."""
    return replace(base, version=version, **settings)
