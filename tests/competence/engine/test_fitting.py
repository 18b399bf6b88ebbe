"""What the answers themselves tell: wrong keys, what training adds, what an officer's competences share."""

from datetime import date, timedelta

import numpy as np
import pytest

from lms.competence import engine as e
from lms.competence.engine.grid import sigmoid

AT = date(2026, 6, 1)
CODES = ("C1", "C2", "C3")


def world(gain: float, seed: int = 1, officers: int = 400, items: int = 14):
    """Answers of officers, half of whom went to a training on each competence; item 0 of each competence has a wrong key."""
    chance = np.random.default_rng(seed)
    rows, attended = [], {}
    easy = chance.normal(0.6, 0.8, (len(CODES), items))
    for u in range(officers):
        general = chance.normal(0, 0.7)
        for k, code in enumerate(CODES):
            theta = general + chance.normal(0, 0.7)
            trained = bool(chance.random() < 0.5)
            if trained:
                attended[f"o{u}", code] = (e.Attendance(AT - timedelta(days=200), "t"),)
            for i in range(items):
                age = int(chance.integers(0, 400))
                lift = gain * 2 ** (-(200 - age) / 365.25) if trained and age < 200 else 0.0
                right = chance.random() < 0.25 + 0.75 * sigmoid(theta + lift + easy[k, i])
                right = (not right and chance.random() < 1 / 3) if i == 0 else right
                rows.append(
                    e.Evidence(AT - timedelta(days=age), f"r{len(rows):06}", f"o{u}", code, f"{code}.{i:02}", float(right))
                )
    return rows, {row.item: e.Item(row.item, c=0.25) for row in rows}, attended, easy


@pytest.fixture(scope="module")
def trained():
    rows, items, attended, easy = world(1.0)
    return rows, items, attended, easy, e.fit(rows, items, e.POLICY_2, AT, attended)


def test_wrong_keys_are_left_out_and_good_items_kept(trained):
    assert {key for key, item in trained[4].items.items() if item.suspended} == {f"{code}.00" for code in CODES}
    assert {flag.item for flag in trained[4].flags if flag.flag == "check_key"} == {f"{code}.00" for code in CODES}


def test_what_training_adds_is_found_only_where_it_adds_something(trained):
    assert trained[4].policy.exposure >= 0.5
    rows, items, attended, _ = world(0.0, seed=2)
    assert e.fit(rows, items, e.POLICY_2, AT, attended).policy.exposure == 0
    assert e.fit(rows, items, e.POLICY_2, AT).policy.exposure == 0


def test_items_are_no_easier_for_being_asked_after_training(trained):
    rows, items, _, easy, found = trained
    told, untold = found.items, e.fit(rows, items, e.POLICY_2, AT).items
    keys = [f"{code}.{i:02}" for code in CODES for i in range(1, easy.shape[1])]
    off = [abs(np.mean([of[key].d for key in keys]) - easy[:, 1:].mean()) for of in (told, untold)]
    assert off[0] < 0.15 < off[1]


def test_half_of_the_variance_is_common_here_and_the_whole_is_one(trained):
    policy = trained[4].policy
    assert policy.general == pytest.approx(0.5, abs=0.12)
    assert policy.general + policy.specific == pytest.approx(1)


def test_any_order_of_rows_gives_the_same_fit(trained):
    rows, items, attended, _, found = trained
    mixed = [rows[n] for n in np.random.default_rng(3).permutation(len(rows))]
    assert e.fit(mixed, items, e.POLICY_2, AT, attended) == found


def test_no_answers_leave_everything_as_it_was():
    items = {"q": e.Item("q", d=0.3, c=0.25)}
    found = e.fit([], items, e.POLICY_2, AT)
    assert (found.items, found.flags, found.policy.exposure) == (items, (), 0)


def test_an_item_nobody_gets_right_has_a_wrong_key_and_one_everybody_gets_right_has_not():
    chance = np.random.default_rng(4)
    theta = chance.normal(size=200)
    x = (chance.random((200, 12)) < sigmoid(theta[:, None] + 0.5)).astype(float)
    x[:, 3], x[:, 5] = 0.0, 1.0
    person, item = np.divmod(np.arange(x.size), 12)
    rows = e.responses(person, item, x.ravel())
    flags = e.screen(rows, e.calibrate(rows, [e.Item(f"q{n}", kind="short") for n in range(12)], points=21))
    assert ("q3", "check_key") in {(flag.item, flag.flag) for flag in flags}
    assert ("q5", "check_key") not in {(flag.item, flag.flag) for flag in flags}
    assert {flag.flag for flag in flags if flag.item == "q5"} == {"too_easy"}
