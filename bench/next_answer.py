"""How well the next answer is foretold: python -m bench.next_answer TRAIN TEST (tab-separated; see bench.answers).

Everything learnt is learnt from TRAIN. TEST is walked in file order: each answer is foretold from the user's earlier ones;
items stay as TRAIN left them, unseen ones get the mean of their skill.
"""

import sys
from itertools import product
from pathlib import Path
from types import MappingProxyType

import numpy as np

from bench import baselines
from bench.answers import Answers, pair, strata
from bench.metrics import CLIP, auc, calibration_error, log_loss, rmse
from lms.competence import engine as e
from lms.competence.engine.grid import POINTS, THETA, Array, normal, weights_of

KEPT = 20_000  # rows of train the settings are chosen on
CHOICES = tuple(
    product((0.5, 0.7, 0.85), (0.9, 0.95, 0.98))
)  # share of variance the skills have in common, weight left per answer


class Bank:
    """Easiness of every item and skill on the logit scale, and the variance of the levels (1PL; skills as groups)."""

    def __init__(self, train: Answers, items: int, skills: int):
        skill_of = dict(zip(train.item.tolist(), train.skill.tolist(), strict=True))
        start = [e.Item(str(n), kind="short", competences=MappingProxyType({str(skill_of[n]): 1.0})) for n in range(items)]
        found = e.calibrate(e.responses(train.user, train.item, train.y), start, "1PL", points=31, most=25, until=1e-3).items
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
    """One user's skills, each a likelihood on the grid, and what each says of the others."""

    def __init__(self, policy: e.Policy, left: float):
        self.policy, self.left = policy, left
        self.logs: dict[int, Array] = {}
        self.told: dict[int, tuple[float, float]] = {}
        self.broad = normal(np.float64(0.0), np.float64(e.broad_prior(policy)[1]))

    def prior(self, skill: int) -> tuple[float, float]:
        """As priors_from_others, from sums kept per skill."""
        others = [told for code, told in self.told.items() if code != skill]
        precision = 1 / self.policy.general + sum(weight for _, weight in others)
        return sum(worth for worth, _ in others) / precision, (1 / precision + self.policy.specific) ** 0.5

    def foretell(self, skill: int, easy: float) -> float:
        chances = weights_of(normal(*map(np.float64, self.prior(skill))) + self.logs.get(skill, 0.0))
        return float(chances @ (1 / (1 + np.exp(-(THETA + easy)))))

    def learn(self, skill: int, easy: float, y: float) -> None:
        z = THETA + easy
        old = self.logs.get(skill, np.zeros(POINTS))
        self.logs[skill] = self.left * old + y * z - np.logaddexp(0, z)
        chances = weights_of(self.broad + self.logs[skill])
        mean = float(chances @ THETA)
        precision = 1 / float(chances @ (THETA - mean) ** 2)
        left = precision - 1 / (self.policy.general + self.policy.specific)
        if left > 1e-6:
            v = 1 / left + self.policy.specific
            self.told[skill] = (mean * precision / left / v, 1 / v)


def track(rows: Answers, easy: Array, policy: e.Policy, left: float, one_theta: bool = False) -> Array:
    """Each answer foretold from the earlier ones of its user."""
    users: dict[int, Officer] = {}
    found = np.zeros(len(rows.y))
    skills = np.zeros_like(rows.skill) if one_theta else rows.skill
    for at, (user, skill, d, y) in enumerate(
        zip(rows.user.tolist(), skills.tolist(), easy.tolist(), rows.y.tolist(), strict=True)
    ):
        officer = users.setdefault(user, Officer(policy, left))
        found[at] = officer.foretell(skill, d)
        officer.learn(skill, d, y)
    return found


def policy_of(variance: float, common: float) -> e.Policy:
    return e.Policy(version=2, general=variance * common, specific=variance * (1 - common))


def chosen(train: Answers, bank: Bank) -> tuple[float, float]:
    """The settings that foretell the last users of train best."""
    last = train.user >= train.user[max(0, len(train.y) - KEPT)]
    rows = Answers(train.user[last], train.item[last], train.skill[last], train.y[last])
    easy = bank.easiness(rows)
    return min(
        CHOICES,
        key=lambda one: log_loss(rows.y, np.clip(track(rows, easy, policy_of(bank.variance, one[0]), one[1]), CLIP, 1 - CLIP)),
    )


def show(name: str, y: Array, p: Array, groups: np.ndarray) -> None:
    p = np.clip(p, CLIP, 1 - CLIP)
    by = " ".join(f"{log_loss(y[groups == n], p[groups == n]):.3f}" for n in range(4))
    print(f"{name:<34} {auc(y, p):.4f}  {log_loss(y, p):.4f}  {rmse(y, p):.4f}  {calibration_error(y, p):.4f}  {by}")


def main(train_path: Path, test_path: Path) -> None:
    train, test, items, skills = pair(train_path, test_path)
    groups = strata(test)
    print(f"{len(train.y):,} answers learnt from, {len(test.y):,} foretold, {items:,} items, {skills:,} skills")
    print(f"{'':<34} AUC     logloss RMSE    ECE     logloss at 0 / 1-4 / 5-19 / 20+ earlier")
    show("mean", test.y, np.full(len(test.y), train.y.mean()), groups)
    show("BKT", test.y, baselines.bkt(train, test, skills + 1), groups)
    for name, best in (("PFA, log counts", False), ("logistic, item + skill + counts", True)):
        known, asked = (baselines.features(rows, items, skills + 1, best) for rows in (train, test))
        show(name, test.y, baselines.logistic(known, train.y, asked), groups)
    show("Elo", test.y, baselines.elo(train, test, items), groups)
    bank = Bank(train, items, skills)
    easy = bank.easiness(test)
    show("one theta, EAP", test.y, track(test, easy, policy_of(bank.variance, 0.5), 1.0, one_theta=True), groups)
    common, left = chosen(train, bank)
    show("engine", test.y, track(test, easy, policy_of(bank.variance, common), left), groups)
    print(f"engine: variance {bank.variance:.2f}, {common:.0%} of it common, {left} of the weight left after each answer")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
