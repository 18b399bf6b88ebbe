"""Fixtures of the journeys: one served demo province for all, and a real Chromium."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.site import Site, running_site
from tests.servers import missing

SHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
WIDTHS = {360: 740, 1280: 800}
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
            item.add_marker(pytest.mark.xdist_group("journeys"))


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


@pytest.fixture
def open_page(browser: Browser, site: Site):
    """open_page(width=360, role="officer") -> a page of a fresh browser, signed in when a role is given."""
    contexts = []

    def opened(width: int = 1280, role: str = "") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": WIDTHS[width]}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", base_url=site.url,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        if role:
            sign_in(page, site, role)
        return page

    yield opened
    for context in contexts:
        context.close()


def sign_in(page: Page, site: Site, role: str) -> None:
    """Sign in as a demo account by the sign-in page."""
    page.goto("/people/sign-in")
    page.get_by_label("Thư điện tử, số điện thoại hoặc mã cán bộ").fill(site.accounts[role]["name"])
    page.get_by_label("Mật khẩu", exact=True).fill(site.accounts[role]["password"])
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/")
