"""The outline is put in order with mouse and keyboard; two trainers meet on one lesson; a line is cut while saving."""

from playwright.sync_api import Page, expect

from lms.authoring.models import CourseDraft
from lms.courses.models import Course
from tests.journeys.hands import HANDS
from tests.journeys.test_course_editor import LONG, lesson_of


def titles(page: Page) -> list[str]:
    return [text.split(". ", 1)[1] for text in page.locator("[data-activity] .card-link").all_inner_texts()]


def new_course(page: Page, code: str) -> None:
    page.goto("/authoring/courses/new")
    page.get_by_label("Tên khóa học").fill("Sắp xếp bài")
    page.get_by_label("Mã khóa").fill(code)
    page.get_by_role("button", name="Mở khóa").click()
    for title in ("Một", "Hai", "Ba"):
        page.get_by_label("Tên bài mới trong “Chuyên đề 1”").fill(title)
        page.get_by_role("button", name="Bài học").first.click()
        expect(page.locator("[data-activity]").filter(has_text=title)).to_be_visible()
    page.get_by_label("Tên chuyên đề mới").fill("Chuyên đề 2")
    page.get_by_role("button", name="Thêm chuyên đề").click()
    expect(page.locator("[data-module]")).to_have_count(2)


def test_a_lesson_is_dragged_to_its_place_and_into_another_module(site, open_page):
    page = open_page(1280, "admin")
    new_course(page, "D1280")
    rows = page.locator("[data-activity]")
    with page.expect_navigation():
        rows.nth(2).drag_to(rows.nth(0), target_position={"x": 60, "y": 4})
    assert titles(page) == ["Ba", "Một", "Hai"]
    with page.expect_navigation():
        rows.nth(0).drag_to(page.locator("[data-module]").nth(1).locator("[data-list]"))
    page.reload()
    assert titles(page) == ["Một", "Hai", "Ba"]
    assert page.locator("[data-module]").nth(1).locator("[data-activity]").count() == 1


def test_the_keyboard_alone_puts_lessons_in_order_and_the_focus_goes_along(site, open_page):
    page, hands = open_page(1280, "admin"), HANDS["keyboard"]
    new_course(page, "D360")
    hands.press(page.get_by_role("button", name="Chuyển “Ba” lên"))
    page.wait_for_url("**#muc-ba")
    assert titles(page) == ["Một", "Ba", "Hai"]
    hands.press(page.get_by_role("button", name="Chuyển “Ba” lên"))
    expect(page.locator("[data-activity]").first).to_contain_text("Ba")
    hands.press(page.get_by_role("button", name="Chuyển “Hai” xuống"))
    expect(page.locator("[data-module]").nth(1).locator("[data-activity]")).to_contain_text("Hai")
    with site.app().app_context():
        entry = CourseDraft.query.filter_by(course_id=Course.query.filter_by(code="D360").one().id).one().entry
        assert [[a["key"] for a in m["activity"]] for m in entry["module"]] == [["ba", "mot"], ["hai"]]


def test_two_trainers_meet_on_one_lesson_and_nothing_is_lost(site, open_page):
    first, second = open_page(1280, "admin"), open_page(360, "trainer")
    for page in (first, second):
        lesson_of(page)
        expect(page.locator("[data-tools]")).to_be_visible()
    first.locator("#body").fill("Câu của người thứ nhất.")
    expect(first.locator("[data-state]")).to_contain_text("Đã lưu", timeout=LONG)
    second.locator("#body").fill("Câu của người thứ hai.")
    expect(second.locator("[data-state]")).to_contain_text("đã sửa bài này trước", timeout=LONG)
    second.get_by_role("button", name="Lưu", exact=True).click()
    expect(second.get_by_role("alert").first).to_contain_text("đã sửa trước")
    expect(second.get_by_label("Bản của")).to_have_value("Câu của người thứ nhất.\n")
    expect(second.locator("#body")).to_have_value("Câu của người thứ hai.")
    second.locator("#body").press("End")
    second.keyboard.type(" Thêm.")  # a key pressed while both versions lie there saves nothing
    expect(second.locator("[data-state]")).to_contain_text("Gộp xong hai bản thì bấm Lưu")
    second.wait_for_timeout(2500)
    first.reload()
    expect(first.locator("#body")).to_have_value("Câu của người thứ nhất.\n")
    assert second.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    second.locator("#body").fill("Câu của người thứ nhất.\n\nCâu của người thứ hai.")
    second.get_by_role("button", name="Lưu", exact=True).click()
    expect(second.get_by_text("Đã lưu lúc")).to_be_visible()
    first.reload()
    expect(first.locator("#body")).to_have_value("Câu của người thứ nhất.\n\nCâu của người thứ hai.\n")


