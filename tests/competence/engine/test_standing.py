"""Many officers at once stand where each of them stands alone, and the next question is the one that tells most."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.competence import engine as e

AT = date(2026, 6, 1)
POLICY = e.Policy(version=2, exposure=0.5)
ITEMS = {
    "mcq": e.Item("mcq", a=1.2, d=0.5, c=0.25),
    "short": e.Item("short", kind="short", a=0.8, d=1.0),
    "plan": e.Item("plan", kind="rubric", steps=4),
    "report": e.Item("report", kind="rubric", steps=2, thresholds=(1.0, -1.0)),
}
NEEDS = {code: tuple(e.required_level(ITEMS.values(), share) for share in (0.5, 0.8)) for code in ("C1", "C2", "C3")}
THERE = {("a", "C1"): (e.Attendance(date(2026, 1, 5), "t1"),), ("b", "C3"): (e.Attendance(date(2025, 9, 1), "t2"),)}


@st.composite
def ledgers(draw: st.DrawFn) -> list[e.Evidence]:
    found = []
    for n in range(draw(st.integers(0, 25))):
        item = draw(st.sampled_from(sorted(ITEMS)))
        day = AT - timedelta(days=draw(st.integers(-5, 600)))
        score = draw(st.integers(0, ITEMS[item].steps)) / ITEMS[item].steps
        officer, code = draw(st.sampled_from("abc")), draw(st.sampled_from(["C0", "C1", "C2", "C3"]))
        found.append(e.Evidence(day, f"r{n:03}", officer, code, item, score))
    return found


def same(one: e.Estimate, other: e.Estimate) -> bool:
    return one.chances.tobytes() == other.chances.tobytes() and repr(one) == repr(other)


@settings(max_examples=60, deadline=None)
@given(ledgers(), st.randoms())
def test_each_stands_among_many_where_each_stands_alone(rows, chance):
    mixed = list(rows)
    chance.shuffle(mixed)
    found = dict(e.standings(mixed, ITEMS, POLICY, NEEDS, AT, THERE, officers=("a", "z")))
    officers = {row.officer for row in rows if row.day <= AT} | {"a", "z"}
    assert list(found) == sorted((officer, code) for officer in officers for code in NEEDS)
    for officer in officers:
        mine = {code: [row for row in rows if (row.officer, row.competence) == (officer, code)] for code in ("C0", *NEEDS)}
        there = {code: THERE.get((officer, code), ()) for code in mine}
        broad = {code: e.estimate(mine[code], ITEMS, POLICY, e.broad_prior(POLICY), AT, there[code]) for code in mine}
        priors = e.priors_from_others(broad, POLICY)
        for code, needs in NEEDS.items():
            standing = found[officer, code]
            own = e.estimate(mine[code], ITEMS, POLICY, e.OWN_PRIOR, AT, there[code])
            best = e.estimate(mine[code], ITEMS, POLICY, priors[code], AT, there[code])
            assert same(standing.own, own)
            assert same(standing.best, best)
            assert standing.own_chances == tuple(e.chance(own, need) for need in needs)
            assert standing.best_chances == tuple(e.chance(best, need) for need in needs)


def test_own_evidence_is_untouched_by_other_competences():
    here = [e.Evidence(AT, f"h{n}", "a", "C1", "mcq", 1.0) for n in range(3)]
    there = [e.Evidence(AT, f"t{n}", "a", "C2", f"s{n}", 0.0) for n in range(30)]
    alone, among = (dict(e.standings(rows, ITEMS, e.POLICY_2, NEEDS, AT))["a", "C1"] for rows in (here, here + there))
    assert among.own_chances == alone.own_chances
    assert among.best_chances[1] < alone.best_chances[1]


def test_a_higher_requirement_is_never_likelier_met():
    rows = [e.Evidence(AT, f"h{n}", "a", "C1", f"q{n}", n % 2) for n in range(9)]
    for _, standing in e.standings(rows, {}, e.POLICY_2, NEEDS, AT):
        assert standing.own_chances[0] >= standing.own_chances[1]
        assert standing.best_chances[0] >= standing.best_chances[1]


BANK = [e.Item(f"q{n:02}", d=(n - 15) / 5, c=0.25) for n in range(30)]
NEED = e.required_level(BANK, 0.8)


def officer_of(right: int, wrong: int) -> e.Estimate:
    rows = [e.Evidence(AT, f"r{n:02}", "a", "C1", BANK[n].key, float(n < right)) for n in range(right + wrong)]
    return e.estimate(rows, {item.key: item for item in BANK}, e.POLICY_2, e.OWN_PRIOR, AT)


def test_what_a_question_tells_is_what_its_answers_change():
    known, item = officer_of(6, 2), e.Item("new", kind="short", a=1.3, d=-0.4)

    def bits(p: float) -> float:
        return -(p * np.log2(p) + (1 - p) * np.log2(1 - p))

    after = 0.0
    for score, chance in ((1.0, e.predict(known, item)), (0.0, 1 - e.predict(known, item))):
        rows = [e.Evidence(AT, f"r{n:02}", "a", "C1", BANK[n].key, float(n < 6)) for n in range(8)]
        rows.append(e.Evidence(AT, "s", "a", "C1", "new", score))
        items = {**{one.key: one for one in BANK}, "new": item}
        then = e.estimate(rows, items, e.Policy(version=2, half_life=1e9), e.OWN_PRIOR, AT)
        after += chance * bits(e.chance(then, NEED))
    known = e.estimate(rows[:8], items, e.Policy(version=2, half_life=1e9), e.OWN_PRIOR, AT)
    assert e.worth(known, NEED, item) == pytest.approx(bits(e.chance(known, NEED)) - after, abs=1e-4)
