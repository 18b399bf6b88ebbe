"""Questions: a changed entry is a new version, the same entry is nothing."""

from datetime import date

import pytest

from lms import clock, grading
from lms.library.services import put_instrument
from lms.questions import queries, services

ENTRY = {
    "key": "q1", "kind": "single", "competence": "C1.1", "level": 1, "cognitive": "remember", "stem": "Chương trình có **mấy** nội dung?",
    "explanation": "Sáu nội dung.", "checked": date(2026, 11, 23), "checker": "Ban biên soạn",
    "options": [{"text": "Sáu", "correct": True}, {"text": "Năm"}, {"text": "Bảy"}, {"text": "Bốn"}],
    "citations": [{"instrument": "nq-76-2021", "article": ""}],
}  # fmt: skip


@pytest.fixture
def bank(session):
    put_instrument(
        {
            "key": "nq-76-2021",
            "kind": "Nghị quyết",
            "number": "76/NQ-CP",
            "issuer": "Chính phủ",
            "title": "Chương trình",
            "verified": True,
        }
    )
    return services.put_bank("K01", "Nhập môn")


def test_the_same_entry_twice_is_one_version(bank):
    first = services.put_question(bank.id, ENTRY, clock.now(), None)
    assert services.put_question(bank.id, dict(ENTRY), clock.now(), None).id == first.id


def test_a_changed_entry_is_drawn_from_now_on_and_the_old_version_still_grades(bank):
    first = services.put_question(bank.id, ENTRY, clock.now(), None)
    second = services.put_question(bank.id, ENTRY | {"explanation": "Sáu nội dung, nêu tại Nghị quyết."}, clock.now(), None)
    assert (first.number, second.number) == (1, 2)
    assert queries.draw_pool(bank.id, "C1.1", 1) == [second.id]
    old = queries.versions([first.id])[first.id]
    assert grading.grade(old.spec, grading.solution(old.spec)).share == 1


def test_a_question_no_longer_in_the_pack_leaves_new_papers(bank):
    services.put_question(bank.id, ENTRY, clock.now(), None)
    assert services.retire_missing(bank.id, set()) == 1
    assert queries.draw_pool(bank.id, "C1.1", 1) == []
    services.put_question(bank.id, ENTRY, clock.now(), None)
    assert len(queries.draw_pool(bank.id, "C1.1", 1)) == 1


def test_versions_are_read_once(bank):
    version = services.put_question(bank.id, ENTRY, clock.now(), None)
    assert queries.versions([version.id])[version.id] is queries.versions([version.id])[version.id]


def test_stems_are_safe_html(bank):
    version = services.put_question(
        bank.id, ENTRY | {"stem": "Chọn <script>alert(1)</script> [x](javascript:alert(1))"}, clock.now(), None
    )
    assert "<script" not in version.stem_html
    assert "javascript:" not in version.stem_html
