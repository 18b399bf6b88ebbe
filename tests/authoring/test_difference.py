"""What changed between two texts, as a trainer reads it."""

from lms.authoring.services.difference import difference


def told(before: str, after: str) -> list[str]:
    marks = {"same": "  ", "out": "- ", "in": "+ ", "skip": "…"}
    lines = difference(before.splitlines(), after.splitlines())
    return [marks[mark] + "".join(f"[{text.strip()}]" if changed else text for changed, text in pieces) for mark, pieces in lines]


LESSON = "\n".join(f"Dòng {n}" for n in range(10))


def test_only_the_changed_line_stands_there_with_two_around():
    assert told(LESSON, LESSON.replace("Dòng 5", "Hạn nộp là ngày 20")) == [
        "…", "  Dòng 3", "  Dòng 4", "- Dòng 5", "+ Hạn nộp là ngày 20", "  Dòng 6", "  Dòng 7", "…",
    ]  # fmt: skip


def test_in_a_reworded_line_the_words_are_marked():
    assert told("Báo cáo trước ngày 15 hằng quý.", "Báo cáo trước ngày 20 hằng quý.") == [
        "- Báo cáo trước ngày[15] hằng quý.",
        "+ Báo cáo trước ngày[20] hằng quý.",
    ]


def test_empty_lines_are_not_told_of_and_equal_texts_say_nothing():
    assert told("Một\nHai", "Một\n\nHai\n\nBa") == ["  Một", "  Hai", "+ Ba"]
    assert told(LESSON, LESSON) == []
