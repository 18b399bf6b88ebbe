"""Every course pack: the text of its lessons and its outline hold together before anything loads them."""

import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from tests.content.packs import PACKS, instruments, prose, split

SYLLABLES_A_MINUTE = 180

HEAD_FIELDS = {"title", "minutes", "mandatory", "citations", "videos", "files"}
COURSE_FIELDS = {
    "code", "title", "summary", "periods", "version", "outcomes", "audience", "prerequisites",
    "review_by", "required", "onboarding", "evidences", "module",
}  # fmt: skip
# Bodies and levels that ended on 30/06/2025, and targets of 2025: domain analysis section 4, K01, "Bẫy".
GONE = re.compile(r"cấp huyện|Sở Thông tin và Truyền thông|Sở TTTT|Sở TT&TT|đến năm 2025", re.IGNORECASE)
SAYS_SO = re.compile(
    r"không còn|kết thúc|cũ|chép|bẫy|sửa|bỏ|đã qua|hết kỳ|trước đây|không ghi|tài liệu|nhầm|mẫu công văn",
    re.IGNORECASE,
)


each_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda p: p.name)
each_lesson = pytest.mark.parametrize(
    "path", [q for p in PACKS for q in p.lessons], ids=lambda q: f"{q.parents[1].name}-{q.stem}"
)


@each_pack
def test_every_lesson_file_is_in_the_outline_once_and_every_lesson_there_exists(pack):
    assert Counter(a["key"] for a in pack.activities("lesson")) == Counter(p.stem for p in pack.lessons)


@each_pack
def test_outline_has_known_fields_only_and_every_module_ends_with_a_quiz(pack):
    assert set(pack.course) <= COURSE_FIELDS
    assert all(module["activity"][-1]["kind"] == "quiz" for module in pack.course["module"])


@each_pack
def test_module_quizzes_are_practice_of_five_questions_of_level_one(pack):
    """They may be sat any number of times, so they must not be a way to a higher level."""
    practice = pack.activities("quiz")[:-1]
    assert len(practice) == len(pack.course["module"])
    for quiz in practice:
        assert sum(d["count"] for d in quiz["draw"]) == 5
        assert {d["level"] for d in quiz["draw"]} == {1}
        assert (quiz["minutes"], quiz["attempts"], quiz["pass_mark"]) == (0, 0, 60)


@each_pack
def test_the_final_quiz_asks_for_what_a_pass_evidences_and_nothing_else(pack):
    """A competence asked on two levels speaks for the lower one, so the final asks each at its own level only."""
    final = pack.activities("quiz")[-1]
    assert len(final["draw"]) == len(pack.quizzed)
    assert {d["competence"]: d["level"] for d in final["draw"]} == pack.quizzed


@each_pack
def test_the_bank_holds_three_times_what_the_final_quiz_draws(pack):
    """A bank is at least three times the paper (domain analysis section 4, question rules)."""
    bank = Counter((q["competence"], q["level"]) for q in pack.bank)
    for draw in pack.activities("quiz")[-1]["draw"]:
        assert bank[draw["competence"], draw["level"]] >= 3 * draw["count"]


@each_lesson
def test_head_is_known_fields_only_and_minutes_fit_the_text(path: Path):
    head, body = split(path)
    assert set(head) <= HEAD_FIELDS
    assert {"title", "minutes", "mandatory", "citations"} <= set(head)
    syllables = len(re.findall(r"[^\W_]+", prose(body)))
    assert 700 <= syllables <= 1300
    assert 5 <= head["minutes"] <= 10
    reading = syllables / SYLLABLES_A_MINUTE
    assert reading + 1 <= head["minutes"] <= reading + 4, f"{syllables} syllables"


@each_lesson
def test_citations_are_in_the_library(path: Path):
    head, _ = split(path)
    cited = [c["instrument"] for c in head["citations"]]
    assert cited
    assert len(cited) == len(set(cited))
    assert set(cited) <= set(instruments())
    for citation in head["citations"]:
        assert set(citation) <= {"instrument", "article", "note"}


