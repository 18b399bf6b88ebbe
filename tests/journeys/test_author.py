"""A trainer writes questions, somebody else says they are good, an admin brings them into use."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.hands import HANDS

LONG = 20_000  # ms: the whole suite may run beside this

# What is written for each kind: the label of a field, and what goes in.
KINDS = {
    "Một phương án đúng": [
        ("Nội dung phương án A", "Bộ phận Một cửa"), ("Nội dung phương án B", "Văn phòng tỉnh"), ("Nội dung phương án C", "Phòng Tư pháp"),
    ],
    "Nhiều phương án đúng": [("Nội dung phương án A", "Thể chế"), ("Nội dung phương án B", "Thủ tục"), ("Nội dung phương án C", "Tư pháp")],
    "Đúng hay sai": [],
    "Trả lời bằng số": [("Bằng", "1.234,5"), ("Sai số cho phép", "0,5")],
    "Trả lời ngắn": [("Đáp án 1", "một cửa")],
    "Ghép đôi": [],
    "Sắp xếp thứ tự": [("Mục 1", "Tiếp nhận"), ("Mục 2", "Thẩm định"), ("Mục 3", "Trả kết quả")],
}  # fmt: skip


def begin(page: Page, hands, kind: str) -> None:
    """From the bank's list to the empty editor of that kind."""
    hands.press(page.get_by_role("link", name="Soạn câu hỏi"))
    hands.press(page.get_by_role("button", name=f"Soạn câu hỏi loại {kind.lower()}"))
    expect(page.get_by_role("heading", level=1)).to_have_text(kind)


def say(page: Page, hands, kind: str) -> None:
    """Write the question and its answer."""
    hands.write(
        page.get_by_label("Phát biểu" if kind == "Đúng hay sai" else "Tình huống và câu hỏi"), f"Câu thử loại {kind.lower()}?"
    )
    for label, text in KINDS[kind]:
        hands.write(page.get_by_label(label, exact=True), text)
    if kind in {"Một phương án đúng", "Nhiều phương án đúng"}:
        hands.tick(page.get_by_label("A. là đáp án đúng"))
    if kind == "Nhiều phương án đúng":
        hands.tick(page.get_by_label("B. là đáp án đúng"))
    if kind == "Đúng hay sai":
        hands.tick(page.locator("#soan input[name=answer][value=true]"))
    if kind == "Ghép đôi":
        for place, (left, right) in enumerate((("Xã", "tiếp nhận"), ("Sở", "thẩm định"))):
            hands.write(page.locator(f"#pairs-{place}-left"), left)
            hands.write(page.locator(f"#pairs-{place}-right"), right)


def label(page: Page, hands) -> None:
    """Explanation, law and competence."""
    hands.write(page.get_by_label("Giải thích đáp án"), "Theo quy định về cơ chế một cửa.")
    hands.choose(page.get_by_label("Văn bản 1", exact=True), page.locator("#citations-0-instrument option").nth(1).inner_text())
    hands.write(page.get_by_label("Điều, khoản của văn bản 1"), "Điều 1")
    hands.choose(page.get_by_label("Năng lực", exact=True), page.locator("#competence option").nth(1).inner_text())


def open_bank(page: Page) -> None:
    page.goto("/authoring/banks")
    page.get_by_role("row").nth(1).get_by_role("link").first.click()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_question_of_each_kind_in_one_go(site, open_page, width):
    hands = HANDS["mouse"]
    page = open_page(width, "trainer")
    for kind in KINDS:
        open_bank(page)
        begin(page, hands, kind)
        say(page, hands, kind)
        label(page, hands)
        expect(page.get_by_text("Đủ đáp án, giải thích, năng lực và căn cứ.")).to_be_visible(timeout=LONG)
        expect(page.locator("#save")).to_contain_text("Đã lưu", timeout=LONG)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.get_by_role("button", name="Gửi thẩm định").click()
        expect(page.get_by_text("Đang chờ").or_(page.get_by_text("đang chờ một người khác thẩm định"))).to_be_visible(
            timeout=LONG
        )


@pytest.mark.parametrize("by", HANDS)
def test_written_tried_reviewed_and_brought_into_use(site, open_page, by):
    hands = HANDS[by]
    page = open_page(1280)
    sign_in(page, site, "trainer", hands)
    open_bank(page)
    begin(page, hands, "Một phương án đúng")
    say(page, hands, "Một phương án đúng")
    label(page, hands)
    expect(page.locator("#ben-canh").get_by_text("Bộ phận Một cửa").first).to_be_visible(timeout=LONG)
    hands.tick(page.locator("#ben-canh label", has_text="Văn phòng tỉnh").locator("input"))
    expect(page.locator("#ben-canh")).to_contain_text("Chấm thử: 0%", timeout=LONG)
    hands.press(page.get_by_role("button", name="Gửi thẩm định"))
    expect(page.get_by_text("đang chờ một người khác thẩm định")).to_be_visible(timeout=LONG)
    address = page.url
    admin = open_page(1280, "admin")
    admin.goto(address)
    hands.press(admin.get_by_role("button", name="Đạt"))
    hands.press(admin.get_by_role("button", name="Đưa vào dùng"))
    expect(admin.get_by_text("Đã đưa vào dùng.")).to_be_visible(timeout=LONG)


def test_a_line_cut_while_writing_loses_nothing(site, open_page):
    page = open_page(1280, "trainer")
    open_bank(page)
    begin(page, HANDS["mouse"], "Trả lời ngắn")
    page.context.set_offline(True)
    page.get_by_label("Tình huống và câu hỏi").fill("Viết lúc mất mạng?")
    expect(page.locator("#save")).to_contain_text("Mất mạng", timeout=LONG)
    page.context.set_offline(False)
    expect(page.locator("#save")).to_contain_text("Đã lưu", timeout=LONG)
    page.reload()
    expect(page.get_by_label("Tình huống và câu hỏi")).to_have_value("Viết lúc mất mạng?")
