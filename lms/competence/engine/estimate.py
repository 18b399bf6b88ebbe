"""The level of one officer in one competence, with how sure it is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from lms.competence.engine.grid import POINTS, THETA, Array, normal, weights_of
from lms.competence.engine.item import Item
from lms.competence.engine.ledger import Attendance, Evidence, in_order
from lms.competence.engine.policy import Policy
from lms.competence.engine.posterior import EPOCH, Likelihood, aged, boost, likelihood, prepare, row_logs

Prior = tuple[float, float]  # mean, sd
Pair = tuple[str, str]  # officer, competence
OWN_PRIOR: Prior = (0.0, 1.0)  # own evidence only: nothing borrowed
DIGITS = 6
BLOCK = 1_000  # rows computed at once: what fits the cache


@dataclass(frozen=True)
class Estimate:
    """Mean and sd of the level on the day `at` (EAP; Bock and Mislevy 1982), and the chances on the grid.

    `lift` is what recent training is expected to add: it is inside mean, and shown apart. `effective` is the number
    of answers the evidence is worth today.
    """

    mean: float
    sd: float
    rows: int
    effective: float
    lift: float
    at: date
    policy: int
    chances: Array


@dataclass(frozen=True)
class Levels:
    """Many estimates as columns: the same figures, without an object each."""

    mean: Array
    sd: Array
    rows: Sequence[int]
    effective: Array
    lift: Array
    at: date
    policy: int
    chances: Array

    def each(self) -> Iterator[Estimate]:
        """One by one."""
        columns = (self.mean.tolist(), self.sd.tolist(), self.rows, self.effective.tolist(), self.lift.tolist(), self.chances)
        for mean, sd, rows, effective, lift, chances in zip(*columns, strict=True):
            yield Estimate(mean, sd, rows, effective, lift, self.at, self.policy, chances)


@dataclass(frozen=True)
class Known:
    """Many likelihoods as columns."""

    total: Array
    effective: Array
    rows: Sequence[int]

    @classmethod
    def of(cls, known: Sequence[Likelihood]) -> "Known":
        """Stacked in their order."""
        total = np.array([one.total for one in known]).reshape(-1, POINTS)
        return cls(total, np.array([one.effective for one in known]), [one.rows for one in known])


def settled(known: Known, policy: Policy, means: Array, sds: Array, at: date, lifts: Array) -> Levels:
    """Posterior ~ prior x likelihood^(2^(-(at - EPOCH)/H)): every row's age weight, in one multiplication."""
    scale = aged(at.toordinal() - EPOCH, policy.half_life)
    logs = known.total * scale
    logs += normal(means[:, None], sds[:, None])
    chances = weights_of(logs)
    mean = (chances * THETA).sum(axis=1)
    away = THETA - mean[:, None]
    return Levels(
        np.round(mean + lifts, DIGITS),
        np.round(np.sqrt((chances * (away * away)).sum(axis=1)), DIGITS),
        known.rows,
        np.round(known.effective * scale, DIGITS),
        np.round(lifts, DIGITS),
        at,
        policy.version,
        chances,
    )


def settle(known: Likelihood, policy: Policy, prior: Prior, at: date, attended: Sequence[Attendance] = ()) -> Estimate:
    """The level on the day `at`, from a prior and what the ledger says."""
    lift = boost(attended, at.toordinal(), policy)
    one = Known(known.total[None, :], np.array([known.effective]), [known.rows])
    return next(settled(one, policy, np.array([prior[0]]), np.array([prior[1]]), at, np.array([lift])).each())


def estimate(
    rows: Iterable[Evidence],
    items: Mapping[str, Item],
    policy: Policy,
    prior: Prior,
    at: date,
    attended: Sequence[Attendance] = (),
) -> Estimate:
    """From the whole ledger of one officer in one competence. Rows after `at` are not known yet."""
    known = [row for row in rows if row.day <= at]
    return settle(likelihood(known, items, policy, attended), policy, prior, at, attended)


