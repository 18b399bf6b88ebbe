"""An officer's way from the home page to the certificate, by mouse and by keyboard alone, on a phone and on a desktop."""

import io
import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy import select

from lms.certificates.models import Certificate
from lms.db import db
from tests.journeys.conftest import sign_in
from tests.journeys.hands import HANDS
from tests.journeys.learners import answer, do_all_but, solutions, take_learner

LEFT = {"nhan-dien-lua-dao", "mat-khau-manh", "kiem-tra-4", "kiem-tra-cuoi-khoa"}


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("by", HANDS)
def test_from_the_hero_to_the_certificate(site, open_page, by, width):
    app, hands = site.app(), HANDS[by]
    learner = take_learner(app)
    do_all_but(app, learner, LEFT)
    page = open_page(width)

    sign_in(page, site, learner.sign_in_name, hands)
    hands.press(page.get_by_role("link", name="Tiếp tục học"))
    read_to_a_place_and_come_back(page, hands, learner.activities["nhan-dien-lua-dao"]["title"])
    hands.press(page.get_by_role("button", name="Xong, sang bài"))
    expect(page.get_by_role("heading", level=1)).to_have_text(learner.activities["mat-khau-manh"]["title"], use_inner_text=True)
    hands.press(page.get_by_role("button", name="Xong, sang bài kiểm tra"))

    take_quiz(app, page, hands)
    expect(page.locator("#competence h2")).to_have_text("Thay đổi trong hồ sơ năng lực")
    hands.press(page.get_by_role("link", name="Học tiếp"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Bài kiểm tra cuối khóa", use_inner_text=True)
    expect(page.get_by_text("30 phút", exact=False)).to_be_visible()
    take_quiz(app, page, hands, timed=True)
    for code in ("C1.1", "C3.4", "C5.4", "C7.4"):
        expect(page.locator("#competence li", has_text=code)).to_contain_text(re.compile(r"cấp [1-4]", re.IGNORECASE))

    hands.press(page.get_by_role("link", name="Học tiếp"))
    expect(page.get_by_text("Hoàn thành ngày")).to_be_visible()
    hands.press(page.get_by_role("link", name="Xem giấy chứng nhận"))
    expect(page.get_by_role("heading", name="Chờ công nhận")).to_be_visible()

    approve(site, open_page(width), hands, learner, f"{1000 + learner.person_id}/QĐ-SNV")

    page.reload()
    number, code = issued(app, learner)
    with page.expect_download() as download:
        hands.press(page.get_by_role("link", name="Tải PDF"))
    words = " ".join(PdfReader(io.BytesIO(download.value.path().read_bytes())).pages[0].extract_text().split())
    assert learner.full_name.upper() in words.upper()
    assert number in words
    verify(open_page(width), hands, code, learner.full_name, number)


def read_to_a_place_and_come_back(page: Page, hands, title: str) -> None:
    """Scroll into a lesson until the place is kept, leave, and find it opened there again."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title, use_inner_text=True)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    expect(page.locator("[data-save]")).to_contain_text("Đã lưu chỗ đọc")
    place = page.evaluate("scrollY")
    assert place > 300
    page.goto("/")
    hands.press(page.get_by_role("link", name="Tiếp tục học"))
    expect(page.get_by_role("heading", level=1)).to_have_text(title, use_inner_text=True)
    expect(page.locator("[data-save]")).to_contain_text("Đọc tiếp chỗ đang dở")
    page.wait_for_function("(place) => Math.abs(scrollY - place) < 60", arg=place)
    page.keyboard.press("Tab")
    assert page.evaluate("scrollY") > place - page.evaluate("innerHeight"), "the first Tab leads back to the top"


def take_quiz(app, page: Page, hands, timed: bool = False) -> None:
    """From the page before a quiz to its result, every answer right."""
    hands.press(page.get_by_role("button", name="Bắt đầu làm bài"))
    page.wait_for_url(re.compile(r"/attempts/\d+/1$"))
    if timed:
        expect(page.locator("#timer [data-left]")).to_have_text(re.compile(r"^(30:00|29:\d\d)$"))
    attempt_id = int(page.url.split("/")[-2])
    paper = solutions(app, attempt_id)
    for position, (kind, given) in paper.items():
        expect(page.locator("h2.eyebrow")).to_contain_text(f"Câu {position}/{len(paper)}")
        answer(hands, page, position, kind, given)
        hands.press(page.locator("#next"))
    expect(page.get_by_text(f"Đã trả lời đủ {len(paper)} câu.")).to_be_visible()
    hands.press(page.get_by_role("button", name="Nộp bài"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Đạt yêu cầu", use_inner_text=True)
    expect(page.locator("#mark")).to_have_text("10,0")


def approve(site, page: Page, hands, learner, decision: str) -> None:
    """The admin recognises the result under a decision."""
    sign_in(page, site, "admin", hands)
    page.goto("/certificates/pending")
    hands.tick(page.locator(f"input[name=enrolment][value='{learner.enrolment_id}']"))
    hands.write(page.get_by_label("Số quyết định"), decision)
    hands.write(page.get_by_label("Ngày quyết định"), "05/01/2026")
    hands.write(page.get_by_label("Họ và tên người ký"), "Nguyễn Thị Thử Nghiệm")
    hands.press(page.get_by_role("button", name="Công nhận người đã chọn"))
    expect(page.get_by_text(f"Đã công nhận 1 kết quả theo Quyết định {decision}")).to_be_visible()


def issued(app, learner) -> tuple[str, str]:
    """(number, code) of the officer's certificate."""
    with app.app_context():
        row = db.session.execute(
            select(Certificate.number, Certificate.code).where(Certificate.enrolment_id == learner.enrolment_id)
        ).one()
        db.engine.dispose()
    return row.number, row.code


def verify(page: Page, hands, code: str, full_name: str, number: str) -> None:
    """Anybody types the code on the paper."""
    page.goto("/certificates/verify")
    hands.write(page.get_by_label("Mã tra cứu"), "-".join(code[i : i + 4] for i in range(0, 16, 4)).lower())
    hands.press(page.get_by_role("button", name="Tra cứu"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Giấy chứng nhận hợp lệ", use_inner_text=True)
    expect(page.locator("dl.facts")).to_contain_text(full_name.upper())
    expect(page.locator("dl.facts")).to_contain_text(number)
