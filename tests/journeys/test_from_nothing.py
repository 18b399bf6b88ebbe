"""From an empty course to an officer who has passed: a quiz of every kind of question written, reviewed by somebody else, set, tried,
checked, published and taken, in the browser alone."""

import re
from itertools import groupby

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.hands import HANDS
from tests.journeys.learners import answer, solutions, take_learner
from tests.journeys.test_author import KINDS, LONG, label, say
from tests.journeys.test_course_editor import fits

QUIZ = "Kiểm tra cuối khóa"
PER_PAGE = 3


@pytest.mark.parametrize(("width", "by"), [(1280, "keyboard"), (360, "mouse")])
def test_from_an_empty_course_to_an_officer_who_has_passed(site, open_page, width, by):
    hands, code = HANDS[by], f"N{width}"
    trainer = open_page(width)
    sign_in(trainer, site, "trainer", hands)
    begin_course(trainer, hands, code)
    editor = trainer.url
    questions = write_every_kind(trainer, editor)
    settle(trainer, hands, editor)
    try_out(trainer, hands, editor)

    admin = open_page(width)
    sign_in(admin, site, "admin", hands)
    course = editor.split("/quizzes/")[0]
    admin.goto(f"{course}/publish")
    expect(admin.get_by_text(f"Bài kiểm tra “{QUIZ}”")).to_be_visible()
    expect(admin.get_by_text("đang chờ thẩm định.").first).to_be_visible()
    expect(admin.get_by_role("button", name="Xuất bản", exact=True)).to_be_disabled()
    fits(admin)
    for address in questions:
        review(admin, hands, address)
    out_and_back_from_the_bank(trainer, hands, editor)
    admin.goto(f"{course}/publish")
    hands.press(admin.get_by_role("button", name="Xuất bản", exact=True))
    expect(admin.get_by_text("Đã xuất bản.")).to_be_visible()

    learner = take_learner(site.app())
    officer = open_page(width)
    sign_in(officer, site, learner.sign_in_name, hands)
    officer.goto("/courses/?q=tu con so khong")
    hands.press(officer.get_by_role("link", name=re.compile(code)).first)
    hands.press(officer.get_by_role("button", name="Ghi danh"))
    hands.press(officer.get_by_role("link", name="Bắt đầu học"))
    take(site, officer, hands)


def begin_course(page: Page, hands, code: str) -> None:
    """A course, what it says of itself, and an empty quiz in it; the page ends in the quiz editor."""
    page.goto("/authoring/courses")
    hands.press(page.get_by_role("link", name="Mở khóa mới"))
    hands.write(page.get_by_label("Tên khóa học"), f"Từ con số không {code}")
    hands.write(page.get_by_label("Mã khóa"), code)
    hands.press(page.get_by_role("button", name="Mở khóa"))
    hands.press(page.get_by_role("link", name="Thông tin khóa"))
    hands.write(page.get_by_label("Giới thiệu"), "Một khóa chỉ có bài kiểm tra.")
    hands.write(page.get_by_label("Học xong làm được gì, mỗi dòng một ý"), "Làm đúng mọi loại câu hỏi.")
    hands.press(page.get_by_role("button", name="Lưu bản nháp"))
    hands.write(page.get_by_label("Tên bài mới trong “Chuyên đề 1”"), QUIZ)
    hands.press(page.get_by_role("button", name="Bài kiểm tra"))
    hands.press(page.get_by_role("link", name=f"1. {QUIZ}"))
    expect(page.get_by_text("Bài chưa có câu hỏi", exact=True)).to_be_visible()
    fits(page)


def write_every_kind(page: Page, editor: str) -> list[str]:
    """A question of each kind from the quiz's own page, sent to review; their addresses. The way back is on the question's page."""
    hands, found = HANDS["mouse"], []
    for kind in KINDS:
        hands.press(page.get_by_role("link", name="Soạn câu mới"))
        hands.press(page.get_by_role("button", name=f"Soạn câu hỏi loại {kind.lower()}"))
        say(page, hands, kind)
        label(page, hands)
        expect(page.get_by_text("Đủ đáp án, giải thích, năng lực và căn cứ.")).to_be_visible(timeout=LONG)
        expect(page.locator("#save")).to_contain_text("Đã lưu", timeout=LONG)
        hands.press(page.get_by_role("button", name="Gửi thẩm định"))
        expect(page.get_by_text("đang chờ một người khác thẩm định")).to_be_visible(timeout=LONG)
        found.append(page.url)
        hands.press(page.get_by_role("link", name="Về bài kiểm tra"))
        page.wait_for_url(re.compile(re.escape(editor)))
    expect(page.locator("[data-activity]")).to_have_count(len(KINDS))
    return found


