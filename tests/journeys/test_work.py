"""Marked work, from hand to hand: an officer hands in, two markers mark blind, the head decides on a product, an appeal is answered."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.hands import HANDS
from tests.journeys.learners import take_learner

TASK = "Bài tập tình huống: soạn kế hoạch CCHC năm của xã"
PLAN = """KẾ HOẠCH
Cải cách hành chính năm 2027 của xã Sen Hồng

1. Hồ sơ đất đai đúng hạn: từ 70% lên 95%, trình ký số ngày hai lần từ ngày 05/01/2027."""
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"


def chosen(page: Page, level: str, hands) -> None:
    """The same level of every criterion."""
    for criterion in page.locator("fieldset:has(input[name^=level-])").all():
        hands.tick(criterion.locator("label", has_text=level).first.locator("input"))


@pytest.mark.parametrize(("width", "how"), [(360, "mouse"), (1280, "keyboard")])
def test_an_officer_hands_in_and_two_markers_mark_blind(site, open_page, width, how):
    """The first mark is one of commendation, so a second marker is asked, who sees neither the first mark nor a name."""
    hands = HANDS[how]
    learner = take_learner(site.app())
    officer = open_page(width)
    sign_in(officer, site, learner.sign_in_name, hands)
    officer.goto("/courses")
    officer.locator("a", has_text="Soạn thảo văn bản hành chính và tham mưu").first.click()
    if officer.get_by_role("button", name="Ghi danh").count():
        officer.get_by_role("button", name="Ghi danh").first.click()
    officer.locator("a", has_text=TASK).first.click()
    expect(officer.get_by_role("heading", name="Phiếu chấm")).to_have_count(0)  # it is a fold, open or not
    expect(officer.locator("#phieu-cham")).to_contain_text("Tờ trình: lập luận chặt chẽ, đúng thẩm quyền")
    hands.write(officer.get_by_role("textbox", name="Bài làm"), PLAN if how == "mouse" else "Ke hoach cua xa")
    expect(officer.locator("[data-saved]")).to_contain_text("Đã lưu nháp lúc")  # by itself
    officer.set_input_files("#tep", {"name": "to-trinh.pdf", "mimeType": "application/pdf", "buffer": PDF})
    hands.press(officer.get_by_role("button", name="Nộp bài"))
    expect(officer.get_by_text("Bài đang chờ chấm.")).to_be_visible()
    expect(officer.get_by_role("link", name="to-trinh.pdf")).to_be_attached()
    own = officer.url

    for marker, level in (("trainer", "Tốt"), ("admin", "Tốt")):
        page = open_page(width, marker)
        page.goto("/assignments/marking")
        page.locator(f"a[href$='/marking/{own.rsplit('/', 1)[1]}']").click()
        expect(page.locator("main")).not_to_contain_text(learner.full_name)
        if marker == "admin":
            expect(page.locator("main")).to_contain_text("người chấm thứ hai")
            expect(page.locator("main")).not_to_contain_text("Nhận xét của trainer")
        chosen(page, level, hands)
        hands.write(page.get_by_label("Nhận xét chung"), f"Nhận xét của {marker}")
        hands.press(page.get_by_role("button", name="Ghi điểm"))
        expect(page.get_by_text("Đã ghi.")).to_be_visible()
    officer.goto(own)
    expect(officer.locator("main")).to_contain_text("100,0% số điểm, đạt")
    expect(officer.locator("main")).to_contain_text("trung bình của 2 người chấm")
    expect(officer.locator("main")).to_contain_text("Nhận xét của trainer")
    officer.goto("/tracking/why/C7.1")
    expect(officer.locator("main")).to_contain_text("Bài tập có phiếu chấm")


def test_the_head_confirms_a_product_and_an_appeal_is_answered(open_page):
    head = open_page(360, "head")
    head.goto("/assignments/confirmations")
    head.locator("a.card-link").first.click()
    head.get_by_label("Xác nhận ở cấp 3, đúng cấp đề nghị").check()
    head.get_by_label("Lý do").fill("Tờ trình có bảng so sánh, trình ký không phải sửa.")
    head.get_by_role("button", name="Ghi kết luận").click()
    expect(head.get_by_text("Đã xác nhận; cán bộ được báo kèm lý do.")).to_be_visible()
    officer = open_page(360, "officer")
    officer.goto("/assignments/products")
    expect(officer.locator(".rows > li", has_text="Tờ trình về điểm hướng dẫn")).to_contain_text("Đã xác nhận")

    head.goto("/assignments/appeals")
    expect(head.locator("main")).to_contain_text("người khác trả lời")
    admin = open_page(1280, "admin")
    admin.goto("/assignments/appeals")
    admin.locator("a.card-link", has_text="Kết luận không xác nhận văn bản").first.click()
    admin.get_by_label("Chấp nhận kiến nghị").check()
    admin.get_by_label("Cấp 2").check()
    admin.get_by_label("Trả lời, nêu rõ lý do").fill("Phần đối chiếu số liệu do cán bộ tự làm; phần nhận định còn phải sửa.")
    admin.get_by_role("button", name="Gửi trả lời").click()
    expect(admin.get_by_text("Đã trả lời kiến nghị")).to_be_visible()
    officer.goto("/assignments/products")
    officer.locator(".rows > li", has_text="Báo cáo CCHC 6 tháng").locator("a.card-link").click()
    expect(officer.locator("main")).to_contain_text("Được chấp nhận")
    expect(officer.locator("main")).to_contain_text("Xác nhận ở cấp 2 (thay kết luận trước)")
