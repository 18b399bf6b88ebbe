"""Golden numbers: LSAT sections 6 and 7 (Bock and Lieberman 1970).

Counts compared with stan-dev/example-models, bugs_examples/vol1/lsat/lsat.data.json (section 6, cumulative counts) and with mirt's LSAT7 as
exported in ofjorque/ghl, benchmarks/data/lsat7.csv: all 64 are the same. Expected values: mirt's tests and ltm's output, 1PL also
lme4::glmer (nAGQ=21). The counts are checked below against the total and the published share of right answers.
"""

import numpy as np
import pytest

from lms.competence import engine as e
from lms.competence.engine.grid import sigmoid, step_chances

# answers 00000, 00001, .. 11111
LSAT6 = [3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298]
LSAT7 = [12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28, 7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308]
ITEMS = [e.Item(f"Q{n}", kind="short") for n in range(1, 6)]


def patterns(counts):
    scores = np.array([[int(bit) for bit in f"{n:05b}"] for n in range(32)], dtype=float)
    person, item = np.divmod(np.arange(160), 5)
    return e.responses(person, item, scores.ravel(), np.array(counts, dtype=float)), scores


def fitted(counts, model):
    return e.calibrate(patterns(counts)[0], ITEMS, model, with_prior=False, most=6000, until=1e-7)


@pytest.mark.parametrize(
    ("counts", "shares"), [(LSAT6, [0.924, 0.709, 0.553, 0.763, 0.870]), (LSAT7, [0.828, 0.658, 0.772, 0.606, 0.843])]
)
def test_the_data_are_the_published_ones(counts, shares):
    _, scores = patterns(counts)
    assert sum(counts) == 1000
    assert np.array(counts) @ scores / 1000 == pytest.approx(shares)


@pytest.mark.parametrize(
    ("counts", "d", "sd", "loglik"),
    [
        (LSAT6, [2.7300, 0.9986, 0.2399, 1.3065, 2.0994], 0.7551, -2466.9376),
        (LSAT7, [1.8683, 0.7910, 1.4610, 0.5215, 1.9930], 1.0113, -2664.9009),
    ],
)
def test_1pl(counts, d, sd, loglik):
    found = fitted(counts, "1PL")
    assert [item.d for item in found.items] == pytest.approx(d, abs=0.002)
    assert found.items[0].a == pytest.approx(sd, abs=0.002)
    assert found.loglik == pytest.approx(loglik, abs=0.001)


def test_2pl_lsat6():
    found = fitted(LSAT6, "2PL")
    assert [item.a for item in found.items] == pytest.approx([0.8257, 0.7228, 0.8908, 0.6884, 0.6569], abs=0.002)
    assert [-item.d / item.a for item in found.items] == pytest.approx([-3.359, -1.370, -0.280, -1.866, -3.126], abs=0.002)
    assert found.loglik == pytest.approx(-2466.6534, abs=0.001)


def test_2pl_lsat7():
    found = fitted(LSAT7, "2PL")
    assert [item.a for item in found.items] == pytest.approx([0.9876, 1.0808, 1.7074, 0.7650, 0.7357], abs=0.002)
    assert [item.d for item in found.items] == pytest.approx([1.8559, 0.8080, 1.8052, 0.4860, 1.8545], abs=0.002)
    assert found.loglik == pytest.approx(-2658.8051, abs=0.001)


def test_eap_by_sum_score_lsat7():
    items = fitted(LSAT7, "2PL").items
    nodes = np.linspace(-5, 5, 61)
    weight = np.exp(-0.5 * nodes**2)
    table = np.concatenate([(weight / weight.sum())[None, :], np.zeros((5, 61))])
    for item in items:  # Lord and Wingersky 1984
        p = sigmoid(item.a * nodes + item.d)
        table = table * (1 - p) + np.concatenate([np.zeros((1, 61)), table[:-1] * p])
    chance = table.sum(axis=1)
    mean = table @ nodes / chance
    sd = np.sqrt(table @ nodes**2 / chance - mean**2)
    assert mean == pytest.approx([-1.8698, -1.4319, -0.9489, -0.4132, 0.1517, 0.7272], abs=0.0005)
    assert sd == pytest.approx([0.6927, 0.6839, 0.6942, 0.7211, 0.7588, 0.8009], abs=0.0005)
    assert 1000 * chance == pytest.approx([10.09, 44.66, 109.77, 207.74, 319.19, 308.55], abs=0.2)


