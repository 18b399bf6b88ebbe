"""The bank of every course pack, held to the rules of good items.

Sources of the bounds: the course catalogue asks for at least three times the questions of a paper, and for a legal
basis, a checked date, a checker and an explanation on every question; the item-writing rules (no giveaway by length or
place) follow Haladyna, Downing and Rodriguez, "A Review of Multiple-Choice Item-Writing Guidelines" (2002).
"""

import copy
import re
import unicodedata
from collections import Counter
from datetime import date
from decimal import Decimal, InvalidOperation

import pytest

from tests.content.packs import PACKS, Pack, instruments

KINDS = {"single", "multiple", "truefalse", "matching", "ordering", "numerical", "short"}
COGNITIVE = {"remember", "understand", "apply"}

PER_LEVEL = 25  # questions of a competence at a level that a pass may evidence, at least
LONGEST_IS_KEY = 0.40  # of the single questions, at most
PLACE = (0.15, 0.35)  # share of the keys standing at each of the four places: chance is 0.25
APPLY_AT_ONE = 0.20  # of the level 1 questions of a bank, at most
APPLY_AT_TWO = 0.60  # of those of a competence at level 2, at least: what makes a paper situational


def words(thing: object):
    """Yield every text inside a question."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from words(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from words(value)


def faults_of_marks(question: dict, evidences: dict[str, int]) -> list[str]:
    """Say what a question lacks that every question must carry."""
    faults = []
    sentences = re.findall(r"[.!?:](?=\s|$)", question.get("explanation", ""))
    if len(sentences) < 2:
        faults.append("explanation of fewer than two sentences")
    if not question.get("citations"):
        faults.append("no citation")
    if question.get("level") not in range(1, evidences.get(question.get("competence"), 0) + 1):
        faults.append("no competence and level of the course")
    if question.get("cognitive") not in COGNITIVE:
        faults.append("no cognitive level")
    if not isinstance(question.get("checked"), date) or not question.get("checker"):
        faults.append("not marked as checked")
    noted = any("cần kiểm tra" in c.get("note", "") for c in question.get("citations", []))
    if noted != ("cần kiểm tra" in question.get("tags", [])):
        faults.append("tag and note “cần kiểm tra” disagree")
    return faults


def faults_of_wording(question: dict) -> list[str]:
    """Say where the words of a question break the house's wording."""
    text = "\n".join(words(question))
    faults = []
    if unicodedata.normalize("NFC", text) != text:
        faults.append("text is not NFC")
    if re.search(r"\b(bạn|chứng chỉ)\b", text, re.IGNORECASE):
        faults.append("says “bạn” or “chứng chỉ”")
    if re.search(r"(tất cả|cả) (các phương án|đều) (trên|đều|đúng|sai)", text, re.IGNORECASE):
        faults.append("has an option “tất cả đều đúng”")
    return faults


def faults_of_answer(question: dict) -> list[str]:
    """Say what is wrong with the key of a question, by its kind."""
    kind = question.get("kind")
    if kind in ("single", "multiple"):
        texts = [option["text"].casefold() for option in question["options"]]
        right = sum(option.get("correct", False) for option in question["options"])
        faults = ["options repeat"] if len(set(texts)) < len(texts) else []
        if kind == "single" and (right, len(texts)) != (1, 4):
            faults.append("not four options with one key")
        if kind == "multiple" and not 2 <= right < len(texts):
            faults.append("not at least two keys and one wrong option")
        return faults
    if kind == "truefalse":
        return [] if isinstance(question.get("answer"), bool) else ["no answer"]
    if kind == "numerical":
        try:
            values = [Decimal(x) for a in question["answers"] for x in (a["value"], a["tolerance"])]
        except (InvalidOperation, KeyError):
            return ["numeric answer does not parse"]
        return [] if values and all(value.is_finite() for value in values) else ["no numeric answer"]
    if kind == "short":
        return [] if question.get("answers") else ["no answer"]
    if kind == "matching":
        lefts = [pair["left"] for pair in question["pairs"]]
        rights = [pair["right"] for pair in question["pairs"]] + question.get("distractors", [])
        distinct = len(set(lefts)) == len(lefts) >= 3 and len(set(rights)) == len(rights)
        return [] if distinct else ["pairs repeat or are too few"]
    if kind == "ordering":
        items = [item["text"] for item in question["items"]]
        return [] if len(set(items)) == len(items) >= 3 else ["items repeat or are too few"]
    return ["unknown kind"]


