"""Settings of a quiz: new versions only when something changed, and refusals in words."""

import pytest

from lms import clock
from lms.quizzes import services
from lms.quizzes.models import QuizVersion
from tests import factories


@pytest.fixture
def put(session):
    factories.question("B1", "b1-1")
    factories.question("B1", "b1-2")
    version = factories.course(quiz=True)
    activity_id = version.outline[0]["activities"][-1]["id"]
    bank_id = factories.questions.put_bank("B1", "B1").id

    def call(title="Bài 1", **settings):
        rules = {"minutes": 10, "attempts": 2, "pass_mark": 60, "method": "highest", "review": "after_submit"} | settings
        if "questions" not in rules:
            rules.setdefault("draw", [{"competence": "C1.1", "level": 1, "count": 2}])
        return services.put_quiz_version(activity_id, bank_id, title, rules, clock.now(), None)

    return call


def test_same_settings_are_the_same_version_and_a_change_is_a_new_one(put, session):
    first = put()
    assert put().id == first.id
    second = put(minutes=12)
    assert (second.number, second.activity_id) == (2, first.activity_id)
    assert session.query(QuizVersion).filter_by(activity_id=first.activity_id).count() == 2
    assert first.settings["minutes"] == 10


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"draw": []}, "chưa có câu hỏi"),
        ({"draw": [{"competence": "C1.1", "level": 1, "count": 3}]}, "cần 3 câu, ngân hàng mới có 2"),
        ({"draw": [{"competence": "C1.1", "level": 1, "count": 0}]}, "ít nhất một câu"),
        ({"draw": [{"competence": "C1.1"}]}, "competence, level, count"),
        ({"questions": ["b1-1", "khong-co"]}, "“khong-co”"),
        ({"questions": ["b1-1", "b1-1"]}, "hai lần"),
        ({"minutes": -1}, "minutes"),
        ({"attempts": "3"}, "attempts"),
        ({"pass_mark": 101}, "pass_mark"),
        ({"pass_mark": "NaN"}, "pass_mark"),
        ({"method": "best"}, "method"),
        ({"review": "always"}, "review"),
        ({"review": "after_last", "attempts": 0}, "lượt cuối"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_in_words(put, wrong, words):
    with pytest.raises(ValueError) as refusal:
        put(**wrong)
    assert any(words in problem for problem in refusal.value.args[0])


def test_every_problem_is_told_at_once(put):
    with pytest.raises(ValueError) as refusal:
        put(minutes=-1, method="best", draw=[])
    assert len(refusal.value.args[0]) == 3
