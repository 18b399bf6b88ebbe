"""Appeals: who sees and answers which, what the pages say of them, and the answer that brings a new mark or word."""

import re
from datetime import date

import pytest

from lms import clock
from lms.assignments import queries, services
from lms.tracking.services import put_competence
from tests import factories
from tests.assignments.conftest import ALL, GOOD, POOR

PAPER = {
    "number": "05", "symbol": "KH-UBND", "issued_on": date(2026, 1, 5), "issuer": "UBND xã Thử", "summary": "Kế hoạch CCHC năm 2026",
    "part": "Soạn toàn văn", "files": [],
}  # fmt: skip


@pytest.fixture(autouse=True)
def framework(session):
    put_competence("C1.1", "N1", "Tham mưu", "Xây dựng kế hoạch CCHC", ["a", "b", "c", "d", "e"], 1)


@pytest.fixture
def head(group):
    return factories.person("Huỳnh Văn Trưởng")


def against_a_word(group, head, level=0, asked=4):
    """Olga's product, the head's word on it, and her appeal."""
    product = services.enter(group.olga.id, PAPER, "C1.1", asked, clock.now())
    services.decide(product.id, ALL, level, "Còn phải sửa", head.id, clock.now())
    return product, services.appeal_confirmation(product.id, group.olga.id, "Tôi là người soạn", [], clock.now())


def against_a_mark(group):
    row = group.hand_in()
    group.mark(row.id, POOR)
    return row, services.appeal_mark(row.id, group.olga.id, "Đủ nhiệm vụ", [], clock.now())


def counted(client) -> str:
    """How many appeals the first page says wait for an answer."""
    found = re.search(r'<b class="num">(\d+)</b> kiến nghị', client.get("/").text)
    return found[1] if found else ""


def test_the_first_page_counts_only_appeals_one_may_answer(group, head, client, login):
    against_a_word(group, head)
    login(head, role="head", scope="unit", scope_id=group.unit.id)
    assert "người khác trả lời" in client.get("/assignments/appeals").text
    assert counted(client) == ""
    login(role="head", scope="unit", scope_id=group.unit.id)
    assert counted(client) == "1"


def test_a_trainer_never_answers_against_a_heads_word(group, head, client, login):
    _, appeal = against_a_word(group, head)
    against_a_mark(group)
    login(role="trainer")
    assert counted(client) == "1"
    assert "05/KH-UBND" not in client.get("/assignments/appeals").text
    sent = {"verdict": "upheld", "level": "4", "text": "Đồng ý"}
    assert client.get(f"/assignments/appeals/{appeal.id}").status_code == 404
    assert client.post(f"/assignments/appeals/{appeal.id}", data=sent).status_code == 404


def test_a_head_never_answers_against_a_mark(group, head, client, login):
    _, appeal = against_a_mark(group)
    login(role="head")
    assert client.get(f"/assignments/appeals/{appeal.id}").status_code == 404
    assert counted(client) == ""


@pytest.mark.parametrize(
    ("level", "says"),
    [
        (0, "Kiến nghị về kết luận không xác nhận văn bản 05/KH-UBND"),
        (3, "Kiến nghị về kết luận xác nhận văn bản 05/KH-UBND ở cấp 3, đề nghị cấp 4"),
    ],
)
def test_the_page_says_what_is_appealed(group, head, client, login, level, says):
    _, appeal = against_a_word(group, head, level)
    login(role="admin")
    assert says in client.get(f"/assignments/appeals/{appeal.id}").text


def test_upholding_offers_only_levels_above_the_word_and_asks_for_one_in_place(group, head, client, login):
    product, appeal = against_a_word(group, head, 3)
    login(role="admin")
    where = f"/assignments/appeals/{appeal.id}"
    assert re.findall(r'name="level" value="(\d)"', client.get(where).text) == ["4"]
    refused = client.post(where, data={"verdict": "upheld", "text": "Đồng ý"})
    assert refused.status_code == 422
    assert 'id="level-error"' in refused.text
    assert client.post(where, data={"verdict": "upheld", "text": "Đồng ý", "level": "-1"}).status_code == 422
    assert client.post(where, data={"verdict": "upheld", "text": "Đồng ý", "level": "4"}).status_code == 302
    assert [c.level for c in queries.history(product.id)] == [3, 4]


def test_the_officer_reads_who_decided_on_the_appeal(group, head, client, login):
    product, appeal = against_a_word(group, head)
    chief = login(factories.person("Ngô Thị Sở"), role="admin")
    services.answer(appeal.id, queries.Reach(ALL, ALL), True, "Có phiếu trình", chief.id, clock.now(), level=4)
    login(group.olga)
    text = client.get(f"/assignments/products/{product.id}").text
    assert "Kết luận của thủ trưởng" not in text
    assert re.search(r"Ngô Thị Sở,\s+giải quyết kiến nghị", text)
    assert not re.search(r"Huỳnh Văn Trưởng,\s+giải quyết kiến nghị", text)


def test_marking_anew_starts_from_the_mark_in_force_and_lists_what_is_missing(group, client, login):
    _, appeal = against_a_mark(group)
    login(role="admin")
    where = f"/assignments/appeals/{appeal.id}"
    shown = client.get(where).text
    for key, level in POOR.items():
        assert f'name="level-{key}" value="{level}" checked' in shown
    sent = {"verdict": "upheld", "text": "Đủ nhiệm vụ", "level-the-thuc": "m3"}
    refused = client.post(where, data=sent)
    assert refused.status_code == 422
    assert "Chưa ghi." not in refused.text
    assert '<a href="#tc-nhiem-vu">' in refused.text
    assert 'name="level-the-thuc" value="m3" checked' in refused.text
    whole = sent | {f"level-{key}": level for key, level in GOOD.items()}
    assert client.post(where, data=whole).status_code == 302


def test_where_two_markers_differ_nothing_is_chosen_beforehand(group, client, login):
    row = group.hand_in()
    group.mark(row.id, {"the-thuc": "m4", "nhiem-vu": "m4"})
    group.mark(row.id, {"the-thuc": "m4", "nhiem-vu": "m3"}, marker=1)
    appeal = services.appeal_mark(row.id, group.olga.id, "Xin xem lại", [], clock.now())
    login(role="admin")
    shown = client.get(f"/assignments/appeals/{appeal.id}").text
    assert 'name="level-the-thuc" value="m4" checked' in shown
    assert not re.search(r'name="level-nhiem-vu" value="\w+" checked', shown)