def simulated(people, items, seed, wrong_key=()):
    chance = np.random.default_rng(seed)
    theta = chance.normal(size=people)
    a, d = np.exp(chance.normal(0, 0.25, items)), chance.normal(0.6, 0.9, items)
    p = 0.25 + 0.75 * sigmoid(theta[:, None] * a + d)
    x = (chance.random((people, items)) < p).astype(float)
    x[:, list(wrong_key)] = (chance.random((people, len(wrong_key))) < (1 - p[:, list(wrong_key)]) / 3).astype(float)
    person, item = np.divmod(np.arange(people * items), items)
    return theta, a, d, person, item, x.ravel()


def test_any_order_gives_the_same_bytes_and_the_truth_is_found():
    theta, _, d, person, item, x = simulated(1500, 30, 1)
    start = [e.Item(f"q{n}", c=0.25) for n in range(30)]
    mixed = np.random.default_rng(2).permutation(len(x))
    once = e.calibrate(e.responses(person, item, x), start, points=21)
    assert once == e.calibrate(e.responses(person[mixed], item[mixed], x[mixed]), start, points=21)
    assert np.corrcoef(d, [found.d for found in once.items])[0, 1] > 0.95
    mean, sd, _ = e.person_levels(e.responses(person, item, x), once.items)
    assert np.sqrt(np.mean((mean - theta) ** 2)) == pytest.approx(float(sd.mean()), abs=0.05)


def test_an_item_with_the_wrong_key_is_found_and_good_ones_are_left_alone():
    *_, person, item, x = simulated(600, 30, 3, wrong_key=(4, 17))
    rows = e.responses(person, item, x)
    flags = e.screen(rows, e.calibrate(rows, [e.Item(f"q{n}", c=0.25) for n in range(30)], points=21))
    assert {flag.item for flag in flags if flag.flag == "check_key"} == {"q4", "q17"}


def test_an_item_of_another_competence_is_found():
    theta, _, _, person, item, x = simulated(1500, 20, 5)
    chance = np.random.default_rng(6)
    other = 0.3 * theta + chance.normal(size=len(theta))
    x[item == 7] = chance.random(len(theta)) < sigmoid(2 * other)
    rows = e.responses(person, item, x)
    flags = e.screen(rows, e.calibrate(rows, [e.Item(f"q{n}", c=0.25) for n in range(20)], points=21), {"C2": other})
    assert [(flag.item, flag.better) for flag in flags if flag.flag == "check_tag"] == [("q7", "C2")]


def test_partial_credit_thresholds_are_found_again():
    chance = np.random.default_rng(7)
    truth = [
        e.Item(f"p{n}", a=a, steps=3, thresholds=t)
        for n, (a, t) in enumerate([(1.0, (1.5, 0.2, -1.0)), (0.8, (0.5, 0.5, -0.5))] * 3)
    ]
    theta = chance.normal(size=2000)
    drawn = chance.random(len(theta))
    x = np.array(
        [(np.cumsum(step_chances(theta, item), axis=1) < chance.permutation(drawn)[:, None]).sum(axis=1) / 3 for item in truth]
    ).T
    person, item = np.divmod(np.arange(x.size), len(truth))
    start = [e.Item(one.key, steps=3, kind="rubric") for one in truth]
    found = e.calibrate(e.responses(person, item, x.ravel()), start, "GPCM", with_prior=False, points=21, most=40, until=1e-3)
    for one, fitted_item in zip(truth, found.items, strict=True):
        assert fitted_item.a == pytest.approx(one.a, abs=0.2)
        assert fitted_item.thresholds == pytest.approx(one.thresholds, abs=0.25)
