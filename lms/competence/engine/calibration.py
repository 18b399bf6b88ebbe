"""Parameters of items from many people's answers: marginal maximum likelihood by EM (Bock and Aitkin 1981)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final, Literal

import numpy as np

from lms.competence.engine.grid import Array, sigmoid
from lms.competence.engine.item import Item
from lms.competence.engine.partial_credit import SLOPE_SPREAD, log_table, maximise
from lms.competence.engine.responses import LIFT_STEP, Responses, matrices

Model = Literal["1PL", "2PL", "GPCM"]
LEAST_SPREAD: Final = 0.3  # of easiness between items, however alike the few seen are


@dataclass(frozen=True)
class Calibration:
    """Items with their new parameters, the marginal log-likelihood, and sha256 of answers, start and settings."""

    model: Model
    items: tuple[Item, ...]
    loglik: float
    iterations: int
    digest: str


@dataclass
class _Fit:
    """One run of EM. theta ~ N(0,1) on `nodes`; 1PL: one slope for all, which is the sd of theta. A column is an item as it
    is met under one lift: the curve of the item, moved."""

    rows: Responses
    items: Sequence[Item]
    model: Model
    with_prior: bool
    points: int

    def __post_init__(self) -> None:
        self.nodes = np.linspace(-5, 5, self.points)
        weights = np.exp(-0.5 * self.nodes**2)
        self.log_weights = np.log(weights / weights.sum())
        self.log_a = np.log([item.a for item in self.items])
        self.d = np.array([item.d for item in self.items])
        self.c = np.array([item.c for item in self.items])
        tags = [max(item.competences, key=lambda code: (item.competences[code], code), default="") for item in self.items]
        self.group = np.unique(tags, return_inverse=True)[1]
        lifted = np.rint(self.rows.lift / LIFT_STEP).astype(np.int64)
        lowest = int(lifted.min(initial=0))
        levels = int(lifted.max(initial=0)) - lowest + 1
        met, column = np.unique(self.rows.item * levels + lifted - lowest, return_inverse=True)
        self.of = met // levels  # the item of each column
        self.theta = self.nodes + ((met % levels + lowest) * LIFT_STEP)[:, None]
        self.guess = self.c[self.of][:, None]
        many = {place for place, item in enumerate(self.items) if self.model == "GPCM" and item.steps > 1}
        self.steps = {place: np.zeros(self.items[place].steps + 1) for place in sorted(many)}
        self.places = {at: np.flatnonzero(column == at) for at, place in enumerate(self.of.tolist()) if place in many}
        binary = ~np.isin(self.rows.item, sorted(many))
        self.right, self.present = matrices(self.rows, column, len(met), binary)

    def curves(self) -> tuple[Array, Array]:
        """P and sigmoid, columns x nodes."""
        s = sigmoid(np.exp(self.log_a)[self.of][:, None] * self.theta + self.d[self.of][:, None])
        return self.guess + (1 - self.guess) * s, s

    def expect(self) -> tuple[Array, float]:
        """E-step: each person's chances on the nodes, and the marginal log-likelihood."""
        p, s = self.curves()
        wrong = np.log((1 - self.guess) * (1 - s) + 1e-300)
        logs = self.right @ (np.log(p + 1e-300) - wrong) + self.present @ wrong + self.log_weights
        for at, rows in self.places.items():
            scores = np.rint(self.rows.score[rows] * self.items[self.of[at]].steps).astype(int)
            np.add.at(logs, self.rows.person[rows], log_table(self.steps[self.of[at]], self.theta[at]).T[scores])
        peak = logs.max(axis=1, keepdims=True)
        chances = np.exp(logs - peak)
        whole = chances.sum(axis=1, keepdims=True)
        loglik = float(((np.log(whole) + peak)[:, 0] * self.rows.count).sum())
        return chances / whole, loglik

    def maximise(self, chances: Array) -> float:
        """M-step by Fisher scoring, all items at once; returns the largest change."""
        counted = chances * self.rows.count[:, None]
        right, seen = self.right.T @ counted, self.present.T @ counted
        before = np.concatenate([self.log_a, self.d, *self.steps.values()])
        for _ in range(2):
            self._score(right, seen)
        for place in self.steps:
            every, nodes = [], []
            for at in (at for at in self.places if self.of[at] == place):
                rows = self.places[at]
                scores = np.rint(self.rows.score[rows] * self.items[place].steps).astype(int)
                expected = np.zeros((self.items[place].steps + 1, self.points))
                np.add.at(expected, scores, counted[self.rows.person[rows]])
                every.append(expected.T)
                nodes.append(self.theta[at])
            if every:
                self.steps[place] = maximise(self.steps[place], np.concatenate(every), np.concatenate(nodes), self.with_prior)
        return float(np.abs(np.concatenate([self.log_a, self.d, *self.steps.values()]) - before).max(initial=0.0))

    def _score(self, right: Array, seen: Array) -> None:
        """d l / dz = (r - n P) s / P and information n (1-c) s^2 (1-s) / P (Birnbaum 1968 with fixed c); z = a theta + d."""
        p, s = self.curves()
        slope = (right - seen * p) * s / p
        info = seen * (1 - self.guess) * s * s * (1 - s) / p
        by_a = np.exp(self.log_a)[self.of][:, None] * self.theta

        def whole(values: Array) -> Array:
            return np.bincount(self.of, weights=values.sum(axis=1), minlength=len(self.items)).astype(np.float64)

        g = [whole(slope * by_a), whole(slope)]
        h = [whole(info * by_a * by_a), whole(info * by_a), whole(info)]
        if self.with_prior:
            middle = (np.bincount(self.group, weights=self.d) / np.bincount(self.group))[self.group]
            spread = max(LEAST_SPREAD, float((self.d - middle).std()))
            g[0] -= self.log_a / SLOPE_SPREAD**2
            g[1] -= (self.d - middle) / spread**2
            h[0] += 1 / SLOPE_SPREAD**2
            h[2] += 1 / spread**2
        if self.model == "1PL":
            self._common(g, h)
            return
        det = np.maximum(h[0] * h[2] - h[1] ** 2, 1e-12)
        self.log_a = np.clip(self.log_a + np.clip((h[2] * g[0] - h[1] * g[1]) / det, -0.5, 0.5), -3, 2)
        self.d = np.clip(self.d + np.clip((h[0] * g[1] - h[1] * g[0]) / det, -1, 1), -10, 10)

    def _common(self, g: list[Array], h: list[Array]) -> None:
        """One slope: the same step with the easiness of every item taken out (Schur complement)."""
        own = np.maximum(h[2], 1e-12)
        top = float((g[0] - h[1] * g[1] / own).sum()) / max(float((h[0] - h[1] ** 2 / own).sum()), 1e-12)
        move = float(np.clip(top, -0.5, 0.5))
        self.log_a = self.log_a + move
        self.d = np.clip(self.d + np.clip((g[1] - h[1] * move) / own, -1, 1), -10, 10)

    def found(self) -> tuple[Item, ...]:
        """The items, with parameters rounded to 1e-6."""
        answers = np.bincount(self.rows.item, weights=self.rows.count[self.rows.person], minlength=len(self.items))
        made = []
        for at, item in enumerate(self.items):
            if at in self.steps:
                slope, steps = self.steps[at][0], tuple(round(float(d), 6) for d in self.steps[at][1:])
                new = replace(item, a=round(float(np.exp(slope)), 6), thresholds=steps)
            else:
                new = replace(item, a=round(float(np.exp(self.log_a[at])), 6), d=round(float(self.d[at]), 6))
            made.append(replace(new, answers=int(answers[at])))
        return tuple(made)


