"""Every page of the application's own map, for every role that may open it, on a phone and on a desktop: it opens, nothing sticks out
of the window, the browser has nothing to complain of, axe finds nothing (WCAG 2.2 AA), in light and in dark colours.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, url_for
from playwright.sync_api import Browser, Error, Page

from tests.journeys.conftest import HEIGHTS, SHOTS, keep_picture, new_context, sign_in
from tests.journeys.records import records
from tests.journeys.site import Site
from tests.permissions import table

ROLES = ["anonymous", "officer", "admin", "head", "focal_point", "trainer"]
AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
CONTRAST = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
FOUND = """async (rules) => {
  const found = await axe.run(document, rules);
  return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " " +
    n.any.map((c) => c.message).join("; ").slice(0, 160)).join(" | ")}`);
}"""
DARK = "() => { document.documentElement.dataset.bsTheme = 'dark'; }"
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What is no page of its own: fragments for the player, files, and what the server answers to machines.
NO_PAGE = {"static", "quizzes.paper", "tracking.summary", "web.healthz", "web.readyz"}
FILES = {
    "assignments.appeal_file",
    "assignments.confirmation_file",
    "assignments.draft_file",
    "assignments.marking_file",
    "assignments.product_file",
    "assignments.submission_file",
    "authoring.draft_file",
    "authoring.export_course",
    "certificates.pdf",
    "courses.lesson_file",
    "courses.media",
    "jobs.file",
    "people.import_errors",
    "people.import_template",
    "recognitions.file",
    "recognitions.own_file",
}
STANDS_FOR = table.STANDS_FOR | {
    "people.officer": {},
    "tracking.officer": {},
    "quizzes.practice_summary": {"practice_id": "practised_id"},
    "assignments.result": {"submission_id": "own_submission_id"},
    "assignments.product": {"product_id": "own_product_id"},
}


@pytest.fixture(scope="module")
def app(site: Site) -> Flask:
    return site.app()


@pytest.fixture(scope="module")
def known(site: Site) -> dict:
    return records(site)


def may_open(endpoint: str, role: str) -> bool:
    if endpoint in table.PUBLIC:
        return True
    permission = next(permission for permission, endpoints in table.NEEDS.items() if endpoint in endpoints)
    return permission in table.MAY.get(role, ())


def pages(app: Flask, role: str, found: dict) -> Iterator[tuple[str, str]]:
    """(endpoint, address) of every page the role may open."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        endpoint = rule.endpoint
        if "GET" not in rule.methods or endpoint in NO_PAGE | FILES or not may_open(endpoint, role):
            continue
        names = STANDS_FOR.get(endpoint, {})
        with app.test_request_context():
            yield endpoint, url_for(endpoint, **{name: found[names.get(name, name)] for name in rule.arguments})


def troubles(page: Page, address: str, shot: Path) -> list[str]:
    """Open a page, keep its pictures, and say what is wrong with it."""
    try:
        reply = page.goto(address, wait_until="load")
        if reply is None or reply.status != 200:
            return [f"status {reply.status if reply else None}"]
        if page.locator("[hx-trigger=load]").count():
            page.wait_for_load_state("networkidle")
        width = page.viewport_size["width"]
        said = drawn(page, width, shot)
        page.evaluate(AXE.read_text())
        said += page.evaluate(FOUND, RULES)
        page.evaluate(DARK)
        said += [f"dark: {one}" for one in page.evaluate(FOUND, CONTRAST)]
        # The narrowest phone shows the dark colours too: one picture for both.
        return said + drawn(page, 320 if width == 360 else width, shot.with_stem(f"{shot.stem}-dark"))
    except Error as error:
        return [str(error)]


def drawn(page: Page, width: int, shot: Path) -> list[str]:
    """The window becomes as high as the page: bars that stay in place then lie over nothing."""
    page.set_viewport_size({"width": width, "height": HEIGHTS[1280]})
    page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
    keep_picture(page, shot)
    return [f"{wide} px too wide at {width}"] if (wide := page.evaluate(TOO_WIDE)) > 0 else []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_a_role_may_open(browser: Browser, site: Site, app: Flask, known: dict, role: str, width: int):
    folder = SHOTS / f"{role}-{width}"
    context = new_context(browser, site, width)
    said: list[str] = []
    wrong = {}
    try:
        page = context.new_page()
        if role != "anonymous":
            sign_in(page, site, role)
        page.on(
            "console", lambda message: said.append(f"console: {message.text}") if message.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: said.append(f"script: {error}"))
        for endpoint, address in pages(app, role, known[role]):
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            found = troubles(page, address, folder / f"{endpoint}.png")
            if found + said:
                wrong[f"{endpoint} {address}"] = found + said
            said.clear()
    finally:
        context.close()
    assert not wrong, "\n".join(f"{name}\n    " + "\n    ".join(found) for name, found in wrong.items())
