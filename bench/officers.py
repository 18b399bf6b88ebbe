"""Who is called competent, by the engine and by the old rules: python -m bench.officers [SEED...]

2,000 invented officers x 6 competences x 40 items, 5-60 answers over 24 months in quizzes of 5-10, four bad items in 40
(two miskeyed, two of another competence), trainings whose gain halves in a year. The truth is whether the level on the
last day reaches the one at which 80 % of the good items are expected right. The engine sees answers, days and attendances.
Nobody here remembers an item, so repeats count in full, but in the last lines, which weigh them as the policy in force does.
"""

import sys
from datetime import date, timedelta

import numpy as np

from bench.metrics import calibration_error, calibration_floor
from lms.competence import engine as e
from lms.competence.engine.grid import Array, sigmoid

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
        line += f"  {brier:.4f}  {calibration_error(truth, p):.3f} ({calibration_floor(p):.3f})"
        line += f"  P>=.8: {sure.mean():.3f} certified, {(~truth[sure]).mean():.3f} wrong"
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


def engine_chances(
    province: Province, seen: list[e.Evidence], gains: tuple[float, ...], repeat_weight: float
) -> tuple[Array, Array]:
    """P of every officer x competence: own evidence only, and with the officer's other competences. What the engine is told of an
    item is its kind; the rest it finds from the answers (see lms.competence.engine.fitting)."""
    start = {f"C{k}.{i}": e.Item(f"C{k}.{i}", c=float(province.c[k, i])) for k in range(CODES) for i in range(ITEMS)}
    there = {
        (str(u), f"C{k}"): [
            e.Attendance(START + timedelta(days=then), f"t{n}") for n, (then, _) in enumerate(province.trained[u][k])
        ]
        for u in range(OFFICERS)
        for k in range(CODES)
    }
    found = e.fit(seen, start, e.Policy(version=2, repeat_weight=repeat_weight), AT, there, gains=gains)
    policy = found.policy
    dropped = [key.split(".") for key, item in found.items.items() if item.suspended]
    bad = np.bincount([province.bad[int(k[1:]), int(i)] for k, i in dropped], minlength=3)
    print(f"  fitted from the answers: gain {policy.exposure}, share in common {policy.general:.2f}; dropped of the wrong keys")
    print(
        f"  {bad[1]} of {2 * CODES}, of the wrong competences {bad[2]} of {2 * CODES}, of the good {bad[0]} of {(ITEMS - 4) * CODES}"
    )
    needs = {
        f"C{k}": (e.required_level([item for key, item in found.items.items() if key.startswith(f"C{k}.")], 0.8),)
        for k in range(CODES)
    }
    own, best = np.zeros((OFFICERS, CODES)), np.zeros((OFFICERS, CODES))
    for (officer, code), standing in e.standings(seen, found.items, policy, needs, AT, there):
        own[int(officer), int(code[1:])] = standing.own_chances[0]
        best[int(officer), int(code[1:])] = standing.best_chances[0]
    return own.ravel(), best.ravel()


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
    print(f"{'rule':<34} right  f.comp f.not  wrong  Brier   ECE (by chance)")
    old_rules(quizzes, truth)
    for name, gains, repeat_weight in (
        ("without attendance", (0.0,), 1.0),
        ("with attendance", GAINS, 1.0),
        ("as policy 2 weighs repeats", GAINS, e.POLICY_2.repeat_weight),
    ):
        own, best = engine_chances(province, seen, gains, repeat_weight)
        report("engine, own evidence only", own, truth)
        report(f"engine, {name}", best, truth)


if __name__ == "__main__":
    for given in sys.argv[1:] or ["101"]:
        run(int(given))
