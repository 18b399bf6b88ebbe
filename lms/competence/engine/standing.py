"""Where officers stand in all their competences: on their own evidence, and with what the other competences lend."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from lms.competence.engine.estimate import DIGITS, OWN_PRIOR, Estimate, Known, Levels, Pair, at_once, by_pair, settled
from lms.competence.engine.grid import Array, tail
from lms.competence.engine.item import Item
from lms.competence.engine.ledger import Attendance, Evidence
from lms.competence.engine.policy import Policy
from lms.competence.engine.posterior import EMPTY, boost
from lms.competence.engine.prior import borrowed, broad_prior
from lms.competence.engine.requirement import Requirement

BLOCK = 1_000  # officers x competences computed at once: what fits the cache


@dataclass(frozen=True)
class Standing:
    """`own` rests on the officer's answers in this competence alone; `best` also on the other competences. `own_chances` and
    `best_chances`: P that each of the requirements asked of the competence is met, in their order."""

    own: Estimate
    best: Estimate
    own_chances: tuple[float, ...]
    best_chances: tuple[float, ...]


def standings(
    rows: Iterable[Evidence],
    items: Mapping[str, Item],
    policy: Policy,
    needs: Mapping[str, Sequence[Requirement]],
    at: date,
    attended: Mapping[Pair, Sequence[Attendance]] | None = None,
    officers: Collection[str] = (),
) -> Iterator[tuple[Pair, Standing]]:
    """Every officer of the ledger (and of `officers`) in every competence of `needs`, in order; the same bytes for one officer
    as among many. Evidence of competences outside `needs` lends to the others all the same."""
    ledgers = by_pair(row for row in rows if row.day <= at)
    codes = sorted({code for _, code in ledgers}.union(needs))
    everybody = sorted({officer for officer, _ in ledgers}.union(officers)) if needs else []
    size = max(1, BLOCK // max(1, len(codes)))
    for start in range(0, len(everybody), size):
        pairs = [(officer, code) for officer in everybody[start : start + size] for code in codes]
        seen = dict(at_once([pair for pair in pairs if pair in ledgers], ledgers, items, policy, attended or {}))
        own, best = _both(Known.of([seen.get(pair, EMPTY) for pair in pairs]), pairs, len(codes), policy, at, attended or {})
        yield from _asked(pairs, codes, own, best, needs)


def _both(
    known: Known,
    pairs: Sequence[Pair],
    codes: int,
    policy: Policy,
    at: date,
    attended: Mapping[Pair, Sequence[Attendance]],
) -> tuple[Levels, Levels]:
    """The levels of the pairs, officer by officer, under their own prior and under the borrowed one."""
    every = np.ones(len(pairs))
    lifts = np.array([boost(attended.get(pair, ()), at.toordinal(), policy) for pair in pairs]) if policy.exposure else 0 * every

    def under(mean: Array | float, sd: Array | float) -> Levels:
        return settled(known, policy, mean * every, sd * every, at, lifts)

    broad = under(*broad_prior(policy))
    there = (np.array(known.rows) > 0).reshape(-1, codes)
    means, sds = borrowed((broad.mean - broad.lift).reshape(-1, codes), broad.sd.reshape(-1, codes), there, policy)
    return under(*OWN_PRIOR), under(means.ravel(), sds.ravel())


def _asked(
    pairs: Sequence[Pair], codes: Sequence[str], own: Levels, best: Levels, needs: Mapping[str, Sequence[Requirement]]
) -> Iterator[tuple[Pair, Standing]]:
    chances: list[list[tuple[float, ...]]] = []
    for levels in (own, best):
        found: list[tuple[float, ...]] = [()] * len(pairs)
        for place, code in enumerate(codes):
            part = slice(place, None, len(codes))
            asked = [
                np.round(tail(levels.chances[part], need.theta - levels.lift[part]), DIGITS).tolist()
                for need in needs.get(code, ())
            ]
            found[part] = list(zip(*asked, strict=True)) if asked else found[part]
        chances.append(found)
    for pair, *both in zip(pairs, own.each(), best.each(), *chances, strict=True):
        if pair[1] in needs:
            yield pair, Standing(*both)
