"""Who is called competent, by the engine and by the old rules: python -m bench.officers [SEED...]

2,000 invented officers x 6 competences x 40 items, 5-60 answers over 24 months in quizzes of 5-10, four bad items in 40
(two miskeyed, two of another competence), trainings whose gain halves in a year. The truth is whether the level on the
last day reaches the one at which 80 % of the good items are expected right. The engine sees answers, days and attendances.
"""

import sys
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from scipy.special import logsumexp

from bench.metrics import calibration_error
from lms.competence import engine as e
from lms.competence.engine.grid import Array, normal, sigmoid

OFFICERS, CODES, ITEMS, DAYS = 2000, 6, 40, 730
START = date(2024, 1, 1)
AT = START + timedelta(days=DAYS)
GAINS = (0.0, 0.25, 0.5, 0.75, 1.0)  # the gain of a training is chosen from these by the likelihood of the answers
KINDS = ["single"] * 28 + ["true_false"] * 4 + ["short"] * 8


class Province:
    """What is true, and what was seen of it."""

    def __init__(self, seed: int):
        self.chance = chance = np.random.default_rng(seed)
        self.c = np.array([[e.GUESS[kind] for kind in chance.permutation(KINDS)] for _ in range(CODES)])
        self.a = np.exp(chance.normal(0, 0.3, (CODES, ITEMS)))
        self.b = chance.normal(-0.6, 0.9, (CODES, ITEMS))
        self.bad = np.array([chance.permutation([1, 1, 2, 2] + [0] * (ITEMS - 4)) for _ in range(CODES)])
        general = chance.normal(0, 0.5**0.5, (OFFICERS, 1))
        self.base = general + chance.normal(0, 0.5**0.5, (OFFICERS, CODES))
        walk = chance.normal(0, 0.3 / 24**0.5, (OFFICERS, CODES, 25))
        self.walk = np.cumsum(walk, axis=2)
        self.trained = [[self._trainings() for _ in range(CODES)] for _ in range(OFFICERS)]
        self.now = np.array([[self.level(u, k, DAYS) for k in range(CODES)] for u in range(OFFICERS)])
        self.truth = np.array([[self.now[u, k] >= self._required(k) for k in range(CODES)] for u in range(OFFICERS)])

    def _trainings(self) -> list[tuple[int, float]]:
        days = sorted(int(day) for day in self.chance.integers(0, DAYS, self.chance.poisson(0.8)))
        return [(day, float(self.chance.normal(0.8, 0.3))) for day in days]

    def _required(self, k: int) -> float:
        if not hasattr(self, "levels"):
            grid = np.linspace(-4, 4, 1601)[:, None]
            self.levels = []
            for code in range(CODES):
                p = self.c[code] + (1 - self.c[code]) * 0.98 * sigmoid(self.a[code] * (grid - self.b[code]))
                good = p[:, self.bad[code] == 0].mean(axis=1)
                self.levels.append(float(grid[np.searchsorted(good, 0.8), 0]))
        return self.levels[k]

    def level(self, u: int, k: int, day: int) -> float:
        gained = sum(gain * 2 ** (-(day - then) / 365) for then, gain in self.trained[u][k] if then < day)
        return float(self.base[u, k] + self.walk[u, k, min(24, day * 24 // DAYS)] + gained)

    def quizzes(self, u: int, k: int) -> list[tuple[int, list[tuple[int, int]]]]:
        """(day, [(item, score)]) of one officer in one competence, oldest first."""
        chance, left = self.chance, round(float(np.exp(self.chance.uniform(np.log(5), np.log(60)))))
        order, found = np.argsort(self.b[k]), []
        while left > 0:
            size = min(left, int(chance.integers(5, 11)))
            left -= size
            trained = [then for then, _ in self.trained[u][k]]
            near = trained and chance.random() < 0.6
            day = min(DAYS - 1, int(chance.choice(trained) + chance.integers(1, 31))) if near else int(chance.integers(0, DAYS))
            third = int(chance.integers(0, 3))
            pool = order[third * 10 : third * 10 + 20]
            found.append((day, [(int(i), self._answer(u, k, int(i), day)) for i in chance.choice(pool, size, replace=False)]))
        return sorted(found, key=lambda quiz: quiz[0])

    def _answer(self, u: int, k: int, i: int, day: int) -> int:
        other = (k + 1) % CODES if self.bad[k, i] == 2 else k
        z = self.a[k, i] * (self.level(u, other, day) - self.b[k, i])
        right = self.chance.random() < 0.98 / (1 + np.exp(-z))
        guess = self.chance.random() < self.c[k, i]
        if self.bad[k, i] == 1:
            return int(not right and guess)
        return int(right or guess)


def report(name: str, p: Array, truth: Array, decided: Array | None = None) -> None:
    """One line: accuracy, false competent, false not-competent, wrong among certified, Brier and ECE of a chance."""
    yes = p >= 0.5 if decided is None else decided
    wrong = float((~truth[yes]).mean()) if yes.any() else 0.0
    line = f"{name:<34} {(yes == truth).mean():.3f}  {yes[~truth].mean():.3f}  {(~yes)[truth].mean():.3f}  {wrong:.3f}"
    if decided is None:
        brier = float(((p - truth) ** 2).mean())
        sure = p >= 0.8
        line += f"  {brier:.4f}  {calibration_error(truth, p):.3f}  P>=.8: {sure.mean():.3f} certified, {(~truth[sure]).mean():.3f} wrong"
    print(line)


def old_rules(quizzes: dict[tuple[int, int], list[tuple[int, list[tuple[int, int]]]]], truth: Array) -> None:
    pairs = sorted(quizzes)
    shares = {pair: [float(np.mean([x for _, x in quiz])) for _, quiz in quizzes[pair]] for pair in pairs}
    flat = {pair: [x for _, quiz in quizzes[pair] for _, x in quiz] for pair in pairs}
    said = {
        "percent of all answers >= 80 %": [float(np.mean(flat[pair])) >= 0.8 for pair in pairs],
        "latest quiz >= 80 %": [e.percent_rule(shares[pair], "latest") for pair in pairs],
        "highest quiz >= 80 %": [e.percent_rule(shares[pair], "highest") for pair in pairs],
        "Canvas weighted average 65/35": [(e.canvas_score("decaying_average", shares[pair]) or 0) >= 0.8 for pair in pairs],
        "Canvas decaying average 65": [(e.canvas_score("standard_decaying_average", shares[pair]) or 0) >= 0.8 for pair in pairs],
        "Canvas n-mastery 3": [e.canvas_score("n_mastery", shares[pair], 3, 0.8) is not None for pair in pairs],
        "8 of the last 10": [e.m_of_n([bool(x) for x in flat[pair]], 8, 10) for pair in pairs],
    }
    for name, yes in said.items():
        report(name, np.array([]), truth, np.array(yes))


def calibrated(province: Province, seen: list[e.Evidence], k: int) -> tuple[dict[str, e.Item], float]:
    """Items of one competence: calibrated, screened, those with a wrong key suspended, and calibrated again."""
    mine = [row for row in seen if row.competence == f"C{k}"]
    person = np.array([int(row.officer) for row in mine])
    item = np.array([int(row.item.split(".")[1]) for row in mine])
    score = np.array([row.score for row in mine])
    start = [e.Item(f"C{k}.{i}", c=float(province.c[k, i])) for i in range(ITEMS)]
    rows = e.responses(person, item, score)
    flags = {
        flag.item
        for flag in e.screen(rows, e.calibrate(rows, start, points=31))
        if flag.flag in ("check_key", "weak") and flag.correlation < 0.1
    }
    keep = np.array([start[i].key not in flags for i in range(ITEMS)])
    rows = e.responses(person[keep[item]], item[keep[item]], score[keep[item]])
    found = e.calibrate(rows, start, points=31).items
    bank = [one for one, kept in zip(found, keep, strict=True) if kept]
    items = {one.key: one if kept else e.Item(one.key, suspended=True) for one, kept in zip(found, keep, strict=True)}
    return items, e.required_level(bank, 0.8).theta


Known = dict[tuple[str, str], e.Likelihood]
Trainings = dict[tuple[str, str], list[e.Attendance]]


def fitted(
    seen: list[e.Evidence], items: dict[str, e.Item], there: Trainings, gains: tuple[float, ...]
) -> tuple[e.Policy, Known]:
    """Gain by marginal likelihood on a coarse grid; variances by moments of y' (see priors_from_others): Vg is the mean
    covariance of an officer's competences, Vs what is left. From the answers alone."""
    best: tuple[float, e.Policy, Known] | None = None
    for gain in gains:
        policy = e.Policy(version=2, exposure=gain)
        known = dict(e.likelihoods(seen, items, policy, there))
        logs = np.array([found.total for found in known.values()]) * 2 ** (-(AT - date(2020, 1, 1)).days / policy.half_life)
        loglik = float(logsumexp(logs + normal(*e.broad_prior(policy)), axis=1).sum())
        if best is None or loglik > best[0]:
            best = (loglik, policy, known)
    assert best is not None
    _, policy, known = best
    mean, sd = (np.zeros((OFFICERS, CODES)) for _ in range(2))
    for (officer, code), found in known.items():
        settled = e.settle(found, policy, e.broad_prior(policy), AT)
        mean[int(officer), int(code[1:])], sd[int(officer), int(code[1:])] = settled.mean, settled.sd
    prior = policy.general + policy.specific
    v = 1 / np.maximum(1 / sd**2 - 1 / prior, 0.05)
    y, weight = mean * v / sd**2, 1 / (v + prior)
    both = (weight * y).sum(axis=1) ** 2 - (weight**2 * y**2).sum(axis=1)
    common = float(both.sum() / (weight.sum(axis=1) ** 2 - (weight**2).sum(axis=1)).sum())
    total = float((weight**2 * (y**2 - v)).sum() / (weight**2).sum())
    print(f"  fitted from the answers: gain {policy.exposure}, Vg {common:.2f}, Vs {total - common:.2f}")
    return replace(policy, general=max(0.05, common), specific=max(0.05, total - common)), known


def engine_chances(province: Province, seen: list[e.Evidence], gains: tuple[float, ...]) -> tuple[Array, Array]:
    """P of every officer x competence: own evidence only, and with the officer's other competences."""
    items, need = {}, {}
    for k in range(CODES):
        found, need[f"C{k}"] = calibrated(province, seen, k)
        items.update(found)
    there = {
        (str(u), f"C{k}"): [
            e.Attendance(START + timedelta(days=then), f"t{n}") for n, (then, _) in enumerate(province.trained[u][k])
        ]
        for u in range(OFFICERS)
        for k in range(CODES)
    }
    policy, known = fitted(seen, items, there, gains)
    own, best = [], []
    for u in range(OFFICERS):
        pairs = [(str(u), f"C{k}") for k in range(CODES)]
        broad = {pair[1]: e.settle(known[pair], policy, e.broad_prior(policy), AT, there[pair]) for pair in pairs}
        priors = e.priors_from_others(broad, policy)
        for pair in pairs:
            for found_p, prior in ((own, e.OWN_PRIOR), (best, priors[pair[1]])):
                settled = e.settle(known[pair], policy, prior, AT, there[pair])
                found_p.append(e.chance(settled, e.Requirement(0.8, need[pair[1]], ())))
    return np.array(own), np.array(best)


def run(seed: int) -> None:
    province = Province(seed)
    quizzes = {(u, k): province.quizzes(u, k) for u in range(OFFICERS) for k in range(CODES)}
    truth = np.array([province.truth[pair] for pair in sorted(quizzes)])
    seen = [
        e.Evidence(START + timedelta(days=day), f"{u}.{k}.{n}.{m:02}", str(u), f"C{k}", f"C{k}.{i}", float(x))
        for (u, k), taken in quizzes.items()
        for n, (day, quiz) in enumerate(taken)
        for m, (i, x) in enumerate(quiz)
    ]
    print(f"seed {seed}: {len(seen):,} answers, {truth.mean():.3f} competent")
    print(f"{'rule':<34} right  f.comp f.not  wrong  Brier   ECE")
    old_rules(quizzes, truth)
    for name, gains in (("without attendance", (0.0,)), ("with attendance", GAINS)):
        own, best = engine_chances(province, seen, gains)
        report(f"engine, own only, {name.split()[0]}", own, truth)
        report(f"engine, {name}", best, truth)


if __name__ == "__main__":
    for given in sys.argv[1:] or ["101"]:
        run(int(given))
