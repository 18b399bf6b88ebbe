"""Fixtures of the journeys: one served demo province for all, and a real Chromium."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.hands import HANDS, Keyboard, Mouse
from tests.journeys.site import Site, running_site
from tests.servers import missing

SHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
HEIGHTS = {360: 740, 1280: 800}
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=ARGS)
        yield launched
        launched.close()


def new_context(browser: Browser, site: Site, width: int, **more: Any) -> BrowserContext:
    """A browser of somebody else: own cookies, own storage; 360 px wide is a phone with touch."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHTS[width]}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", base_url=site.url,
        has_touch=width == 360, reduced_motion="reduce", **more,
    )  # fmt: skip
    context.set_default_timeout(10_000)
    return context


def keep_picture(page: Page, shot: Path) -> None:
    """For eyes, so not where nobody looks."""
    if not os.environ.get("CI"):
        shot.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=shot)


@pytest.fixture
def open_page(browser: Browser, site: Site):
    """open_page(width=360, role="officer") -> a page of a fresh browser, signed in when a role (or a sign-in name) is given."""
    contexts = []

    def opened(width: int = 1280, role: str = "") -> Page:
        contexts.append(new_context(browser, site, width))
        page = contexts[-1].new_page()
        if role:
            sign_in(page, site, role)
        return page

    yield opened
    for context in contexts:
        context.close()


def sign_in(page: Page, site: Site, who: str, hands: Mouse | Keyboard = HANDS["mouse"]) -> None:
    """Sign in by the sign-in page as a demo account (its role) or as a demo officer (the sign-in name; all share one password)."""
    account = site.accounts.get(who) or {"name": who, "password": site.accounts["officer"]["password"]}
    page.goto("/people/sign-in")
    hands.write(page.get_by_label("Thư điện tử, số điện thoại hoặc mã cán bộ"), account["name"])
    hands.write(page.get_by_label("Mật khẩu", exact=True), account["password"])
    hands.press(page.get_by_role("button", name="Đăng nhập"))
    page.wait_for_url(f"{site.url}/")