def faults_of_giveaways(bank: list[dict]) -> list[str]:
    """Say whether a test-taker who knows nothing could win by the length or the place of the options."""
    singles = [question for question in bank if question.get("kind") == "single"]
    places: Counter[int] = Counter()
    longest = 0
    for question in singles:
        right = next((i for i, o in enumerate(question["options"]) if o.get("correct")), 0)
        lengths = [len(option["text"]) for option in question["options"]]
        key = lengths.pop(right)
        places[right] += 1
        longest += key > max(lengths)
    faults = []
    if longest > LONGEST_IS_KEY * len(singles):
        faults.append("the longest option is too often the key")
    low, high = PLACE
    if any(not low <= places[i] / max(len(singles), 1) <= high for i in range(4)):
        faults.append("the place of the key is skewed")
    return faults


def faults_of_levels(bank: list[dict], evidences: dict[str, int]) -> list[str]:
    """Say where the bank is too small for what a pass evidences, or asks at another cognitive level than its own."""
    faults = []
    for competence, level in ((c, n) for c, highest in evidences.items() for n in range(1, highest + 1)):
        asked = [q.get("cognitive") for q in bank if (q.get("competence"), q.get("level")) == (competence, level)]
        if len(asked) < PER_LEVEL:
            faults.append(f"too few questions for {competence} level {level}")
        if level > 1 and asked.count("apply") < APPLY_AT_TWO * len(asked):
            faults.append(f"too few questions of application for {competence} level {level}")
    first = [q.get("cognitive") for q in bank if q.get("level") == 1]
    if first.count("apply") > APPLY_AT_ONE * len(first):
        faults.append("too many questions of application for level 1")
    return faults


def faults_of_bank(bank: list[dict], evidences: dict[str, int], known: set[str]) -> list[str]:
    """Say all that is wrong with a bank, question by question and as a whole; empty when it may be used."""
    faults = []
    for question in bank:
        found = faults_of_marks(question, evidences) + faults_of_wording(question) + faults_of_answer(question)
        found += [f"cites unknown {key}" for key in sorted({c["instrument"] for c in question.get("citations", [])} - known)]
        faults += [f"{question.get('key')}: {fault}" for fault in found]
    for name in ("key", "stem"):
        counts = Counter(str(question.get(name)).casefold() for question in bank)
        faults += [f"{name} repeats: {text}" for text, n in counts.items() if n > 1]
    return faults + faults_of_levels(bank, evidences) + faults_of_giveaways(bank)


@pytest.fixture(params=PACKS, ids=lambda p: p.name, scope="module")
def pack(request) -> Pack:
    return request.param


@pytest.fixture(scope="module")
def bank(pack) -> list[dict]:
    return pack.bank


def test_bank_may_be_used(pack):
    assert faults_of_bank(pack.bank, pack.quizzed, set(instruments())) == []


def test_no_two_packs_use_one_key():
    counts = Counter(question["key"] for pack in PACKS for question in pack.bank)
    assert [key for key, n in counts.items() if n > 1] == []


def test_bank_mixes_the_kinds(bank):
    share = {kind: n / len(bank) for kind, n in Counter(q["kind"] for q in bank).items()}
    assert set(share) == KINDS
    assert 0.50 <= share["single"] <= 0.65
    assert 0.10 <= share["multiple"] <= 0.15


def test_short_answers_forgive_missing_marks_and_letter_case(bank):
    shorts = [question for question in bank if question["kind"] == "short"]
    assert all(not q["case"] and not q["diacritics"] and len(q["answers"]) > 1 for q in shorts)


def test_negative_stems_make_their_negation_bold(bank):
    """“Nào không …” in a stem asks for the exception, and must be seen at a glance."""
    stems = [question["stem"] for question in bank]
    assert not [stem for stem in stems if re.search(r"\bnào( dưới đây)? không\b", stem)]


def stated(question: dict) -> list[str]:
    """What a question states as a fact before it is answered; options stand there right and wrong alike."""
    return list(words({k: question.get(k) for k in ("stem", "items", "pairs")}))


def syllables(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.casefold()))


def test_no_question_tells_the_key_of_another(bank):
    """A paper is drawn at random, so any two may meet: no sentence of one repeats a long key of another."""
    told = []
    for question in (q for q in bank if q["kind"] in ("single", "multiple")):
        for option in (o for o in question["options"] if o.get("correct")):
            key = syllables(option["text"])
            if len(key) < 7:  # shorter ones are names, such as “cải cách thủ tục hành chính”
                continue
            others = (o for o in bank if o is not question)
            told += [
                (question["key"], other["key"])
                for other in others
                if any(len(key & syllables(text)) >= 0.8 * len(key) for text in stated(other))
            ]
    assert told == []


