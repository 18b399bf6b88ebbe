"""What the course catalogue says of K12 alone; the rules it shares with other packs are in test_lessons and test_questions."""

from collections import Counter

from lms.grading import rubric
from tests.content.packs import pack, split

K12 = pack("k12")
ASSIGNMENT = K12.assignments[0]


def test_the_course_has_the_five_modules_of_the_catalogue_for_those_it_names():
    outline = K12.course
    assert len(outline["module"]) == 5
    assert outline["periods"] == 12
    assert outline["audience"]["positions"] == ["V1", "V2", "V3", "V7"]
    assert len(K12.lessons) >= 8
    assert all(split(p)[0]["mandatory"] for p in K12.lessons)


def test_level_three_rests_on_the_assignment_alone():
    """Situational questions prove level 2 at most; level 3 needs work that somebody marks (domain analysis 3.4)."""
    assert K12.evidences == {"C7.1": 3, "C1.1": 3, "C6.2": 2, "C7.2": 2}
    claims = {c["competence"]: c["level"] for c in ASSIGNMENT["claims"]}
    assert claims == {"C7.1": 3, "C1.1": 3}
    assert max(q["level"] for q in K12.bank) == 2
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
    assert set(counts) == {(c, level) for c in K12.quizzed for level in (1, 2)}
    assert min(counts.values()) >= 25


def test_situations_are_told_in_the_stem():
    """A question of application names who does what where, and no two of level 2 may be answered without reading it."""
    stems = [q["stem"] for q in K12.bank if q["level"] == 2]
    assert min(len(stem.split()) for stem in stems) >= 10


def test_the_samples_are_marked_as_their_titles_say():
    """Three products of different quality: one to commend, one that just passes, one that does not."""
    percents = [rubric.mark(ASSIGNMENT["criteria"], s["levels"]).percent for s in ASSIGNMENT["samples"]]
    assert percents == [91, 70, 24]
    assert all(f"{percent:.0f} điểm" in s["title"] for percent, s in zip(percents, ASSIGNMENT["samples"], strict=True))
    assert percents[0] >= ASSIGNMENT["commend_from"] > percents[1] >= ASSIGNMENT["pass_mark"] > percents[2]
    keys = {c["key"] for c in ASSIGNMENT["criteria"]}
    assert all(s["comments"].keys() == keys for s in ASSIGNMENT["samples"])


def test_the_figures_of_the_case_agree_with_each_other():
    """A case with sums that do not add up would teach markers to forgive them."""
    text = ASSIGNMENT["instructions"]
    for part, whole, percent in (
        (2316, 2400, 96.5),
        (168, 240, 70),
        (1056, 2400, 44),
        (2160, 2400, 90),
        (17, 20, 85),
        (18, 20, 90),
    ):
        assert f"{part:,}/{whole:,}".replace(",", ".") + f" ({percent}%)".replace(".", ",") in text
        assert part * 100 == percent * whole
    assert 50 + 14 + 8 == 240 - 168
    assert (2316 + 228 - 168) / 2400 >= 0.98  # with land at its target the whole reaches its own
    assert 2400 - 1056 == 1344
    assert sum(max(level["points"] for level in c["levels"]) for c in ASSIGNMENT["criteria"]) == 100
