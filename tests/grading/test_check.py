"""What keeps a question from being used, and keys that betray nothing."""

import pytest

from lms.grading import check, screen, spec_from_source


def _fields(source):
    return [problem.field for problem in check(spec_from_source(source, "q"))]


def _options(*texts, right=(0,), **more):
    return {"options": [{"text": t, "correct": i in right} for i, t in enumerate(texts)], **more}


@pytest.mark.parametrize(
    ("source", "field"),
    [
        ({}, "kind"),
        ({"kind": "essay"}, "kind"),
        ({"kind": "single", **_options("A", "B", right=())}, "options"),
        ({"kind": "single", **_options("A", "B", right=(0, 1))}, "options"),
        ({"kind": "single", **_options("A", right=(0,))}, "options"),
        ({"kind": "single", **_options("A", "  ")}, "options.1.text"),
        ({"kind": "single", **_options("Kế hoạch", "kế  hoạch")}, "options.1.text"),
        ({"kind": "single", "options": [{"text": "A", "correct": True, "share": "x"}, {"text": "B"}]}, "options.0.share"),
        ({"kind": "single", "options": [{"text": "A", "correct": True, "share": "0.5"}, {"text": "B"}]}, "options"),
        ({"kind": "multiple", **_options("A", "B", right=())}, "options"),
        ({"kind": "multiple", **_options("A", "B", scoring="half")}, "scoring"),
        ({"kind": "multiple", "options": [{"text": "A", "correct": True, "share": "0.5"}, {"text": "B"}]}, "options"),
        ({"kind": "multiple", "options": [{"text": "A", "correct": True, "share": "1"}, {"text": "B", "share": "1"}]}, "options"),
        ({"kind": "truefalse"}, "answer"),
        ({"kind": "truefalse", "answer": "true"}, "answer"),
        ({"kind": "numerical"}, "answers"),
        ({"kind": "numerical", "answers": [{"value": "mười"}]}, "answers.0.value"),
        ({"kind": "numerical", "answers": [{"value": "1e999999"}]}, "answers.0.value"),
        ({"kind": "numerical", "answers": [{"value": "1", "tolerance": "ít"}]}, "answers.0.tolerance"),
        ({"kind": "numerical", "answers": [{"value": "1", "tolerance": "-1"}]}, "answers.0.tolerance"),
        ({"kind": "numerical", "answers": [{"value": "1", "share": "0.5"}]}, "answers"),
        ({"kind": "short", "answers": []}, "answers"),
        ({"kind": "short", "answers": [{"text": " "}]}, "answers.0.text"),
        ({"kind": "short", "answers": [{"text": "hòa"}, {"text": "Hoà"}]}, "answers.1.text"),
        ({"kind": "matching", "pairs": [{"left": "A", "right": "B"}]}, "pairs"),
        ({"kind": "matching", "pairs": [{"left": "A", "right": "B"}, {"left": "A", "right": "C"}]}, "pairs.1.left"),
        ({"kind": "matching", "pairs": [{"left": "A", "right": "B"}, {"left": "C", "right": "B"}]}, "pairs"),
        ({"kind": "matching", "pairs": [{"left": "A", "right": ""}, {"left": "C", "right": "B"}]}, "pairs.0.right"),
        (
            {"kind": "matching", "pairs": [{"left": "A", "right": "B"}, {"left": "C", "right": "D"}], "distractors": ["B"]},
            "distractors.0.text",
        ),
        ({"kind": "ordering", "items": [{"text": "A"}]}, "items"),
        ({"kind": "ordering", "items": [{"text": "A"}, {"text": "A"}]}, "items.1.text"),
    ],
)
def test_problem_is_named_at_its_field(source, field):
    assert field in _fields(source)


def test_keys_are_the_same_in_any_order_and_differ_between_questions():
    source = {"kind": "single", **_options("A", "B", "C")}
    turned = {"kind": "single", "options": source["options"][::-1]}
    keys = {row["text"]: row["key"] for row in spec_from_source(source, "q1")["options"]}
    assert keys == {row["text"]: row["key"] for row in spec_from_source(turned, "q1")["options"]}
    assert set(keys.values()).isdisjoint(row["key"] for row in spec_from_source(source, "q2")["options"])


def test_key_does_not_change_with_the_right_option():
    keys = [
        [row["key"] for row in spec_from_source({"kind": "single", **_options("A", "B", right=(r,))}, "q")["options"]]
        for r in (0, 1)
    ]
    assert keys[0] == keys[1]


def test_authors_key_outlives_a_change_of_wording_and_is_not_shown():
    first, second = (
        spec_from_source({"kind": "ordering", "items": [{"key": "i1", "text": text}, {"text": "B"}]}, "q")["items"][0]
        for text in ("A", "A, viết lại")
    )
    assert first["key"] == second["key"] != "i1"


def _single(key_place, texts=("Một", "Hai", "Baa", "Bốn")):
    return {"kind": "single", **_options(*texts, right=(key_place,))}


def _codes(sources):
    return [w.code for w in screen([spec_from_source(s, f"q{i}") for i, s in enumerate(sources)])]


def test_screen_is_quiet_on_an_even_set():
    assert _codes([_single(i % 4) for i in range(20)]) == []


def test_screen_sees_the_longest_option_as_key():
    long = [_single(i % 4, tuple("Dài hơn hẳn" if p == i % 4 else f"N{p}" for p in range(4))) for i in range(20)]
    even = [_single(i % 4) for i in range(20)]
    assert _codes(long[:8] + even[8:]) == []  # 8 of 20 is 40 %
    assert _codes(long[:9] + even[9:]) == ["longest_key"]


def test_screen_sees_the_key_at_one_place():
    assert _codes([_single(1) for _ in range(12)] + [_single(i % 4) for i in range(8)]) == ["key_position"]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Tất cả các đáp án trên", True),
        ("Tất cả đều đúng.", True),
        ("Cả ba phương án trên đều đúng", True),
        ("Cả A, B và C", True),
        ("Không có đáp án nào đúng", True),
        ("Tất cả hồ sơ của người dân", False),
        ("Báo cáo cấp trên", False),
    ],
)
def test_screen_sees_all_of_the_above(text, seen):
    assert (_codes([_single(0, ("Một", "Hai", text))]) == ["all_of_above"]) is seen
