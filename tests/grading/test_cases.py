"""Every kind of question: what an answer earns. Each row names where its share comes from."""

from decimal import Decimal

import pytest

from lms.grading import answered, check, describe, grade, solution, spec_from_source

THREE_RIGHT = [
    {"key": "a", "text": "Thể chế", "correct": True},
    {"key": "b", "text": "Thủ tục hành chính", "correct": True},
    {"key": "c", "text": "Tài chính công", "correct": True},
    {"key": "d", "text": "Khen thưởng"},
    {"key": "e", "text": "Kỷ luật"},
]
SPECS = {
    "single": {
        "kind": "single",
        "options": [
            {"key": "a", "text": "Đúng hẳn", "correct": True},
            {"key": "b", "text": "Gần đúng", "share": "0.5"},
            {"key": "c", "text": "Sai"},
            {"key": "d", "text": "Sai nặng", "share": "-0.5"},
        ],
    },
    "multiple": {"kind": "multiple", "options": THREE_RIGHT},
    "all": {"kind": "multiple", "scoring": "all_or_nothing", "options": THREE_RIGHT},
    "shares": {
        "kind": "multiple",
        "options": [
            {"key": "a", "text": "A", "correct": True, "share": "0.3333333"},
            {"key": "b", "text": "B", "correct": True, "share": "0.6666666"},
            {"key": "c", "text": "C", "share": "-1"},
            {"key": "d", "text": "D"},
        ],
    },
    "truefalse": {"kind": "truefalse", "answer": False},
    "numerical": {
        "kind": "numerical",
        "unit": "%",
        "answers": [{"value": "12.5", "tolerance": "2", "share": "0.5"}, {"value": "12.5", "tolerance": "0.5"}],
    },
    "exact": {"kind": "numerical", "answers": [{"value": "0.3", "tolerance": "0.1"}]},
    "short": {"kind": "short", "answers": [{"text": "Kế hoạch hòa giải"}, {"text": "kế hoạch", "share": "0.5"}]},
    "case": {"kind": "short", "case": True, "answers": [{"text": "UBND"}]},
    "bare": {"kind": "short", "diacritics": False, "answers": [{"text": "Đồng Tháp"}]},
    "matching": {
        "kind": "matching",
        "pairs": [
            {"key": "1", "left": "NĐ", "right": "Chính phủ"},
            {"key": "2", "left": "NQ-CP", "right": "Chính phủ"},
            {"key": "3", "left": "QĐ-TTg", "right": "Thủ tướng"},
            {"key": "4", "left": "TT", "right": "Bộ trưởng"},
        ],
        "distractors": ["Chủ tịch nước"],
    },
    "ordering": {"kind": "ordering", "items": [{"key": k, "text": f"Bước {k}"} for k in "abcd"]},
}
STORED = {name: spec_from_source(source, f"q-{name}") for name, source in SPECS.items()}


def _keys(name, authored):
    """Stored keys of the author's ones, by the place they stand at."""
    rows = next(STORED[name][field] for field in ("options", "items", "pairs") if field in STORED[name])
    source = next(SPECS[name][field] for field in ("options", "items", "pairs") if field in SPECS[name])
    return [next(row["key"] for row, s in zip(rows, source, strict=True) if s["key"] == a) for a in authored]


def _pairs(**chosen):
    """Left key of the author -> the stored key of the right side with that text."""
    spec = STORED["matching"]
    rights = {p["right"]: p["right_key"] for p in spec["pairs"]} | {d["text"]: d["key"] for d in spec["distractors"]}
    return {"pairs": {_keys("matching", left[1])[0]: rights[text] for left, text in chosen.items()}}


