"""How well the next answer is foretold: python -m bench.next_answer TRAIN TEST (tab-separated; see bench.answers).

Everything learnt is learnt from TRAIN. TEST is walked in file order: each answer is foretold from the user's earlier ones;
items stay as TRAIN left them, unseen ones get the mean of their skill.
"""

import sys
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

import numpy as np

from bench import baselines
from bench.answers import Answers, pair, strata
from bench.metrics import CLIP, auc, calibration_error, calibration_floor, log_loss, rmse
from lms.competence import engine as e
from lms.competence.engine.grid import Array

KEPT = 10_000  # rows of train the settings are chosen on
LEFT = (0.9, 0.95, 0.98, 1.0)  # weight left per answer
COMMON = (0.5, 0.7, 0.85)  # share of variance the skills have in common
GAINS = (0.0, 0.02, 0.04)  # what an answer adds
KEEPS = 50  # answers after which half of it is left
FIRST = date(2020, 1, 1)


def practised(rows: Answers) -> Array:
    """Earlier answers of the user in the skill, each worth less by the number of answers since."""
    seen: dict[tuple[int, int], float] = {}
    found = np.zeros(len(rows.y))
    for at, key in enumerate(zip(rows.user.tolist(), rows.skill.tolist(), strict=True)):
        found[at] = seen.get(key, 0.0) * 2 ** (-1 / KEEPS)
        seen[key] = found[at] + 1
    return found


class Bank:
    """Easiness of every item and skill on the logit scale, and the variance of the levels (1PL; skills as groups)."""

    def __init__(self, train: Answers, items: int, skills: int, gain: float):
        skill_of = dict(zip(train.item.tolist(), train.skill.tolist(), strict=True))
        start = [e.Item(str(n), kind="short", competences=MappingProxyType({str(skill_of[n]): 1.0})) for n in range(items)]
        found = e.calibrate(
            e.responses(train.user, train.item, train.y, lift=gain * practised(train)),
            start,
            "1PL",
            points=31,
            most=25,
            until=1e-3,
        ).items
        easy = np.array([item.d for item in found])
        groups = np.array([skill_of[n] for n in range(items)])
        size = np.bincount(groups, minlength=skills + 1)
        means = np.bincount(groups, weights=easy, minlength=skills + 1) / np.maximum(size, 1)
        self.by_skill = np.where(size > 0, means, easy.mean())
        self.easy = easy
        self.variance = found[0].a ** 2

    def easiness(self, rows: Answers) -> Array:
        known = rows.item < len(self.easy)
        return np.where(known, self.easy[np.minimum(rows.item, len(self.easy) - 1)], self.by_skill[rows.skill])


class Officer:
    """One user's skills, each a likelihood, and what each says of the others. A skill's days are its answers: age counts them."""

    def __init__(self, policy: e.Policy):
        self.policy, self.broad = policy, e.broad_prior(policy)
        self.known: dict[str, e.Likelihood] = {}
        self.seen: dict[str, e.Estimate] = {}

    def practice(self, answers: int) -> list[e.Attendance]:
        """An answer teaches: each counts as a small training."""
        return [e.Attendance(FIRST + timedelta(days=n), str(n)) for n in range(1, answers + 1)] if self.policy.exposure else []

    def foretell(self, skill: str, item: e.Item) -> float:
        known = self.known.get(skill, e.EMPTY)
        new = {} if skill in self.seen else {skill: e.settle(e.EMPTY, self.policy, self.broad, FIRST)}
        prior = e.priors_from_others({**self.seen, **new}, self.policy)[skill]
        now = FIRST + timedelta(days=known.rows + 1)
        return e.predict(e.settle(known, self.policy, prior, now, self.practice(known.rows)), item)

    def learn(self, skill: str, item: e.Item, y: float) -> None:
        known = self.known.get(skill, e.EMPTY)
        row = e.Evidence(FIRST + timedelta(days=known.rows + 1), "", "", skill, item.key, y)
        before = self.practice(known.rows)
        self.known[skill] = e.extended(known, [row], {item.key: item}, self.policy, before)
        self.seen[skill] = e.settle(self.known[skill], self.policy, self.broad, row.day, before)