def test_an_instrument_not_yet_verified_is_cited_with_a_note(bank):
    unsure = {key for key, row in instruments().items() if not row["verified"]}
    cited = [(q["key"], c) for q in bank for c in q["citations"] if c["instrument"] in unsure]
    assert cited
    assert [key for key, c in cited if "cần kiểm tra" not in c.get("note", "")] == []


def lengthen_keys(bank):
    for question in bank:
        for option in question.get("options", []):
            if option.get("correct"):
                option["text"] += ", theo đúng quy định của pháp luật hiện hành và có nêu rõ lý do kèm theo"


def keys_first(bank):
    for question in bank:
        question.get("options", []).sort(key=lambda option: not option.get("correct", False))


def leave_24(bank):
    """One fewer than needed of the competence and level that the bank begins with."""
    of = bank[0]["competence"], bank[0]["level"]
    same = [q for q in bank if (q["competence"], q["level"]) == of]
    bank[:] = same[:24] + [q for q in bank if q not in same]


def first_of(bank, kind):
    return next(question for question in bank if question["kind"] == kind)


SPOILED = {
    "longest option": (lengthen_keys, "longest option"),
    "key always first": (keys_first, "place of the key"),
    "no explanation": (lambda b: b[0].pop("explanation"), "explanation"),
    "no citation": (lambda b: b[0].update(citations=[]), "no citation"),
    "no competence": (lambda b: b[0].pop("competence"), "no competence"),
    "no cognitive level": (lambda b: b[0].pop("cognitive"), "no cognitive level"),
    "no checked date": (lambda b: b[0].pop("checked"), "not marked as checked"),
    "unsure but not tagged": (
        lambda b: b[0].update(citations=[{"instrument": "nq-76-2021", "note": "cần kiểm tra"}], tags=[]),
        "disagree",
    ),
    "too few": (leave_24, "too few questions for C"),
    "level beyond the course": (lambda b: b[0].update(level=4), "no competence"),
    "key twice": (lambda b: b[1].update(key=b[0]["key"]), "key repeats"),
    "stem twice": (lambda b: b[1].update(stem=b[0]["stem"]), "stem repeats"),
    "unknown instrument": (lambda b: b[0]["citations"][0].update(instrument="nd-0-1999"), "cites unknown"),
    "same option twice": (
        lambda b: first_of(b, "single")["options"][0].update(first_of(b, "single")["options"][1]),
        "options repeat",
    ),
    "two keys in a single": (
        lambda b: [option.update(correct=True) for option in first_of(b, "single")["options"]],
        "one key",
    ),
    "number in words": (
        lambda b: first_of(b, "numerical")["answers"][0].update(value="chín mươi"),
        "does not parse",
    ),
    "decomposed letters": (
        lambda b: b[0].update(stem=unicodedata.normalize("NFD", b[0]["stem"])),
        "not NFC",
    ),
    "too familiar": (lambda b: b[0].update(stem="Bạn chọn phương án nào?"), "says “bạn”"),
    "regulated word": (lambda b: b[0].update(stem="Chứng chỉ nào được cấp?"), "chứng chỉ"),
    "all of the above": (
        lambda b: first_of(b, "single")["options"][3].update(text="Tất cả đều đúng"),
        "tất cả đều đúng",
    ),
    "only application": (lambda b: [q.update(cognitive="apply") for q in b], "application"),
}


@pytest.mark.parametrize(("spoil", "complaint"), SPOILED.values(), ids=SPOILED.keys())
def test_spoiled_bank_is_refused(pack, spoil, complaint):
    """Each rule is shown to bite: the same bank with one fault put in is refused, and the fault is named."""
    bad = copy.deepcopy(pack.bank)
    spoil(bad)
    assert any(complaint in fault for fault in faults_of_bank(bad, pack.quizzed, set(instruments())))


def test_bank_of_facts_only_is_refused_above_level_one():
    pack = next(p for p in PACKS if max(p.evidences.values()) > 1)
    bad = copy.deepcopy(pack.bank)
    for question in bad:
        question.update(cognitive="remember")
    assert any("too few questions of application" in f for f in faults_of_bank(bad, pack.quizzed, set(instruments())))
