"""Canvas's own test vectors (its outcome specs), and m of n."""

import pytest

from lms.competence.engine import canvas_score, m_of_n, percent_rule, verdicts


@pytest.mark.parametrize(
    ("method", "scores", "given", "expected"),
    [
        ("decaying_average", [2, 3, 4], (65,), 3.48),
        ("standard_decaying_average", [2, 3, 4], (65,), 3.53),
        ("decaying_average", [1, 2, 3, 4, 5], (65,), 4.13),
        ("standard_decaying_average", [1, 2, 3, 4, 5], (65,), 4.47),
        ("n_mastery", [4, 5, 1, 3, 2, 3], (3, 3), 3.75),
        ("n_mastery", [3, 1, 2], (3, 3), None),
        ("decaying_average", [3, 1, 5, 4], (75,), 3.75),
        ("highest", [1, 4, 2], (), 4),
        ("latest", [1, 4, 2], (), 2),
        ("average", [1, 4, 2], (), 2.33),
        ("decaying_average", [], (), None),
    ],
)
def test_canvas(method, scores, given, expected):
    assert canvas_score(method, scores, *given) == expected


def test_m_of_n_and_percent():
    assert m_of_n([False, True, True, True], 3, 3)
    assert not m_of_n([True, True, False], 3, 3)
    assert percent_rule([0.5, 0.9], "latest")
    assert not percent_rule([0.5, 0.9], "average")
    assert percent_rule([0.9, 0.2], "highest")


def test_the_rules_disagree_about_one_officer():
    """Three quizzes, .6, .9 and .7: the best of them passes, the last and the mean do not."""
    found = verdicts([0.6, 0.9, 0.7], [1.0] * 8 + [0.0] * 2)
    assert found == {
        "highest": True, "latest": False, "average": False, "decaying_average": False, "standard_decaying_average": False,
        "n_mastery": False, "answers": True, "m_of_n": True,
    }  # fmt: skip
    assert verdicts([], [1.0, 0.0]) == {"answers": False, "m_of_n": False}
