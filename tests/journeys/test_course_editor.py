"""A trainer makes a course from nothing: outline, lessons pasted from Word, a picture, publishing; the line is cut meanwhile."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.hands import HANDS

LONG = 20_000  # ms: the whole suite may run beside this

# What Word puts on the clipboard, in its own words: styles, a list of paragraphs, a table, a script that somebody slipped in.
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head>
<style><!-- p.MsoNormal {margin:0cm; font-family:"Times New Roman"} --></style><meta name=Generator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head>
<body lang=VI><!--StartFragment-->
<h1 style='margin:0'>Tiếp nhận hồ sơ<o:p></o:p></h1>
<p class=MsoNormal>Công chức <b style='mso-bidi-font-weight:normal'>kiểm tra</b> hồ sơ <i>ngay khi</i>
nhận, xem <a href="https://dichvucong.gov.vn/">Cổng Dịch vụ công</a>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol;mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>Đủ giấy tờ<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level2 lfo1'><span
style='mso-list:Ignore'>o<span>&nbsp;</span></span>Bản sao điện tử<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>Cấp giấy hẹn</p>
<table class=MsoTableGrid border=1><tr><td><p class=MsoNormal><b>Bước</b></p></td><td><p class=MsoNormal>Hạn</p></td></tr>
<tr><td><p class=MsoNormal>Thẩm định</p></td><td><p class=MsoNormal>3 ngày | làm việc</p></td></tr></table>
<script>alert(1)</script><p class=MsoNormal onclick="alert(2)"><img src="file:///C:/x.png" onerror="alert(3)">Hết.</p>
<!--EndFragment--></body></html>"""
WRITTEN = """## Tiếp nhận hồ sơ

Công chức **kiểm tra** hồ sơ *ngay khi* nhận, xem [Cổng Dịch vụ công](https://dichvucong.gov.vn/).

- Đủ giấy tờ
    - Bản sao điện tử
1. Cấp giấy hẹn

| **Bước** | Hạn |
| --- | --- |
| Thẩm định | 3 ngày \\| làm việc |

Hết."""
PASTE = """(body, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def picture() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (2400, 1200), "teal").save(stream, "JPEG")
    return stream.getvalue()


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(("width", "by"), [(360, "mouse"), (1280, "keyboard")])
def test_from_an_empty_course_to_a_published_one(site, open_page, width, by):
    hands, code = HANDS[by], f"T{width}"
    page = open_page(width)
    sign_in(page, site, "admin", hands)
    page.goto("/authoring/courses")
    hands.press(page.get_by_role("link", name="Mở khóa mới"))
    hands.write(page.get_by_label("Tên khóa học"), "Tiếp nhận hồ sơ")
    hands.write(page.get_by_label("Mã khóa"), code)
    hands.press(page.get_by_role("button", name="Mở khóa"))
    for title in ("Mở đầu", "Quầy tiếp nhận"):
        hands.write(page.get_by_label("Tên bài mới trong “Chuyên đề 1”"), title)
        hands.press(page.get_by_role("button", name="Bài học"))
    hands.press(page.get_by_role("button", name="Chuyển “Quầy tiếp nhận” lên"))
    expect(page.locator("[data-activity]").first).to_contain_text("1. Quầy tiếp nhận")
    fits(page)
    for title in ("Quầy tiếp nhận", "Mở đầu"):
        hands.press(page.get_by_role("link", name=title))
        expect(page.locator("[data-tools]")).to_be_visible()  # the page's program is there
        page.locator("#body").evaluate(PASTE, WORD)
        expect(page.locator("#body")).to_have_value(WRITTEN)
        hands.choose(page.get_by_label("Văn bản 1", exact=True), page.locator("#vb-1 option").nth(1).inner_text())
        hands.write(page.get_by_label("Điều, khoản của văn bản 1"), "Điều 1")
        expect(page.locator("[data-state]")).to_contain_text("Đã lưu", timeout=LONG)
        expect(page.locator("[data-preview] table")).to_be_visible(timeout=LONG)
        fits(page)
        page.goto(page.url.split("/lessons/")[0])
    hands.press(page.get_by_role("link", name="Thông tin khóa"))
    hands.write(page.get_by_label("Giới thiệu"), "Cách tiếp nhận hồ sơ đúng ngay lần đầu.")
    hands.write(page.get_by_label("Học xong làm được gì, mỗi dòng một ý"), "Cấp được giấy hẹn.")
    hands.press(page.get_by_role("button", name="Lưu bản nháp"))
    hands.press(page.get_by_role("link", name="Kiểm tra và xuất bản"))
    expect(page.get_by_text("Đủ điều kiện xuất bản.")).to_be_visible()
    hands.press(page.get_by_role("button", name="Xuất bản"))
    expect(page.get_by_text("Đã xuất bản.")).to_be_visible()
    officer = open_page(width, "officer")
    officer.goto("/courses/?q=tiep nhan ho so")
    expect(officer.get_by_text(code).first).to_be_visible()


def lesson_of(page: Page) -> None:
    page.goto("/authoring/courses")
    page.get_by_role("link", name="K01").first.click()
    page.locator("[data-activity] a").first.click()
    page.wait_for_url("**/lessons/*")


def test_a_line_cut_and_a_closed_window_lose_nothing(site, open_page):
    page = open_page(1280, "admin")
    lesson_of(page)
    page.context.set_offline(True)
    page.locator("#body").fill("Viết lúc mất mạng.")
    expect(page.locator("[data-state]")).to_contain_text("Mất mạng", timeout=LONG)
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    lesson_of(again)
    again.get_by_role("button", name="Lấy lại").click()
    expect(again.locator("#body")).to_have_value("Viết lúc mất mạng.")
    expect(again.locator("[data-state]")).to_contain_text("Đã lưu", timeout=LONG)


def test_a_picture_is_chosen_described_and_shown(site, open_page):
    page = open_page(1280, "admin")
    lesson_of(page)
    expect(page.locator("[data-tools]")).to_be_visible()
    page.locator("#file").set_input_files({"name": "Quầy.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    page.locator("dialog[open]").get_by_label("Lời mô tả").fill("Quầy một cửa")
    page.locator("dialog[open]").get_by_role("button", name="Chèn ảnh").click()
    expect(page.locator("[data-preview] img[alt='Quầy một cửa']")).to_be_visible(timeout=LONG)
    assert (
        page.locator("[data-preview] img[alt='Quầy một cửa']").evaluate("img => img.decode().then(() => img.naturalWidth)")
        == 1600
    )
