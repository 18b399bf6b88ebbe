"""The bank of course K01, held to the rules of good items.

Sources of the bounds: the course catalogue asks for at least three times the questions of a paper, and for a legal
basis, a checked date, a checker and an explanation on every question; the item-writing rules (no giveaway by length or
place) follow Haladyna, Downing and Rodriguez, "A Review of Multiple-Choice Item-Writing Guidelines" (2002).
"""

import copy
import re
import tomllib
import unicodedata
from collections import Counter
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

CONTENT = Path(__file__).resolve().parents[2] / "content"
BANK = CONTENT / "courses" / "k01" / "questions"

COMPETENCES = {"C1.1", "C3.4", "C5.4", "C7.4"}
KINDS = {"single", "multiple", "truefalse", "matching", "ordering", "numerical", "short"}
COGNITIVE = {"remember", "understand", "apply"}

PER_COMPETENCE = 25  # at least, at level 1
LONGEST_IS_KEY = 0.40  # of the single questions, at most
PLACE = (0.15, 0.35)  # share of the keys standing at each of the four places: chance is 0.25
APPLY = 0.20  # of the questions of a level 1 bank, at most


def read(folder: Path) -> list[dict]:
    return [
        question
        for path in sorted(folder.glob("*.toml"))
        for question in tomllib.loads(path.read_text(encoding="utf-8"))["question"]
    ]


def instruments() -> set[str]:
    text = (CONTENT / "library" / "instruments.toml").read_text(encoding="utf-8")
    return {instrument["key"] for instrument in tomllib.loads(text)["instrument"]}


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


def faults_of_marks(question: dict) -> list[str]:
    """Say what a question lacks that every question must carry."""
    faults = []
    sentences = re.findall(r"[.!?:](?=\s|$)", question.get("explanation", ""))
    if len(sentences) < 2:
        faults.append("explanation of fewer than two sentences")
    if not question.get("citations"):
        faults.append("no citation")
    if question.get("competence") not in COMPETENCES or question.get("level") != 1:
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


def faults_of_bank(bank: list[dict], known: set[str]) -> list[str]:
    """Say all that is wrong with a bank, question by question and as a whole; empty when it may be used."""
    faults = [
        f"{question.get('key')}: {fault}"
        for question in bank
        for find in (faults_of_marks, faults_of_wording, faults_of_answer)
        for fault in find(question)
    ]
    for question in bank:
        unknown = {c["instrument"] for c in question.get("citations", [])} - known
        faults += [f"{question.get('key')}: cites unknown {key}" for key in sorted(unknown)]
    for name in ("key", "stem"):
        counts = Counter(str(question.get(name)).casefold() for question in bank)
        faults += [f"{name} repeats: {text}" for text, n in counts.items() if n > 1]
    per = Counter((question.get("competence"), question.get("level")) for question in bank)
    faults += [f"too few questions for {c}" for c in sorted(COMPETENCES) if per[c, 1] < PER_COMPETENCE]
    if sum(question.get("cognitive") == "apply" for question in bank) > APPLY * len(bank):
        faults.append("too many questions of application for level 1")
    return faults + faults_of_giveaways(bank)


@pytest.fixture(scope="module")
def bank() -> list[dict]:
    return read(BANK)


def test_bank_of_k01_may_be_used(bank):
    assert faults_of_bank(bank, instruments()) == []


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
    text = (CONTENT / "library" / "instruments.toml").read_text(encoding="utf-8")
    unsure = {row["key"] for row in tomllib.loads(text)["instrument"] if not row["verified"]}
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
    "too few": (lambda b: b.__delitem__(slice(0, 2)), "too few questions for C1.1"),
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
def test_spoiled_bank_is_refused(bank, spoil, complaint):
    """Each rule is shown to bite: the same bank with one fault put in is refused, and the fault is named."""
    bad = copy.deepcopy(bank)
    spoil(bad)
    assert any(complaint in fault for fault in faults_of_bank(bad, instruments()))
