"""Pictures come into a lesson as trainers have them: dropped, pasted alone, pasted with a page of Word; each says what it shows."""

import base64
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.test_course_editor import LONG, fits, lesson_of

GIVE = """(body, { html, rtf, files, as }) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  if (rtf) data.setData("text/rtf", rtf);
  for (const [name, type, bytes] of files) {
    data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }));
  }
  const event = as === "drop"
    ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
    : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  body.dispatchEvent(event);
}"""
WORD = """<html xmlns:v="urn:schemas-microsoft-com:vml"><body><!--StartFragment-->
<h2>Năm bước</h2><p class=MsoNormal>Xem sơ đồ:</p>
<p class=MsoNormal><!--[if gte vml 1]><v:shape><v:imagedata src="file:///C:/Temp/clip_image001.png"/></v:shape><![endif]--><![if !vml]><img
width=300 height=200 src="file:///C:/Temp/clip_image001.png" alt="Sơ đồ"><![endif]></p>
<table><tr><td>Bước</td><td>Hạn</td></tr><tr><td>Tiếp nhận</td><td>15 phút</td></tr></table>
<p><img src="{data}"></p><p>Hết trang.</p><!--EndFragment--></body></html>"""


def png(colour: str) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (40, 30), colour).save(stream, "PNG")
    return stream.getvalue()


def rtf(*pictures: bytes) -> str:
    """As Word writes it: each picture for new readers, and again as WMF for old ones."""
    groups = [
        r"{\*\shppict{\pict{\*\picprop{\sp{\sn wzName}{\sv Picture}}}\picw40\pngblip\bliptag-12{\*\blipuid ab12cd34}"
        + one.hex()
        + "}}"
        r"{\nonshppict{\pict\wmetafile8 " + "0102" * 40 + "}}"
        for one in pictures
    ]
    return r"{\rtf1\ansi " + "".join(groups) + "}"


def give(page: Page, as_: str = "paste", html: str = "", rtf_: str = "", files: tuple = ()) -> None:
    sent = [[name, "image/png", base64.b64encode(data).decode()] for name, data in files]
    page.locator("#body").evaluate(GIVE, {"html": html, "rtf": rtf_, "files": sent, "as": as_})


def say(page: Page, words: str) -> None:
    """Answer the question what the picture shows."""
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible(timeout=LONG)
    dialog.get_by_label("Lời mô tả").fill(words)
    dialog.get_by_role("button", name="Chèn ảnh").click()


@pytest.fixture
def lesson(open_page):
    def opened(width: int = 1280) -> Page:
        page = open_page(width, "admin")
        lesson_of(page)
        expect(page.locator("[data-tools]")).to_be_visible()
        page.locator("#body").fill("")
        return page

    return opened


def test_a_picture_is_dropped_and_one_without_words_is_not_taken(lesson):
    page = lesson(360)
    page.locator("#body").type("Xem ảnh.")
    give(page, "drop", files=(("Quầy số 1.png", png("teal")),))
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible(timeout=LONG)
    assert dialog.locator("img").evaluate("img => img.decode().then(() => img.naturalWidth)") == 40
    fits(page)
    dialog.get_by_role("button", name="Chèn ảnh").click()
    expect(dialog.get_by_text("Hãy ghi lời mô tả, hoặc chọn ảnh trang trí.")).to_be_visible()
    say(page, "Quầy một cửa")
    expect(page.locator("#body")).to_have_value("Xem ảnh.\n\n![Quầy một cửa](quay-so-1.png)\n\n")
    expect(page.locator("[data-preview] img[alt='Quầy một cửa']")).to_be_visible(timeout=LONG)


def test_a_picture_alone_is_pasted_and_only_decorates(lesson):
    page = lesson()
    give(page, files=(("image.png", png("pink")),))
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Ảnh trang trí").check()
    dialog.get_by_role("button", name="Chèn ảnh").click()
    expect(page.locator("[data-preview] img[alt='']")).to_be_visible(timeout=LONG)
    give(page, files=(("image.png", png("navy")),))
    page.locator("dialog[open]").get_by_label("Lời mô tả").press("Escape")
    expect(page.locator("[data-state]")).to_contain_text("Chưa chèn ảnh")


def test_a_page_of_word_with_table_and_pictures_comes_in_one_paste(lesson):
    """One picture is in the RTF beside, one inside the HTML."""
    page = lesson()
    data = "data:image/png;base64," + base64.b64encode(png("gold")).decode()
    give(page, html=WORD.replace("{data}", data), rtf_=rtf(png("teal")))
    expect(page.locator("dialog[open]").get_by_label("Lời mô tả")).to_have_value("Sơ đồ", timeout=LONG)
    say(page, "Sơ đồ năm bước")
    # The question for the next picture may come at once, without the first one being seen to close.
    expect(page.locator("dialog[open]").get_by_label("Lời mô tả")).to_have_value("", timeout=LONG)
    say(page, "Biểu tượng")
    expect(page.locator("#body")).to_have_value(
        "## Năm bước\n\nXem sơ đồ:\n\n![Sơ đồ năm bước](anh-word-1.png)\n\n| Bước | Hạn |\n| --- | --- |\n| Tiếp nhận | 15 phút |\n\n"
        "![Biểu tượng](anh-dan-2.png)\n\nHết trang."
    )
    expect(page.locator("[data-preview] img")).to_have_count(2, timeout=LONG)
    expect(page.locator("[data-preview] table")).to_be_visible()
    expect(page.locator("[data-missing]")).to_be_hidden()


def test_what_the_clipboard_does_not_hold_is_named(lesson):
    page = lesson(360)
    give(page, html=WORD.replace("{data}", "data:image/png;base64,%%%"))
    expect(page.locator("[data-missing]")).to_contain_text("2: clip_image001.png; ảnh thứ 2.")
    expect(page.locator("#body")).to_have_value(
        "## Năm bước\n\nXem sơ đồ:\n\n| Bước | Hạn |\n| --- | --- |\n| Tiếp nhận | 15 phút |\n\nHết trang."
    )
    fits(page)


def test_cells_that_reach_over_rows_leave_the_others_in_their_columns(lesson):
    page = lesson()
    head = "<tr><td rowspan=2>Bước</td><td colspan=2>Hạn</td></tr><tr><td>Ngày</td><td>Giờ</td></tr>"
    table = f"<table>{head}<tr><td>Một</td><td>2</td><td>3</td></tr></table>"
    give(page, html=f"<html><body><!--StartFragment-->{table}<!--EndFragment--></body></html>")
    expect(page.locator("#body")).to_have_value("| Bước | Hạn |  |\n| --- | --- | --- |\n|  | Ngày | Giờ |\n| Một | 2 | 3 |")
