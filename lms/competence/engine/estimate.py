"""The level of one officer in one competence, with how sure it is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from lms.competence.engine.grid import THETA, Array, normal, weights_of
from lms.competence.engine.item import Item
from lms.competence.engine.ledger import Attendance, Evidence, in_order
from lms.competence.engine.policy import Policy
from lms.competence.engine.posterior import EPOCH, Likelihood, aged, boost, likelihood, prepare, row_logs

Prior = tuple[float, float]  # mean, sd
Pair = tuple[str, str]  # officer, competence
OWN_PRIOR: Prior = (0.0, 1.0)  # own evidence only: nothing borrowed
DIGITS = 6
BLOCK = 4_000  # rows computed at once


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


def settle(known: Likelihood, policy: Policy, prior: Prior, at: date, attended: Sequence[Attendance] = ()) -> Estimate:
    """Posterior ~ prior x likelihood^(2^(-(at - EPOCH)/H)): every row's age weight, in one multiplication."""
    day = at.toordinal()
    scale = aged(day - EPOCH, policy.half_life)
    chances = weights_of(normal(*prior) + known.total * scale)
    lift = boost(attended, day, policy)
    mean = float((chances * THETA).sum())
    sd = float(np.sqrt((chances * (THETA - mean) ** 2).sum()))
    return Estimate(
        round(mean + lift, DIGITS),
        round(sd, DIGITS),
        known.rows,
        round(known.effective * scale, DIGITS),
        round(lift, DIGITS),
        at,
        policy.version,
        chances,
    )


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


def likelihoods(
    rows: Iterable[Evidence],
    items: Mapping[str, Item],
    policy: Policy,
    attended: Mapping[Pair, Sequence[Attendance]],
) -> Iterator[tuple[Pair, Likelihood]]:
    """Of every officer and competence in the ledger: the same bytes as one by one, many rows at once."""
    ledgers: dict[Pair, list[Evidence]] = defaultdict(list)
    for row in rows:
        ledgers[row.officer, row.competence].append(row)
    block: list[Pair] = []
    held = 0
    for pair in sorted(ledgers):
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
    starts, kept = [], []
    for pair in pairs:
        rows, answered = in_order(ledgers[pair]), dict[str, int]()
        its_items, its_weights, its_lifts = prepare(rows, items, policy, attended.get(pair, ()), answered)
        starts.append(len(every))
        every += rows
        found += its_items
        weights += its_weights
        lifts += its_lifts
        kept.append((sum(its_weights), len(rows), (rows[-1].day, rows[-1].key), answered))
    logs = row_logs(every, found, lifts, policy) * np.array(weights)[:, None]
    for pair, start, rest in zip(pairs, starts, kept, strict=True):
        yield pair, Likelihood(np.add.reduce(logs[start : start + rest[1]], axis=0), *rest)  # row by row: reduceat is not


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
    known = likelihoods((row for row in rows if row.day <= at), items, policy, there)
    return {pair: settle(found, policy, prior, at, there.get(pair, ())) for pair, found in known}
