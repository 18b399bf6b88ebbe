"""How fast the engine of competence is: python -m bench.competence_speed [ANSWERS...]

Prints calibration (2PL with guessing, 21 nodes, 10 steps, 2,000 items), one update, and the recompute of a ledger.
"""

import sys
from datetime import date, timedelta
from time import perf_counter, process_time

import numpy as np

from lms.competence import engine as e
from lms.competence.engine.grid import sigmoid

AT = date(2026, 1, 1)


def answers(n: int, items: int, seed: int) -> tuple[e.Responses, list[e.Item]]:
    """n invented answers, about 20 a person."""
    chance = np.random.default_rng(seed)
    people = n // 20
    flat = np.unique(chance.integers(0, people * items, n))
    person, item = flat // items, flat % items
    theta, d = chance.normal(size=people), chance.normal(0.6, 0.9, items)
    p = 0.25 + 0.75 * sigmoid(theta[person] + d[item])
    return e.responses(person, item, (chance.random(len(flat)) < p).astype(float)), [
        e.Item(f"q{k}", c=0.25) for k in range(items)
    ]


def calibration(n: int) -> None:
    rows, items = answers(n, 2000, 1)
    begun, cpu = perf_counter(), process_time()
    found = e.calibrate(rows, items, points=21, most=10, until=0)
    taken = f"{perf_counter() - begun:.2f} s, {process_time() - cpu:.2f} s CPU"
    print(f"calibrate {len(rows.item):>9,} answers x 2,000 items: {taken}, {found.iterations} steps")


def ledger(n: int, each: int) -> list[e.Evidence]:
    chance = np.random.default_rng(2)
    score, item, age = chance.integers(0, 2, n), chance.integers(0, 2000, n), chance.integers(0, 700, n)
    days = [AT - timedelta(days=k) for k in range(700)]
    return [e.Evidence(days[age[k]], f"r{k:07}", f"o{k // each}", "C1.1", f"q{item[k]}", float(score[k])) for k in range(n)]


def main() -> None:
    for n in [int(given) for given in sys.argv[1:]] or [1_000_000, 3_000_000]:
        calibration(n)
    items = {f"q{k}": e.Item(f"q{k}", d=0.5, c=0.25) for k in range(2000)}
    for each in (5, 20, 60):
        rows = ledger(each, each)
        known = e.extended(e.EMPTY, [row._replace(day=row.day - timedelta(days=999)) for row in rows], items, e.POLICY_2)
        new = rows[0]._replace(day=AT)
        for name, run in (
            (
                "append one answer, settle",
                lambda k=known, r=new: e.settle(e.extended(k, [r], items, e.POLICY_2), e.POLICY_2, (0, 1), AT),
            ),
            ("whole ledger", lambda r=rows: e.estimate(r, items, e.POLICY_2, (0, 1), AT)),
        ):
            begun = process_time()
            for _ in range(2000):
                run()
            print(f"one update at n={each:<3} {name:<26}: {(process_time() - begun) / 2000 * 1e6:6.0f} us CPU")
    rows = ledger(1_000_000, 20)
    begun, cpu = perf_counter(), process_time()
    found = e.estimate_all(rows, items, e.POLICY_2, AT)
    taken = f"{perf_counter() - begun:.2f} s, {process_time() - cpu:.2f} s CPU"
    print(f"recompute 1,000,000 rows of {len(found):,} officers x competences: {taken}")
    everybody(rows, items)


def everybody(rows: list[e.Evidence], items: dict[str, e.Item]) -> None:
    """50,000 officers in ten competences: own evidence, best estimate, and the chance of two requirements; 1,000 officers at a time."""
    codes = [f"C{k}" for k in range(10)]
    need = e.required_level([items[f"q{k}"] for k in range(40)], 0.8)
    spread = [row._replace(competence=codes[int(row.key[1:]) % 10]) for row in rows]
    begun, cpu, pairs = perf_counter(), process_time(), 0
    for start in range(0, len(spread), 20_000):
        part = spread[start : start + 20_000]
        pairs += sum(1 for _ in e.standings(part, items, e.POLICY_2, dict.fromkeys(codes, (need, need)), AT))
    taken = f"{perf_counter() - begun:.2f} s, {process_time() - cpu:.2f} s CPU"
    print(f"standings of {pairs:,} officers x competences, {len(spread):,} rows: {taken}")


if __name__ == "__main__":
    main()
