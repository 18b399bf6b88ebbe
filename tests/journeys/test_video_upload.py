"""A trainer adds a video over a slow line: how far it is can be seen, it can be stopped, and what is no video is said."""

import pytest
from playwright.sync_api import Page, expect

from tests.authoring.films import mp4
from tests.journeys.conftest import SHOTS
from tests.journeys.test_course_editor import LONG, fits, lesson_of

PADDING = 2 * 2**20


def film(name: str, seconds: int) -> dict:
    """A file to choose: boxes that say how long it lasts, and some megabytes that say nothing."""
    data = mp4(seconds) + (8 + PADDING).to_bytes(4) + b"free" + bytes(PADDING)
    return {"name": f"{name}.mp4", "mimeType": "video/mp4", "buffer": data}


def slow(page: Page, bytes_a_second: int) -> None:
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    limits = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    line.send("Network.emulateNetworkConditions", limits)


@pytest.mark.parametrize("width", [360, 1280])
def test_progress_is_seen_and_sending_can_be_stopped(open_page, width):
    page = open_page(width, "admin")
    lesson_of(page)
    page.goto(page.url.split("#")[0] + "/videos")
    slow(page, 150_000)
    page.get_by_label("Tệp video").set_input_files(film(f"Quầy {width}", width))
    page.get_by_role("button", name="Tải video lên").click()
    bar = page.get_by_role("progressbar", name="Đang tải video lên")
    expect(bar).to_be_visible()
    expect(bar).not_to_have_js_property("value", 0, timeout=LONG)
    expect(page.locator("[data-percent]")).to_contain_text("/2 MB)")
    fits(page)
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.locator("[data-film]").screenshot(path=SHOTS / f"video-upload-{width}.png")
    stop = page.get_by_role("button", name="Dừng tải lên")
    expect(stop).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã dừng, chưa tải video nào lên.")).to_be_visible()
    expect(bar).to_be_hidden()
    slow(page, -1)
    page.get_by_role("button", name="Tải video lên").click()
    expect(page.get_by_text("Đã thêm video")).to_be_visible(timeout=LONG)
    expect(page.get_by_role("heading", name=f"quay-{width}.mp4")).to_be_visible()


def test_what_is_no_video_is_said_beside_the_button(open_page):
    page = open_page(1280, "admin")
    lesson_of(page)
    page.goto(page.url.split("#")[0] + "/videos")
    page.get_by_label("Tệp video").set_input_files({"name": "a.mp4", "mimeType": "video/mp4", "buffer": b"none"})
    page.get_by_role("button", name="Tải video lên").click()
    expect(page.locator("[data-said]")).to_contain_text("MP4", timeout=LONG)
    expect(page.get_by_role("button", name="Tải video lên")).to_be_enabled()
