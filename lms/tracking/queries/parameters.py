"""The rules and the parameters of questions in force at an instant. A version never changes once it is in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from math import log
from typing import Any

from sqlalchemy import select

from lms import clock
from lms.competence.engine import POLICY_2, Item, Policy, Requirement, required_level
from lms.competence.rules import RULES_2, Rules, changed
from lms.db import db
from lms.tracking.models import Calibration, ItemParameter, PolicyVersion

ON_ANSWERS = (1, 2)  # the levels given on answers


def easiness(share: float, guess: float, theta: float = 0.0) -> float:
    """d at which somebody at `theta` is expected to earn `share` of a question with slope 1: share = c + (1-c) sigmoid(theta + d)."""
    known = (share - guess) / (1 - guess)
    return log(known / (1 - known)) - theta


@lru_cache(maxsize=4)
def start(share: float) -> Requirement:
    """Before any calibration nothing is known of the questions: the level asked lies in the middle of the prior."""
    return Requirement(share, 0.0, (Item("", kind="single", c=0.25, d=easiness(share, 0.25)),))


@dataclass(frozen=True)
class Law:
    """Rules and parameters together: what a level is decided by. `calibration` 0: starting values only."""

    rules: Rules
    calibration: int
    items: Mapping[int, Item]
    banks: Mapping[tuple[str, int], Requirement]
    _made: dict[tuple[int, int, float], Item] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def policy(self) -> Policy:
        """The constants of the engine under these rules."""
        return replace(
            POLICY_2, version=self.rules.version, competent=self.rules.competent, least_answers=self.rules.least_answers,
            share=self.rules.share,
        )  # fmt: skip

    def requirement(self, code: str, level: int) -> Requirement:
        """What the level of the competence asks: the share expected right on its reference bank."""
        return self.banks.get((code, level)) or start(self.rules.share)

    def item(self, code: str, question_id: int, level: int, guess: float) -> Item:
        """The question's parameters; of one not calibrated yet such that somebody just at its level earns the share asked."""
        known = self.items.get(question_id) or self._made.get((question_id, level, guess))
        if known is None:
            theta = self.requirement(code, level).theta
            known = Item(str(question_id), c=guess, d=easiness(self.rules.share, min(guess, 0.5), theta))
            self._made[question_id, level, guess] = known
        return known


_calibration = Calibration.__table__.c
VERSIONS = select(PolicyVersion.__table__).order_by(PolicyVersion.number)
CALIBRATIONS = (
    select(_calibration.number, _calibration.in_force_at)
    .where(_calibration.in_force_at.is_not(None))
    .order_by(_calibration.in_force_at, _calibration.number)
)


class Laws:
    """Every law there has been, read once for a piece of work."""

    def __init__(self) -> None:
        self._rules = [(None, RULES_2)]
        for row in db.session.execute(VERSIONS):
            self._rules.append((row.since, changed(self._rules[-1][1], row.number, row.settings)))
        self._calibrations = db.session.execute(CALIBRATIONS).all()
        self._known: dict[tuple[int, int], Law] = {}

    def at(self, instant: datetime) -> Law:
        """The law in force at an instant."""
        rules = [rules for since, rules in self._rules if since is None or since <= instant][-1]
        number = max((row.number for row in self._calibrations if row.in_force_at <= instant), default=0)
        return self.numbered(rules.version, number)

    def coming(self, at: datetime) -> Law:
        """The law at the next local midnight, when whatever is decided by now is in force: what a proposal is held against."""
        return self.at(next_midnight(at))

    def numbered(self, version: int, calibration: int) -> Law:
        """The law of these numbers; rules of an older policy than the first of the engine are the first of the engine's."""
        rules = next((r for _, r in self._rules if r.version == version), RULES_2)
        key = (rules.version, calibration)
        if key not in self._known:
            self._known[key] = law(rules, calibration)
        return self._known[key]


def next_midnight(at: datetime) -> datetime:
    """When what is decided at that instant comes into force: days are judged whole."""
    return clock.midnight(clock.local(at).date() + timedelta(days=1))


def law(rules: Rules, calibration: int) -> Law:
    """Rules with the parameters of a calibration."""
    items, banks = _parameters(calibration, rules.share) if calibration else ({}, {})
    return Law(rules, calibration, items, banks)


_cache: dict[tuple[Any, int, float], tuple[dict[int, Item], dict[tuple[str, int], Requirement]]] = {}


def _parameters(number: int, share: float) -> tuple[dict[int, Item], dict[tuple[str, int], Requirement]]:
    """Items by question, and what each competence and level asks; kept in the process by number, digest and share."""
    digest = db.session.scalar(select(Calibration.digest).where(Calibration.number == number))
    if (digest, number, share) not in _cache:
        rows = db.session.execute(select(ItemParameter.__table__).where(ItemParameter.calibration == number)).all()
        _cache[digest, number, share] = ({row.question_id: _item(row) for row in rows}, banks_of(rows, share))
    return _cache[digest, number, share]


def _item(row: Any) -> Item:
    return Item(str(row.question_id), a=row.a, d=row.d, c=row.c, answers=row.answers, suspended=row.suspended)


def banks_of(rows: Iterable[Any], share: float) -> dict[tuple[str, int], Requirement]:
    """(competence, level) -> the requirement on its reference bank."""
    banks: dict[tuple[str, int], list[Item]] = {}
    for row in rows:
        if row.in_bank and not row.suspended:
            banks.setdefault((row.competence, row.level), []).append(_item(row))
    return {key: required_level(bank, share) for key, bank in banks.items()}