def by_pair(rows: Iterable[Evidence]) -> dict[Pair, list[Evidence]]:
    """The ledger of each officer and competence."""
    ledgers: dict[Pair, list[Evidence]] = defaultdict(list)
    for row in rows:
        ledgers[row.officer, row.competence].append(row)
    return ledgers


def likelihoods(
    rows: Iterable[Evidence],
    items: Mapping[str, Item],
    policy: Policy,
    attended: Mapping[Pair, Sequence[Attendance]],
) -> Iterator[tuple[Pair, Likelihood]]:
    """Of every officer and competence in the ledger: the same bytes as one by one, many rows at once."""
    ledgers = by_pair(rows)
    return at_once(sorted(ledgers), ledgers, items, policy, attended)


def at_once(
    pairs: Iterable[Pair],
    ledgers: Mapping[Pair, list[Evidence]],
    items: Mapping[str, Item],
    policy: Policy,
    attended: Mapping[Pair, Sequence[Attendance]],
) -> Iterator[tuple[Pair, Likelihood]]:
    """Of these pairs, in blocks of rows that fit the cache."""
    block: list[Pair] = []
    held = 0
    for pair in pairs:
        block.append(pair)
        held += len(ledgers[pair])
        if held >= BLOCK:
            yield from _block(block, ledgers, items, policy, attended)
            block, held = [], 0
    yield from _block(block, ledgers, items, policy, attended)


def _block(
    pairs: Sequence[Pair],
    ledgers: Mapping[Pair, list[Evidence]],
    items: Mapping[str, Item],
    policy: Policy,
    attended: Mapping[Pair, Sequence[Attendance]],
) -> Iterator[tuple[Pair, Likelihood]]:
    if not pairs:
        return
    every: list[Evidence] = []
    found: list[Item] = []
    weights: list[float] = []
    lifts: list[float] = []
    kept = []
    for pair in pairs:
        rows, answered = in_order(ledgers[pair]), dict[str, int]()
        its_items, its_weights, its_lifts = prepare(rows, items, policy, attended.get(pair, ()), answered)
        every += rows
        found += its_items
        weights += its_weights
        lifts += its_lifts
        kept.append((sum(its_weights), len(rows), (rows[-1].day, rows[-1].key), answered))
    logs = row_logs(every, found, lifts, policy) * np.array(weights)[:, None]
    for pair, total, rest in zip(pairs, _totals(logs, np.array([rest[1] for rest in kept])), kept, strict=True):
        yield pair, Likelihood(total, *rest)


def _totals(logs: Array, sizes: NDArray[np.int64]) -> Array:
    """Sums of the rows of each pair in their order, as they are added one by one: reduceat would pair them otherwise."""
    starts = np.cumsum(sizes) - sizes
    total = logs[starts]
    for place in range(1, int(sizes.max())):
        longer = np.flatnonzero(sizes > place)
        total[longer] += logs[starts[longer] + place]
    return np.asarray(total)


def estimate_all(
    rows: Iterable[Evidence],
    items: Mapping[str, Item],
    policy: Policy,
    at: date,
    attended: Mapping[Pair, Sequence[Attendance]] | None = None,
    prior: Prior = OWN_PRIOR,
) -> dict[Pair, Estimate]:
    """The whole ledger recomputed, each officer and competence under the same prior."""
    there = attended or {}
    found: dict[Pair, Estimate] = {}
    known = likelihoods((row for row in rows if row.day <= at), items, policy, there)
    while block := list(islice(known, BLOCK)):
        one = np.ones(len(block))
        lifts = np.array([boost(there.get(pair, ()), at.toordinal(), policy) for pair, _ in block])
        levels = settled(Known.of([of for _, of in block]), policy, prior[0] * one, prior[1] * one, at, lifts)
        found.update(zip([pair for pair, _ in block], levels.each(), strict=True))
    return found