def test_a_lesson_cut_off_in_the_middle_of_saving_is_saved_when_the_line_is_back(site, open_page):
    page = open_page(1280, "admin")
    lesson_of(page)
    expect(page.locator("[data-tools]")).to_be_visible()
    page.route("**/write", lambda route: route.abort("connectionreset"))
    page.locator("#body").fill("Gửi dở dang.")
    expect(page.locator("[data-state]")).to_contain_text("Mất mạng, chưa lưu", timeout=LONG)
    page.context.set_offline(True)
    page.locator("#body").press("End")
    page.keyboard.type(" Viết tiếp.")
    page.unroute("**/write")
    page.context.set_offline(False)
    expect(page.locator("[data-state]")).to_contain_text("Đã lưu", timeout=LONG)
    page.reload()
    expect(page.locator("[data-offer]")).to_be_hidden()
    expect(page.locator("#body")).to_have_value("Gửi dở dang. Viết tiếp.\n")


def test_everything_written_comes_back_after_the_page_was_closed_without_a_line(site, open_page):
    page = open_page(1280, "admin")
    lesson_of(page)
    expect(page.locator("[data-tools]")).to_be_visible()
    page.route("**/write", lambda route: route.abort("connectionreset"))
    page.locator("#body").fill("Viết khi mất mạng.")
    page.locator("[name=article]").first.fill("Điều 5")
    page.get_by_role("button", name="Thêm căn cứ").click()
    page.get_by_role("button", name="Thêm căn cứ").click()
    rows = page.locator("[name=article]").count()
    page.locator("[name=article]").last.fill("Điều 9")
    page.locator("#minutes").fill("12")
    expect(page.locator("[data-state]")).to_contain_text("Mất mạng", timeout=LONG)
    box = page.locator("[data-state]").bounding_box()
    assert 0 <= box["y"] < 800  # said where one looks while writing
    address = page.url
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/write")
    page.goto("about:blank")
    page.goto(address)
    page.get_by_role("button", name="Lấy lại").click()
    expect(page.locator("#body")).to_have_value("Viết khi mất mạng.")
    expect(page.locator("[name=article]").first).to_have_value("Điều 5")
    expect(page.locator("[name=article]")).to_have_count(rows)
    expect(page.locator("[name=article]").last).to_have_value("Điều 9")
    expect(page.locator("#minutes")).to_have_value("12")


def test_an_item_with_words_is_deleted_only_when_asked_again(site, open_page):
    page = open_page(360, "admin")
    new_course(page, "D362")
    page.get_by_role("button", name="Xóa “Ba”").click()
    expect(page.get_by_role("alert").first).to_contain_text("Xóa “Ba” khỏi khóa?")
    page.get_by_role("link", name="Giữ lại").click()
    assert "Ba" in titles(page)
    page.get_by_role("button", name="Xóa “Ba”").click()
    page.get_by_role("alert").first.get_by_role("button", name="Xóa").click()
    expect(page.locator("[data-outline]").get_by_text("Ba", exact=True)).to_have_count(0)


def test_what_is_in_use_is_not_deleted_and_who_uses_it_is_named(site, open_page):
    page = open_page(360, "admin")
    page.goto("/authoring/courses")
    page.get_by_role("link", name="K01").first.click()
    page.locator("[data-activity]").first.get_by_role("button", name="Xóa").click()
    alert = page.get_by_role("alert").first
    expect(alert).to_contain_text("Chưa xóa:")
    expect(alert).to_contain_text("học viên đã học hoặc có kết quả ở bài này")
    assert alert.locator("li").count() > 1