MULTI = "right +1/3, wrong -1/2, held in 0..1 (Moodle qtype_multichoice: clamp of the sum)"
CASES = [
    ("single", {"chosen": _keys("single", "a")[0]}, "1", "right", "Moodle: fraction of the chosen option"),
    ("single", {"chosen": _keys("single", "b")[0]}, "0.5", "partial", "author's share"),
    ("single", {"chosen": _keys("single", "c")[0]}, "0", "wrong", "Moodle"),
    ("single", {"chosen": _keys("single", "d")[0]}, "0", "wrong", "ours: never below 0"),
    ("single", {"chosen": "zzz"}, "0", "blank", "unknown key"),
    ("single", {}, "0", "blank", "Moodle: unanswered"),
    ("multiple", {"chosen": _keys("multiple", "abc")}, "1", "right", MULTI),
    ("multiple", {"chosen": _keys("multiple", "ab")}, "0.6666666666666666666666666667", "partial", MULTI),
    ("multiple", {"chosen": _keys("multiple", "abd")}, "0.1666666666666666666666666667", "partial", MULTI),
    ("multiple", {"chosen": _keys("multiple", "abcde")}, "0", "wrong", MULTI),
    ("multiple", {"chosen": _keys("multiple", "ad")}, "0", "wrong", MULTI),
    ("multiple", {"chosen": []}, "0", "blank", "nothing chosen"),
    ("multiple", {"chosen": [*_keys("multiple", "aa"), "zzz"]}, "0.3333333333333333333333333333", "partial", MULTI),
    ("all", {"chosen": _keys("all", "abc")}, "1", "right", "all or nothing"),
    ("all", {"chosen": _keys("all", "ab")}, "0", "wrong", "all or nothing"),
    ("all", {"chosen": _keys("all", "abcd")}, "0", "wrong", "all or nothing"),
    ("shares", {"chosen": _keys("shares", "ab")}, "1", "right", "Moodle: above 0.999999 is right"),
    ("shares", {"chosen": _keys("shares", "abd")}, "1", "right", "no share given counts 0"),
    ("shares", {"chosen": _keys("shares", "abc")}, "0", "wrong", "author's shares"),
    ("truefalse", {"value": False}, "1", "right", "Moodle: 0/1"),
    ("truefalse", {"value": True}, "0", "wrong", "Moodle: 0/1"),
    ("truefalse", {"value": 0}, "0", "blank", "only true and false are answers"),
    ("numerical", {"text": "12,5"}, "1", "right", "the best answer that fits"),
    ("numerical", {"text": "13%"}, "1", "right", "the tolerance's end is in; unit taken off"),
    ("numerical", {"text": " 12.0 % "}, "1", "right", "point and comma"),
    ("numerical", {"text": "13,01"}, "0.5", "partial", "author's share"),
    ("numerical", {"text": "15"}, "0", "wrong", "outside"),
    ("numerical", {"text": "mười hai"}, "0", "blank", "no number"),
    ("numerical", {"text": 12.5}, "0", "blank", "no text"),
    ("exact", {"text": "0,2"}, "1", "right", "exact: 0.3 - 0.1 in binary floats is 0.19999999999999998"),
    ("exact", {"text": "0,4"}, "1", "right", "exact"),
    ("exact", {"text": "0,4000001"}, "0", "wrong", "exact"),
    ("short", {"text": "  kế  hoạch HÒA giải "}, "1", "right", "spaces and case"),
    ("short", {"text": "Kế hoạch hoà giải"}, "1", "right", "hoà = hòa (domain analysis 6.1)"),
    ("short", {"text": "Kế hoạch hòa giải"}, "1", "right", "NFD"),
    ("short", {"text": "kế hoạch"}, "0.5", "partial", "author's share"),
    ("short", {"text": "ke hoach hoa giai"}, "0", "wrong", "marks matter"),
    ("short", {"text": " \u200b"}, "0", "blank", "nothing to see"),
    ("case", {"text": "ubnd"}, "0", "wrong", "case matters"),
    ("case", {"text": "UBND"}, "1", "right", "case matters"),
    ("bare", {"text": "dong thap"}, "1", "right", "marks do not matter; đ = d (domain analysis 6.1)"),
    ("matching", _pairs(l1="Chính phủ", l2="Chính phủ", l3="Thủ tướng", l4="Bộ trưởng"), "1", "right", "qtype_match"),
    ("matching", _pairs(l1="Chính phủ", l2="Thủ tướng", l3="Thủ tướng"), "0.5", "partial", "qtype_match: 2/4"),
    ("matching", _pairs(l4="Chủ tịch nước"), "0", "wrong", "qtype_match: 0/4"),
    ("matching", {"pairs": {"zzz": "yyy"}}, "0", "blank", "unknown keys"),
    ("ordering", {"order": _keys("ordering", "abcd")}, "1", "right", "qtype_ordering, absolute position"),
    ("ordering", {"order": _keys("ordering", "abdc")}, "0.5", "partial", "qtype_ordering: 2 at their place"),
    ("ordering", {"order": _keys("ordering", "bcda")}, "0", "wrong", "qtype_ordering: none at its place"),
    ("ordering", {"order": _keys("ordering", "ab")}, "0.5", "partial", "the rest not placed"),
    ("ordering", {"order": ["zzz"]}, "0", "blank", "unknown key"),
]


@pytest.mark.parametrize(("name", "given", "share", "state", "source"), CASES)
def test_an_answer_earns_its_share(name, given, share, state, source):
    assert check(STORED[name]) == []
    found = grade(STORED[name], given)
    assert (found.share, found.state) == (Decimal(share), state), source


@pytest.mark.parametrize("name", STORED)
def test_solution_earns_everything_and_reads_as_words(name):
    spec = STORED[name]
    assert grade(spec, solution(spec)).share == 1
    assert answered(spec, solution(spec))
    assert describe(spec, solution(spec)) != "Chưa trả lời"
    assert describe(spec, None) == "Chưa trả lời"


def test_unread_number_is_answered_but_unmarked():
    found = grade(STORED["numerical"], {"text": "khoảng 12"})
    assert answered(STORED["numerical"], {"text": "khoảng 12"})
    assert found.note is not None
    assert "Chưa đọc được số" in found.note


def test_parts_tell_each_outcome():
    spec = STORED["multiple"]
    found = grade(spec, {"chosen": _keys("multiple", "ad")})
    assert {part.key: part.outcome for part in found.parts} == dict(
        zip(_keys("multiple", "abcd"), ["right", "missed", "missed", "wrong"], strict=True)
    )


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("truefalse", {"value": True}, "Đúng"),
        ("numerical", {"text": "12,5"}, "12,5%"),
        ("multiple", {"chosen": _keys("multiple", "ba")}, "Thể chế; Thủ tục hành chính"),
        ("ordering", {"order": _keys("ordering", "ba")}, "1. Bước b; 2. Bước a"),
        ("matching", _pairs(l4="Chủ tịch nước"), "TT → Chủ tịch nước"),
    ],
)
def test_answers_read_as_words(name, answer, words):
    assert describe(STORED[name], answer) == words
