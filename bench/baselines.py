"""What others use to predict the next answer: BKT, PFA, Elo, one theta for all, and logistic regression on counts."""

from collections import defaultdict

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from bench.answers import Answers
from lms.competence.engine.grid import Array, sigmoid


def counts(rows: Answers) -> Array:
    """log(1 + earlier right and wrong) of the same user: in the same skill, and over all. Rows x 4."""
    seen: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    found = np.zeros((len(rows.y), 4))
    for at, (user, skill, y) in enumerate(zip(rows.user.tolist(), rows.skill.tolist(), rows.y.tolist(), strict=True)):
        here, all_ = seen[user, skill], seen[user, -1]
        found[at] = (*here, *all_)
        here[int(y < 0.5)] += 1
        all_[int(y < 0.5)] += 1
    return np.log1p(found)


def features(rows: Answers, items: int, skills: int, best: bool) -> sparse.csr_array:
    """PFA (Pavlik et al. 2009, log counts): skill, and its right and wrong. `best` adds item and totals (Gervet et al. 2020)."""
    n, known = len(rows.y), counts(rows)
    parts = [(rows.skill, np.ones(n), skills), (rows.skill, known[:, 0], skills), (rows.skill, known[:, 1], skills)]
    if best:
        zero = np.zeros(n, dtype=int)
        parts += [(rows.item, (rows.item < items) * 1.0, items + 1), (zero, known[:, 2], 1), (zero, known[:, 3], 1)]
    at = np.arange(n)
    return sparse.csr_array(sparse.hstack([sparse.csr_array((v, (at, i)), shape=(n, size)) for i, v, size in parts]))


def logistic(train: sparse.csr_array, y: Array, test: sparse.csr_array) -> Array:
    """Logistic regression with a ridge of 1, by L-BFGS."""

    def loss(w: Array) -> tuple[float, Array]:
        z = train @ w
        value = float((np.logaddexp(0, z) - y * z).sum() + 0.5 * w @ w)
        return value, train.T @ (sigmoid(z) - y) + w

    w = minimize(loss, np.zeros(train.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return sigmoid(test @ w)


def elo(train: Answers, test: Answers, items: int) -> Array:
    """Elo with K = 1/(1 + .05 n) (Pelanek 2016); items learn from train only."""
    easy, met, base = np.zeros(items + 1), np.zeros(items + 1), float(np.log(train.y.mean() / (1 - train.y.mean())))
    found: list[float] = []
    for rows, learn in ((train, True), (test, False)):
        level: dict[int, tuple[float, int]] = {}
        found = []
        for user, item, y in zip(rows.user.tolist(), rows.item.tolist(), rows.y.tolist(), strict=True):
            theta, n = level.get(user, (0.0, 0))
            p = 1 / (1 + np.exp(-(theta + easy[item] + base)))
            found.append(p)
            level[user] = (theta + (y - p) / (1 + 0.05 * n), n + 1)
            if learn:
                easy[item] += (y - p) / (1 + 0.05 * met[item])
                met[item] += 1
        easy[items] = 0.0
    return np.array(found)


def bkt(train: Answers, test: Answers, skills: int, rounds: int = 15) -> Array:
    """Knowledge tracing (Corbett and Anderson 1995), a skill's four parameters by EM, all skills at once."""
    known, learn = np.full(skills, 0.4), np.full(skills, 0.1)
    guess, slip = np.full(skills, 0.25), np.full(skills, 0.15)
    skill, x, there = _sequences(train)
    for _ in range(rounds):
        k = skill[:, None]
        right = np.where(x > 0.5, 1 - slip[k], slip[k])
        wrong = np.where(x > 0.5, guess[k], 1 - guess[k])
        first, moved, could, state = _smooth(right, wrong, there, known[skill], learn[skill])

        def share(top: Array, bottom: Array) -> Array:
            up, down = (np.bincount(skill, weights=v, minlength=skills) for v in (top, bottom))
            return (up + 1) / (down + 5)

        known, learn = share(first, np.ones(len(skill))), share(moved, could)
        not_yet = (1 - state) * there
        guess = np.minimum(0.5, share((not_yet * x).sum(axis=1), not_yet.sum(axis=1)))
        slip = np.minimum(0.4, share((state * there * (1 - x)).sum(axis=1), (state * there).sum(axis=1)))
    held: dict[tuple[int, int], float] = {}
    found = np.zeros(len(test.y))
    for at, (user, k, y) in enumerate(zip(test.user.tolist(), test.skill.tolist(), test.y.tolist(), strict=True)):
        now = held.get((user, k), float(known[k]))
        p = now * (1 - slip[k]) + (1 - now) * guess[k]
        found[at] = p
        after = now * (1 - slip[k]) / p if y > 0.5 else now * slip[k] / (1 - p)
        held[user, k] = after + (1 - after) * learn[k]
    return found


def _sequences(rows: Answers, longest: int = 200) -> tuple[np.ndarray, Array, Array]:
    """One row for each user and skill, its answers padded."""
    lists: dict[tuple[int, int], list[float]] = defaultdict(list)
    for user, skill, y in zip(rows.user.tolist(), rows.skill.tolist(), rows.y.tolist(), strict=True):
        if len(lists[user, skill]) < longest:
            lists[user, skill].append(y)
    width = max(len(one) for one in lists.values())
    x, there = np.zeros((len(lists), width)), np.zeros((len(lists), width))
    for at, one in enumerate(lists.values()):
        x[at, : len(one)], there[at, : len(one)] = one, 1.0
    return np.array([skill for _, skill in lists]), x, there


def _smooth(right: Array, wrong: Array, there: Array, known: Array, learn: Array) -> tuple[Array, Array, Array, Array]:
    """Forward and backward over two states without forgetting: first, learnt, could have learnt, and known at each answer."""
    right, wrong = np.where(there > 0, right, 1.0), np.where(there > 0, wrong, 1.0)
    ahead, back = np.zeros_like(there), np.ones((2, *there.shape))
    now = known
    for t in range(there.shape[1]):
        ahead[:, t] = now * right[:, t] / (now * right[:, t] + (1 - now) * wrong[:, t])
        now = ahead[:, t] + (1 - ahead[:, t]) * learn
    for t in range(there.shape[1] - 2, -1, -1):
        yes, no = right[:, t + 1] * back[0, :, t + 1], wrong[:, t + 1] * back[1, :, t + 1]
        back[0, :, t], back[1, :, t] = yes, learn * yes + (1 - learn) * no
        back[:, :, t] /= back[:, :, t].sum(axis=0)
    whole = ahead * back[0] + (1 - ahead) * back[1]
    state = ahead * back[0] / whole
    yes, no = right[:, 1:] * back[0, :, 1:], wrong[:, 1:] * back[1, :, 1:]
    move, stay = (1 - ahead[:, :-1]) * learn[:, None] * yes, (1 - ahead[:, :-1]) * (1 - learn[:, None]) * no
    total = ahead[:, :-1] * yes + move + stay
    in_use = there[:, 1:]
    return state[:, 0], (move / total * in_use).sum(axis=1), ((move + stay) / total * in_use).sum(axis=1), state
