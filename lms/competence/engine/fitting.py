"""Everything that is estimated from everybody's answers, in one go: items, what training adds, what competences share."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import log
from typing import Final

import numpy as np

from lms.competence.engine.calibration import Calibration, Model, calibrate, person_levels
from lms.competence.engine.estimate import Known, Pair, likelihoods, settled
from lms.competence.engine.grid import Array
from lms.competence.engine.item import Item
from lms.competence.engine.item_flag import CHECK_KEY, CHECK_TAG, WEAK, ItemFlag, item_statistics, screen
from lms.competence.engine.ledger import Attendance, Evidence
from lms.competence.engine.policy import Policy
from lms.competence.engine.posterior import boost
from lms.competence.engine.prior import broad_prior, common_share
from lms.competence.engine.responses import Responses, responses

GAINS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)  # logits an attendance may be found to add
POINTS: Final = 31


def doubtful(flag: ItemFlag) -> bool:
    """Whether an item so flagged is left out until somebody has looked at it."""
    return flag.flag in (CHECK_KEY, CHECK_TAG) or (flag.flag == WEAK and flag.correlation < 0.1)


@dataclass(frozen=True)
class Fit:
    """`items` with their parameters, the doubtful ones suspended; `policy` with the gain and the variances found; per
    competence the calibration of the items kept. `figures`: of each item met, its answers, the share earned and the leave-one-out
    point-biserial among all items, doubtful or not."""

    policy: Policy
    items: Mapping[str, Item]
    flags: tuple[ItemFlag, ...]
    calibrations: Mapping[str, Calibration]
    figures: Mapping[str, tuple[float, float, float]]


class _Answers:
    """The answers of one competence as arrays; items by place, people by place among all officers."""

    def __init__(self, rows: Sequence[Evidence], items: Mapping[str, Item], people: Mapping[str, int]):
        self.rows = rows
        self.items = [items[key] for key in sorted({row.item for row in rows})]
        places = {item.key: place for place, item in enumerate(self.items)}
        self.person = np.array([people[row.officer] for row in rows], dtype=np.int64)
        self.item = np.array([places[row.item] for row in rows], dtype=np.int64)
        self.score = np.array([row.score for row in rows], dtype=np.float64)
        self.everybody = np.ones(len(people))

    def boosts(self, policy: Policy, attended: Mapping[Pair, Sequence[Attendance]]) -> Array:
        """What training had added when each answer was given, were its gain 1: a gain is a multiple of it."""
        one = replace(policy, exposure=1.0)
        there = (attended.get((row.officer, row.competence), ()) for row in self.rows)
        return np.array([boost(days, row.day.toordinal(), one) for row, days in zip(self.rows, there, strict=True)])

    def calibrated(self, dropped: set[str], model: Model, lifts: Array) -> tuple[Responses, Calibration]:
        keep = np.array([item.key not in dropped for item in self.items])[self.item]
        rows = responses(self.person[keep], self.item[keep], self.score[keep], self.everybody, lifts[keep])
        return rows, calibrate(rows, self.items, model, points=POINTS)


def _by_competence(rows: Iterable[Evidence], items: Mapping[str, Item]) -> dict[str, _Answers]:
    """Answers to known items, each item in one competence: the one it measures most, else the first it is met in."""
    used = [row for row in rows if row.kind != "rating" and row.item in items and not items[row.item].suspended]
    home: dict[str, str] = {}
    for row in used:
        shares = items[row.item].competences
        main = max(shares, key=lambda code: (shares[code], code), default="")
        home[row.item] = main or min(row.competence, home.get(row.item, row.competence))
    people = {officer: place for place, officer in enumerate(sorted({row.officer for row in used}))}
    found: dict[str, list[Evidence]] = defaultdict(list)
    for row in used:
        if home[row.item] == row.competence:
            found[row.competence].append(row)
    return {code: _Answers(found[code], items, people) for code in sorted(found)}


def _screened(
    answers: Mapping[str, _Answers], drop: Callable[[ItemFlag], bool], model: Model
) -> tuple[list[ItemFlag], dict[str, tuple[float, float, float]]]:
    """Twice: what is wrong bends the levels by which the rest is judged. Also the figures of every item, of the first time."""
    flags: dict[tuple[str, str], ItemFlag] = {}
    figures: dict[str, tuple[float, float, float]] = {}
    for _ in range(2):
        dropped = {flag.item for flag in flags.values() if drop(flag)}
        made = {code: mine.calibrated(dropped, model, np.zeros(len(mine.rows))) for code, mine in answers.items()}
        levels = {code: person_levels(rows, calibration.items, POINTS)[0] for code, (rows, calibration) in made.items()}
        for code, (rows, calibration) in made.items():
            others = {other: level for other, level in levels.items() if other != code}
            known = item_statistics(rows, calibration)
            flags.update({(flag.item, flag.flag): flag for flag in screen(rows, calibration, others, known)})
            for item, n, facility, own in zip(calibration.items, *(column.tolist() for column in known), strict=True):
                figures.setdefault(item.key, (n, facility, own))
    return [flags[key] for key in sorted(flags)], figures


def fit(
    rows: Iterable[Evidence],
    items: Mapping[str, Item],
    policy: Policy,
    at: date,
    attended: Mapping[Pair, Sequence[Attendance]] | None = None,
    *,
    gains: Sequence[float] = GAINS,
    model: Model = "2PL",
    drop: Callable[[ItemFlag], bool] = doubtful,
) -> Fit:
    """Screen and drop, then the gain of a training by marginal likelihood (0 unless the answers show one, by BIC; Schwarz
    1978), the items under it, and the share of variance the competences have in common. Calibration fixes the whole variance at 1."""
    known, there = [row for row in rows if row.day <= at], attended or {}
    answers = _by_competence(known, items)
    flags, figures = _screened(answers, drop, model)
    dropped = {flag.item for flag in flags if drop(flag)}
    best: tuple[float, Policy, dict[str, Calibration]] | None = None
    trained = any(there.values())
    boosts = {code: mine.boosts(policy, there) if trained else np.zeros(len(mine.rows)) for code, mine in answers.items()}
    for gain in gains if trained else gains[:1]:
        tried = replace(policy, exposure=gain)
        made = {code: mine.calibrated(dropped, model, gain * boosts[code])[1] for code, mine in answers.items()}
        loglik = sum(calibration.loglik for calibration in made.values()) - (log(max(len(known), 1)) / 2 if gain else 0.0)
        if best is None or loglik > best[0]:
            best = (loglik, tried, made)
    _, found, calibrations = best or (0.0, policy, {})
    fitted = {item.key: item for calibration in calibrations.values() for item in calibration.items}
    fitted = {key: replace(fitted.get(key, item), suspended=item.suspended or key in dropped) for key, item in items.items()}
    share = _common(known, fitted, found, at, there)
    return Fit(replace(found, general=share, specific=1 - share), fitted, tuple(flags), calibrations, figures)


def _common(
    rows: Sequence[Evidence], items: Mapping[str, Item], policy: Policy, at: date, attended: Mapping[Pair, Sequence[Attendance]]
) -> float:
    pairs = [(pair, found) for pair, found in likelihoods(rows, items, policy, attended) if found.effective > 0]
    mean, sd = broad_prior(policy)
    one = np.ones(len(pairs))
    levels = settled(Known.of([found for _, found in pairs]), policy, mean * one, sd * one, at, 0 * one)
    officers = np.unique([officer for (officer, _), _ in pairs], return_inverse=True)[1]
    return common_share(officers, levels.mean, levels.sd, policy)