@each_lesson
def test_numbers_of_instruments_in_the_text_are_cited_in_the_head(path: Path):
    """A decree named in the text must be reachable from its record, so that a change of law finds it."""
    head, body = split(path)
    cited = {c["instrument"] for c in head["citations"]}
    kinds = {"NĐ-CP": "nd", "NQ-CP": "nq", "QH15": "luat", "QĐ-TTg": "qd", "QĐ-UBND-HC": "qd", "TT-VPCP": "tt"}
    for number, kind in re.findall(r"(\d+)(?:/\d{4})?/(NĐ-CP|NQ-CP|QH15|QĐ-TTg|QĐ-UBND-HC|TT-VPCP)", body):
        assert any(key.startswith(f"{kinds[kind]}-{number}-") for key in cited), (number, kind)


@each_lesson
def test_lesson_has_an_exercise_with_its_answer_and_ends_with_what_to_remember(path: Path):
    _, body = split(path)
    fold = re.search(r'(?m)^\?\?\? question "[^"]+"\n(?: {4}.*\n|\n)+', body)
    assert fold
    assert re.search(r"Gợi ý|Đáp án|Tự soát|Một cách viết được", fold.group())
    headings = re.findall(r"(?m)^## (.+)$", body)
    assert headings[-1] == "Cần nhớ"
    assert len(re.findall(r"(?m)^- ", body.split("## Cần nhớ")[1])) >= 3
    assert not re.search(r"(?m)^# ", body)


@each_lesson
def test_footnotes_are_all_defined_and_all_used(path: Path):
    _, body = split(path)
    defined = re.findall(r"(?m)^\[\^([^\]]+)\]:", body)
    used = re.findall(r"(?m)(?<!^)\[\^([^\]]+)\]", body)
    assert defined
    assert len(defined) == len(set(defined))
    assert set(defined) == set(used)


@each_lesson
def test_pictures_and_files_exist_and_pictures_say_what_they_show(path: Path):
    head, body = split(path)
    for alt, source in re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", body):
        assert len(alt) > 40
        picture = path.parents[1] / "files" / source
        assert picture.name == source
        assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        assert picture.stat().st_size <= 60 * 1024
    for attachment in head.get("files", []):
        assert (path.parents[1] / "files" / attachment["file"]).is_file()
        assert attachment["title"]


@each_pack
def test_no_file_lies_in_the_pack_without_a_lesson_that_refers_to_it(pack):
    text = "".join(p.read_text(encoding="utf-8") for p in pack.lessons)
    assert all(f.name in text for f in (pack.folder / "files").iterdir())


@each_lesson
def test_words_an_official_would_not_sign_are_absent(path: Path):
    text = path.read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert not re.search(r"\b(bạn|chứng chỉ|sinh viên|giáo viên|bằng cấp)\b", text, re.IGNORECASE)
    assert not re.search(r"\banh/chị\b|\bAnh/chị\b", text)


@each_lesson
def test_bodies_and_targets_of_the_past_appear_only_where_the_lesson_says_they_are_past(path: Path):
    _, body = split(path)
    for block in re.split(r"\n{2,}", body):
        for line in block.splitlines():
            if GONE.search(line):
                assert SAYS_SO.search(line) or SAYS_SO.search(block), line


@each_pack
def test_the_pack_sends_nobody_to_a_page_the_school_does_not_have(pack):
    """There is no question channel and no section of forms: help is a page with a telephone, forms come with lessons."""
    text = "".join(p.read_text(encoding="utf-8") for p in [*pack.lessons, *pack.question_files])
    assert not re.search(r"[Mm]ục (Hỏi [–-] đáp|Biểu mẫu)|\*\*(Hỏi [–-] đáp|Biểu mẫu)\*\*", text)


@each_lesson
def test_what_a_lesson_knows_from_the_news_is_said_to_need_checking(path: Path):
    """A footnote that rests on a newspaper or a site that copies law names it and says so."""
    _, body = split(path)
    second_hand = re.compile(r"plo\.vn|baodongthap\.vn|hethongphapluat\.vn|baoapbac\.vn|namdinh\.gov\.vn")
    for note in re.findall(r"(?m)^\[\^[^\]]+\]:.*$", body):
        assert not second_hand.search(note) or "cần kiểm tra" in note.casefold(), note
