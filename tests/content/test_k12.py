"""What the course catalogue says of K12 alone; the rules it shares with other packs are in test_lessons and test_questions."""

from collections import Counter

from tests.content.packs import pack, split

K12 = pack("k12")


def test_the_course_has_the_five_modules_of_the_catalogue_for_those_it_names():
    outline = K12.course
    assert len(outline["module"]) == 5
    assert outline["periods"] == 12
    assert outline["audience"]["positions"] == ["V1", "V2", "V3", "V7"]
    assert len(K12.lessons) >= 8
    assert all(split(p)[0]["mandatory"] for p in K12.lessons)


def test_a_pass_evidences_level_two_at_most():
    """Situational questions prove level 2 at most; C7.1 at level 3 needs work that somebody marks (domain analysis 3.4)."""
    assert K12.evidences == {"C7.1": 2, "C6.2": 2, "C7.2": 2}
    final = K12.activities("quiz")[-1]
    assert sum(d["count"] for d in final["draw"]) == 20
    assert (final["minutes"], final["attempts"], final["pass_mark"]) == (40, 3, 70)


def test_whatever_the_final_quiz_draws_is_situational():
    """A paper is drawn at random, and each competence on it needs 60 % of application to evidence level 2."""
    for draw in K12.activities("quiz")[-1]["draw"]:
        of = (draw["competence"], draw["level"])
        facts = sum(q["cognitive"] != "apply" for q in K12.bank if (q["competence"], q["level"]) == of)
        assert max(0, draw["count"] - facts) >= 0.6 * draw["count"], of


def test_the_bank_has_at_least_150_questions_and_25_a_level():
    assert len(K12.bank) >= 150
    counts = Counter((q["competence"], q["level"]) for q in K12.bank)
    assert set(counts) == {(c, level) for c in K12.evidences for level in (1, 2)}
    assert min(counts.values()) >= 25


def test_situations_are_told_in_the_stem():
    """A question of application names who does what where, and no two of level 2 may be answered without reading it."""
    stems = [q["stem"] for q in K12.bank if q["level"] == 2]
    assert min(len(stem.split()) for stem in stems) >= 10