def settle(page: Page, hands, editor: str) -> None:
    """Order and points; then pages, time and grades."""
    page.goto(editor)
    first = page.locator("[data-activity] [data-title]").first.inner_text()
    hands.write(page.get_by_label("Điểm câu 1", exact=True), "2,5")
    hands.press(page.get_by_role("button", name="Chuyển câu 1 xuống"))
    expect(page.locator("[data-activity] [data-title]").nth(1)).to_have_text(first)
    expect(page.get_by_label("Điểm câu 2", exact=True)).to_have_value("2,5")
    hands.write(page.get_by_label("Thời gian làm bài (phút)"), "30")
    hands.write(page.get_by_label("Số câu mỗi trang"), str(PER_PAGE))
    for place, (name, start, text) in enumerate(
        (("Giỏi", "80", "Anh/Chị nắm rất vững."), ("Đạt", "50", ""), ("Chưa đạt", "0", ""))
    ):
        hands.write(page.locator(f"#bands-{place}-name"), name)
        hands.write(page.locator(f"#bands-{place}-start"), start)
        if text:
            hands.write(page.locator(f"#bands-{place}-text"), text)
    hands.press(page.get_by_role("button", name="Lưu cách làm bài"))
    expect(page.get_by_text("Đã lưu cách làm bài.")).to_be_visible()
    expect(page.get_by_text("7 câu, 8,5 điểm")).to_be_visible()
    fits(page)


def try_out(page: Page, hands, editor: str) -> None:
    """The draft as an officer meets it, handed in empty: marked, and the way back."""
    page.goto(editor)
    hands.press(page.get_by_role("link", name="Làm thử như học viên"))
    hands.press(page.get_by_role("button", name="Bắt đầu làm thử"))
    expect(page.locator("section.question")).to_have_count(PER_PAGE)
    fits(page)
    for _ in range(2):
        hands.press(page.get_by_role("button", name="Trang tiếp"))
    hands.press(page.locator("#next"))
    hands.press(page.get_by_role("button", name="Nộp bài"))
    expect(page.get_by_text("Xếp loại: Chưa đạt")).to_be_visible()
    expect(page.get_by_text("Theo quy định về cơ chế một cửa.").first).to_be_visible()
    fits(page)


def review(page: Page, hands, address: str) -> None:
    """Somebody else says that it is good, and brings it into use."""
    page.goto(address)
    hands.press(page.get_by_role("button", name="Đạt"))
    hands.press(page.get_by_role("button", name="Đưa vào dùng"))
    expect(page.get_by_text("Đã đưa vào dùng.")).to_be_visible(timeout=LONG)


def out_and_back_from_the_bank(page: Page, hands, editor: str) -> None:
    """One question leaves the quiz and comes back from the bank, found without marks."""
    page.goto(editor)
    hands.press(page.get_by_role("button", name="Bỏ câu 7 khỏi bài"))
    expect(page.locator("[data-activity]")).to_have_count(len(KINDS) - 1)
    hands.press(page.get_by_role("link", name="Thêm từ ngân hàng"))
    expect(page.get_by_text("Đã có trong bài").first).to_be_visible()
    hands.write(page.get_by_label("Từ trong câu hỏi, mã câu hỏi"), "loai sap xep")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 câu hỏi, 6 câu đang có trong bài")).to_be_visible(timeout=LONG)
    page.wait_for_load_state("networkidle")
    hands.tick(page.locator("input[name=question_ids]"))
    fits(page)
    hands.press(page.get_by_role("button", name="Thêm câu đã chọn"))
    expect(page.locator("[data-activity]")).to_have_count(len(KINDS))


def take(site, page: Page, hands) -> None:
    """Every question answered right, three on a page; passed, with the grade and its words."""
    hands.press(page.get_by_role("button", name="Bắt đầu làm bài"))
    page.wait_for_url(re.compile(r"/attempts/\d+/1$"))
    paper = solutions(site.app(), int(page.url.split("/")[-2]))
    for _, together in groupby(paper.items(), key=lambda item: (item[0] - 1) // PER_PAGE):
        for position, (kind, given) in together:
            expect(page.locator(f"#cau-{position}")).to_be_visible()
            answer(hands, page, position, kind, given)
        fits(page)
        hands.press(page.locator("#next"))
    expect(page.get_by_text(f"Đã trả lời đủ {len(paper)} câu.")).to_be_visible()
    hands.press(page.get_by_role("button", name="Nộp bài"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Đạt yêu cầu", use_inner_text=True)
    expect(page.locator("#mark")).to_have_text("10,0")
    expect(page.get_by_text("Xếp loại: Giỏi")).to_be_visible()
    expect(page.get_by_text("Anh/Chị nắm rất vững.")).to_be_visible()
