"""What holds for every question and every answer."""

import json
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.grading import KINDS, answered, check, describe, grade, present, solution, spec_from_source

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
WORDS = st.lists(st.text("abcăđêứ", min_size=1, max_size=5), min_size=2, max_size=6, unique_by=str.casefold)
SHAPES = ["chosen", "value", "text", "pairs", "order"]


@st.composite
def sources(draw):
    """A question an author could write, of any kind."""
    words, kind = draw(WORDS), draw(st.sampled_from(sorted(KINDS)))
    rights = draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)).filter(any))
    one = draw(st.integers(0, len(words) - 1))
    number = st.decimals(-1000, 1000, places=3).map(str)
    return {"kind": kind} | {
        "single": {"options": [{"text": w, "correct": i == one} for i, w in enumerate(words)]},
        "multiple": {
            "options": [{"text": w, "correct": r} for w, r in zip(words, rights, strict=True)],
            "scoring": draw(st.sampled_from(["partial", "all_or_nothing"])),
        },
        "truefalse": {"answer": rights[0]},
        "numerical": {"answers": [{"value": draw(number), "tolerance": "0.5"}], "unit": "km"},
        "short": {"answers": [{"text": words[0]}], "case": rights[0], "diacritics": rights[-1]},
        "matching": {
            "pairs": [{"left": w, "right": f"phải {w}"} for w in words],
            "distractors": ["không vế nào"],
        },
        "ordering": {"items": [{"text": w} for w in words]},
    }[kind]


@st.composite
def answers(draw, spec):
    """Any JSON, or an answer of the right shape made of the question's own keys and others."""
    keys = st.sampled_from([*_keys(present(spec, 0)), "zzz"])
    return draw(
        st.one_of(
            JSON,
            st.fixed_dictionaries({draw(st.sampled_from(SHAPES)): JSON}),
            st.fixed_dictionaries({"chosen": keys}),
            st.fixed_dictionaries({"chosen": st.lists(keys | JSON, max_size=6)}),
            st.fixed_dictionaries({"pairs": st.dictionaries(keys, keys | JSON, max_size=6)}),
            st.fixed_dictionaries({"order": st.lists(keys | JSON, max_size=8)}),
        )
    )


def _keys(shown):
    return [row["key"] for rows in shown.values() if isinstance(rows, list) for row in rows]


@given(sources(), st.data())
@settings(max_examples=100, deadline=None)
def test_grade_is_total_and_between_nothing_and_everything(source, data):
    spec = spec_from_source(source, "q")
    response = data.draw(answers(spec))
    found = grade(spec, response)
    assert 0 <= found.share <= 1
    assert (found.state == "right") == (found.share == 1)
    assert (found.state == "partial") == (0 < found.share < 1)
    assert isinstance(describe(spec, response), str)
    if not answered(spec, response):
        assert found.state == "blank"


@given(sources())
@settings(max_examples=60, deadline=None)
def test_a_sound_question_can_be_answered_fully(source):
    spec = json.loads(json.dumps(spec_from_source(source, "q")))
    assert check(spec) == []
    assert grade(spec, solution(spec)).share == Decimal(1)


@given(sources(), st.integers(), st.data())
@settings(max_examples=60, deadline=None)
def test_presentation_is_repeatable_and_leaks_nothing(source, seed, data):
    spec = spec_from_source(source, "q")
    shown = present(spec, seed)
    assert shown == present(spec, seed)
    assert set(shown) <= {"kind", "options", "unit", "lefts", "rights", "items"}
    for rows in shown.values():
        assert not isinstance(rows, list) or all(set(row) == {"key", "text"} for row in rows)
    field = {"single": "options", "multiple": "options", "ordering": "items"}.get(spec["kind"])
    if field and spec["kind"] != "ordering":
        turned = spec | {field: data.draw(st.permutations(spec[field]))}
        assert present(turned, seed) == shown
    if field == "items":
        assert _keys(shown) != solution(spec)["order"]


@given(sources(), st.data())
@settings(max_examples=60, deadline=None)
def test_choices_grade_alike_however_they_stand(source, data):
    spec = spec_from_source(source, "q")
    field = {"single": "options", "multiple": "options", "matching": "pairs"}.get(spec["kind"])
    if field:
        response = data.draw(answers(spec))
        turned = spec | {field: data.draw(st.permutations(spec[field]))}
        assert grade(turned, response).share == grade(spec, response).share


@given(
    st.fixed_dictionaries(
        {"kind": st.sampled_from(sorted(KINDS)) | JSON},
        optional=dict.fromkeys(
            ["options", "answers", "pairs", "items", "distractors", "answer", "scoring", "unit", "case"],
            JSON
            | st.lists(
                st.dictionaries(
                    st.sampled_from(["key", "text", "left", "right", "right_key", "value", "share", "tolerance"]), JSON
                )
            ),
        ),
    )
    | JSON,
    JSON,
)
@settings(max_examples=60, deadline=None)
def test_nothing_raises_on_any_spec(spec, response):
    for problem in check(spec):
        assert problem.message
    if isinstance(spec, dict):
        assert 0 <= grade(spec, response).share <= 1
        present(spec, "s")
        grade(spec, solution(spec))


def test_order_is_the_same_on_every_machine():
    # printf "7\x1fd" | sha256sum, and so on, in the order of the digests
    spec = {"kind": "single", "options": [{"key": k, "text": k, "correct": k == "a"} for k in "abcde"]}
    assert [row["key"] for row in present(spec, 7)["options"]] == ["d", "b", "c", "a", "e"]
