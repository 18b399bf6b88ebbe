"""The benches read what they say they read, and their figures mean what they are called."""

import numpy as np
import pytest

from bench import metrics, next_answer
from bench.answers import pair, strata


def generated(path, users, seed):
    chance = np.random.default_rng(seed)
    lines = ["user_id\titem_id\ttimestamp\tcorrect\tskill_id"]
    for user in range(users):
        general = chance.normal()
        level = general + chance.normal(size=3) * 0.5
        for n in range(24):
            item = int(chance.integers(0, 30))
            z = level[item % 3] + (item - 15) / 8
            lines.append(f"{user}\t{item}\t{n}\t{int(chance.random() < 1 / (1 + np.exp(-z)))}\t{item % 3}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_whole_run_prints_the_engine_ahead_of_bkt(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(next_answer, "KEPT", 400)
    next_answer.main(generated(tmp_path / "train", 80, 1), generated(tmp_path / "test", 40, 2))
    lines = {line[:34].strip(): line[34:].split() for line in capsys.readouterr().out.splitlines()}
    assert {"BKT", "PFA, log counts", "Elo", "one theta, EAP", "logistic, item + skill + counts", "engine"} <= set(lines)
    assert float(lines["engine"][0]) > float(lines["BKT"][0])
    assert float(lines["engine"][1]) < float(lines["mean"][1])


def test_unseen_items_and_missing_columns(tmp_path):
    train, test = tmp_path / "a", tmp_path / "b"
    train.write_text("user_id\titem_id\tcorrect\tskill_id\nu\t7\t1\ts\nu\t8\t0\ts\n", encoding="utf-8")
    test.write_text("user_id\titem_id\tcorrect\tskill_id\nv\t9\t1\ts\nv\t7\t1\ts\n", encoding="utf-8")
    _, asked, items, skills = pair(train, test)
    assert (items, skills) == (2, 1)
    assert asked.item.tolist() == [2, 0]
    assert strata(asked).tolist() == [0, 1]
    train.write_text("user\titem\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="skill_id"):
        pair(train, test)


def test_metrics_of_perfect_and_blind_chances():
    y = np.array([0.0, 1.0, 1.0, 0.0])
    assert metrics.auc(y, np.array([0.1, 0.9, 0.8, 0.2])) == 1
    assert metrics.auc(y, np.full(4, 0.5)) == 0.5
    assert metrics.log_loss(y, np.full(4, 0.5)) == pytest.approx(np.log(2))
    assert metrics.calibration_error(y, y) == 0


def test_the_floor_of_ece_is_what_right_chances_get():
    chance = np.random.default_rng(5)
    p = chance.random(6000)
    got = np.mean([metrics.calibration_error((chance.random(6000) < p).astype(float), p) for _ in range(20)])
    assert metrics.calibration_floor(p) == pytest.approx(got, rel=0.1)
