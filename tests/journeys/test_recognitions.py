"""Levels 4 and 5 by a decision: Sở Nội vụ enters one for two officers by keyboard, the officer reads why, one line is withdrawn."""

from playwright.sync_api import expect

from lms import clock
from tests.journeys.conftest import SHOTS, keep_picture, sign_in
from tests.journeys.hands import HANDS
from tests.journeys.learners import take_learner

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
TITLE = "Quyết định số 77/QĐ-SNV"


def picture(page, name: str) -> None:
    """As it looks on a desktop and on a phone."""
    size = page.viewport_size
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        keep_picture(page, SHOTS / "recognitions" / f"{name}-{width}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is too wide at {width}"
    page.set_viewport_size(size)


def test_a_decision_for_two_officers_and_its_withdrawal(site, open_page):
    keys, mouse = HANDS["keyboard"], HANDS["mouse"]
    first, second = take_learner(site.app()), take_learner(site.app())
    admin = open_page(1280)
    sign_in(admin, site, "admin", keys)
    admin.goto("/recognitions/")
    picture(admin, "list")
    keys.press(admin.get_by_role("link", name="Nhập quyết định"))
    keys.press(admin.get_by_role("button", name="Xem trước khi ghi"))
    expect(admin.get_by_text("Chưa có bản quét.")).to_be_visible()
    picture(admin, "refused")
    keys.tick(admin.get_by_label("Hội đồng, chuyên gia công nhận"))
    keys.write(admin.get_by_label("Số", exact=True), "77")
    keys.write(admin.get_by_label("Ký hiệu"), "QĐ-SNV")
    keys.write(admin.get_by_label("Ngày ký"), f"{clock.today():%d/%m/%Y}")
    keys.write(admin.get_by_label("Cơ quan ban hành"), "Sở Nội vụ")
    keys.write(admin.get_by_label("Trích yếu"), "Cong nhan chuyen gia cai cach hanh chinh")
    admin.set_input_files("#tep", {"name": "quyet-dinh.pdf", "mimeType": "application/pdf", "buffer": PDF})
    for learner, level in ((first, "Cấp 5"), (second, "Cấp 4")):
        keys.write(admin.get_by_label("Tìm cán bộ theo tên hoặc mã"), learner.sign_in_name)
        admin.keyboard.press("Enter")
        keys.press(admin.get_by_role("button", name=f"Thêm {learner.full_name}"))
        keys.choose(admin.get_by_label(f"Năng lực của {learner.full_name}").last, "C7.4 Tự học, hướng dẫn đồng nghiệp")
        keys.choose(admin.get_by_label(f"Cấp của {learner.full_name}").last, level)
    picture(admin, "form")
    keys.press(admin.get_by_role("button", name="Xem trước khi ghi"))
    expect(admin.locator("main")).to_contain_text("Sẽ là cấp 5")
    expect(admin.locator("main")).to_contain_text("Sẽ là cấp 4")
    picture(admin, "preview")
    keys.press(admin.get_by_role("button", name="Ghi quyết định"))
    expect(admin.get_by_text("Đã ghi quyết định; những người có tên được báo.")).to_be_visible()
    expect(admin.get_by_role("heading", name=TITLE)).to_be_visible()
    picture(admin, "decision")

    officer = open_page(360)
    sign_in(officer, site, first.sign_in_name)
    officer.goto("/notices")
    expect(officer.locator("main")).to_contain_text("được công nhận cấp 5 năng lực C7.4")
    officer.goto("/tracking/why/C7.4")
    expect(officer.locator("main")).to_contain_text("Đã được ghi nhận cấp 5")
    expect(officer.locator("main")).to_contain_text(f"Căn cứ: {TITLE}, ngày {clock.today():%d/%m/%Y}, của Sở Nội vụ")
    picture(officer, "why")
    officer.get_by_role("link", name="Xem quyết định").first.click()
    expect(officer.get_by_role("link", name="quyet-dinh.pdf")).to_be_visible()
    picture(officer, "named")
    with officer.expect_download() as scan:
        officer.get_by_role("link", name="quyet-dinh.pdf").click()
    assert scan.value.path().read_bytes() == PDF
    officer.goto("/recognitions/mine")
    picture(officer, "mine")

    mouse.press(admin.get_by_role("link", name=f"Thu hồi công nhận C7.4 của {first.full_name}"))
    admin.get_by_label("Số", exact=True).fill("80")
    admin.get_by_label("Ký hiệu").fill("QĐ-SNV")
    admin.get_by_label("Ngày ký").fill(f"{clock.today():%d/%m/%Y}")
    admin.get_by_label("Lý do thu hồi").fill("Hồ sơ đề nghị ghi sai thành tích.")
    picture(admin, "withdraw")
    admin.get_by_role("button", name="Thu hồi").click()
    expect(admin.get_by_text("Đã thu hồi 1 công nhận")).to_be_visible()
    picture(admin, "withdrawn")
    officer.goto("/tracking/why/C7.4")
    expect(officer.locator("main")).to_contain_text("công nhận đã được thu hồi")
    expect(officer.locator("main")).not_to_contain_text("Đã được ghi nhận cấp 5")
    picture(officer, "why-withdrawn")
