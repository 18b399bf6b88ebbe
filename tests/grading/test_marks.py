"""Totals, rounding, bands, pass marks and which attempt counts."""

from decimal import Decimal as D

import pytest

from lms.grading import band, guess_rate, passed, pick, round_mark, ten_scale, total

BANDS = [("Trung bình", D(50)), ("Giỏi", D(80)), ("Khá", D("65"))]


def test_thirds_stored_with_seven_decimals_make_a_whole():
    result = total([(D(1), D("0.3333333"))] * 3 + [(D(3), D(0))])
    assert (result.points, result.max_points, result.percent) == (D(1), D(6), D(100) / D(6))
    assert passed(total([(D(1), D("0.3333333"))] * 3 + [(D(1), D(0))]).percent, D(25))


def test_points_weigh():
    assert total([(D("2.5"), D(1)), (D("7.5"), D("0.5"))]).percent == D("62.5")


def test_no_points_is_no_mark():
    assert total([]).percent == 0


@pytest.mark.parametrize(
    ("value", "mark"), [("8.45", "8.5"), ("8.44999", "8.4"), ("2.25", "2.3"), ("9.95", "10.0"), ("0", "0.0")]
)
def test_marks_round_half_up_on_decimals(value, mark):
    assert str(round_mark(D(value))) == mark


def test_pass_is_decided_before_rounding():
    assert round_mark(ten_scale(D("59.96"))) == D("6.0")
    assert not passed(D("59.96"), D(60))
    assert passed(D(60), D(60))


@pytest.mark.parametrize(
    ("percent", "name"),
    [("100", "Giỏi"), ("80", "Giỏi"), ("79.99", "Khá"), ("65", "Khá"), ("50", "Trung bình"), ("49.9", None)],
)
def test_band_is_the_highest_reached(percent, name):
    assert band(D(percent), BANDS) == name


@pytest.mark.parametrize(("method", "counts"), [("highest", "70"), ("latest", "20"), ("first", "60"), ("average", "50")])
def test_attempt_that_counts(method, counts):
    """Moodle's four methods (mod/quiz/lib.php)."""
    assert pick([D(60), D(70), D(20)], method) == D(counts)
    assert pick([], method) is None


def test_average_of_thirds_passes():
    assert passed(pick([D("33.3333333"), D("33.3333333"), D("83.3333333")], "average"), D(50))


@pytest.mark.parametrize(
    ("spec", "rate"),
    [
        ({"kind": "single", "options": [{}] * 4}, 0.25),
        ({"kind": "single", "options": [{}] * 3}, 0.333333),
        ({"kind": "truefalse", "answer": True}, 0.5),
        ({"kind": "short", "answers": []}, 0.0),
        ({"kind": "multiple", "options": [{}] * 4}, 0.0),
    ],
)
def test_guess_rate_is_one_of_the_options(spec, rate):
    assert guess_rate(spec) == rate
