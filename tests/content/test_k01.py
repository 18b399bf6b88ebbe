"""What the course catalogue says of K01 alone; the rules it shares with other packs are in test_lessons and test_questions."""

from tests.content.packs import pack, split

K01 = pack("k01")


def test_the_course_has_four_modules_and_enough_lessons_to_choose_from():
    outline = K01.course
    assert len(outline["module"]) == 4
    assert outline["periods"] == 8
    assert outline["onboarding"] == {"days": 30}
    electives = [p for p in K01.lessons if not split(p)[0]["mandatory"]]
    assert len(K01.lessons) - len(electives) >= 9
    assert len(electives) > outline["required"]["electives"] == 1


def test_a_pass_evidences_level_one():
    """Multiple choice of facts proves level 1 at most (domain analysis 3.4)."""
    assert K01.evidences == {"C1.1": 1, "C3.4": 1, "C5.4": 1, "C7.4": 1}
    final = K01.activities("quiz")[-1]
    assert [d["count"] for d in final["draw"]] == [5, 5, 5, 5]
    assert (final["minutes"], final["attempts"], final["pass_mark"]) == (30, 3, 70)