def track(rows: Answers, easy: Array, policy: e.Policy, one_theta: bool = False) -> Array:
    """Each answer foretold from the earlier ones of its user."""
    users: dict[int, Officer] = {}
    found = np.zeros(len(rows.y))
    for at in range(len(found)):
        officer = users.setdefault(int(rows.user[at]), Officer(policy))
        skill = "" if one_theta else str(rows.skill[at])
        item = e.Item(str(rows.item[at]), kind="short", d=float(easy[at]))
        found[at] = officer.foretell(skill, item)
        officer.learn(skill, item, float(rows.y[at]))
    return found


@dataclass(frozen=True)
class Choice:
    """What an answer adds to the level (logits), the weight left after each answer, the share of variance the skills have in common."""

    gain: float = 0.0
    left: float = 1.0
    common: float = 0.7

    def policy(self, variance: float) -> e.Policy:
        """Nobody is held to have memorised an item."""
        half_life = -1 / np.log2(self.left) if self.left < 1 else 1e9
        parts = {"general": variance * self.common, "specific": variance * (1 - self.common)}
        return e.Policy(2, half_life, self.gain, KEEPS, **parts, repeat_weight=1.0)


def chosen(train: Answers, banks: dict[float, Bank]) -> Choice:
    """The settings that foretell the last users of train best, one after the other."""
    last = train.user >= train.user[max(0, len(train.y) - KEPT)]
    rows = Answers(train.user[last], train.item[last], train.skill[last], train.y[last])

    def loss(one: Choice) -> float:
        bank = banks[one.gain]
        return log_loss(rows.y, np.clip(track(rows, bank.easiness(rows), one.policy(bank.variance)), CLIP, 1 - CLIP))

    best = min((Choice(gain=gain) for gain in banks), key=loss)
    best = min((replace(best, left=left) for left in LEFT), key=loss)
    return min((replace(best, common=common) for common in COMMON), key=loss)


def show(name: str, y: Array, p: Array, groups: np.ndarray) -> None:
    p = np.clip(p, CLIP, 1 - CLIP)
    by = " ".join(f"{log_loss(y[groups == n], p[groups == n]):.3f}" for n in range(4))
    print(
        f"{name:<34} {auc(y, p):.4f}  {log_loss(y, p):.4f}  {rmse(y, p):.4f}  {calibration_error(y, p):.4f} ({calibration_floor(p):.4f})  {by}"
    )


def main(train_path: Path, test_path: Path) -> None:
    train, test, items, skills = pair(train_path, test_path)
    groups = strata(test)
    print(f"{len(train.y):,} answers learnt from, {len(test.y):,} foretold, {items:,} items, {skills:,} skills")
    print(f"{'':<34} AUC     logloss RMSE    ECE (by chance)  logloss at 0 / 1-4 / 5-19 / 20+ earlier")
    show("mean", test.y, np.full(len(test.y), train.y.mean()), groups)
    show("BKT", test.y, baselines.bkt(train, test, skills + 1), groups)
    for name, best in (("PFA, log counts", False), ("logistic, item + skill + counts", True)):
        known, asked = (baselines.features(rows, items, skills + 1, best) for rows in (train, test))
        show(name, test.y, baselines.logistic(known, train.y, asked), groups)
    show("Elo", test.y, baselines.elo(train, test, items), groups)
    banks = {gain: Bank(train, items, skills, gain) for gain in GAINS}
    bank = banks[0.0]
    show("one theta, EAP", test.y, track(test, bank.easiness(test), Choice().policy(bank.variance), one_theta=True), groups)
    found = chosen(train, banks)
    bank = banks[found.gain]
    show("engine", test.y, track(test, bank.easiness(test), found.policy(bank.variance)), groups)
    print(f"engine: variance {bank.variance:.2f}, {found}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