def calibrate(
    rows: Responses,
    items: Sequence[Item],
    model: Model = "2PL",
    *,
    with_prior: bool = True,
    points: int = 61,
    most: int = 100,
    until: float = 1e-4,
) -> Calibration:
    """1PL: one slope; 2PL: a slope each, guess rate as the item's kind gives it; GPCM: as 2PL, and items of several steps
    get thresholds. `with_prior`: log a ~ N(0, .3^2) and d ~ N(mean of the item's competence, spread^2) (Mislevy 1986), so that an item
    with few answers stays near the others. Stops when no parameter moves by `until`, at the latest after `most` steps.
    """
    start = repr((model, with_prior, points, most, until, [(i.key, i.version, i.a, i.d, i.c, i.steps) for i in items]))
    fit = _Fit(rows, items, model, with_prior, points)
    done = 0
    for done in range(1, most + 1):  # noqa: B007 - counted after the loop
        chances, _ = fit.expect()
        if fit.maximise(chances) < until:
            break
    digest = sha256((rows.digest + start).encode()).hexdigest()
    return Calibration(model, fit.found(), round(fit.expect()[1], 6), done, digest)


def person_levels(rows: Responses, items: Sequence[Item], points: int = 61) -> tuple[Array, Array, Array]:
    """EAP and sd of each person under N(0,1) (Bock and Mislevy 1982), and their chances on the nodes."""
    polytomous = any(item.thresholds for item in items)
    fit = _Fit(rows, items, "GPCM" if polytomous else "2PL", False, points)
    for at in fit.steps:
        fit.steps[at] = np.array([np.log(items[at].a), *items[at].thresholds])
    chances, _ = fit.expect()
    mean = chances @ fit.nodes
    return mean, np.sqrt(np.maximum(chances @ fit.nodes**2 - mean**2, 0.0)), chances
