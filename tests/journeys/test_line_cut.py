"""The line is cut, the page is loaded again, two tabs answer, time runs out: no answer is lost, none is taken for another."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.hands import HANDS
from tests.journeys.learners import answer, begin, set_deadline, solutions, stored, submitted, take_learner

QUIZ = "kiem-tra-cuoi-khoa"
MOUSE = HANDS["mouse"]


class Sitting:
    """An officer of the demo with a paper in hand."""

    def __init__(self, site, open_page, width: int, seconds: float | None = None):
        self.app = site.app()
        self.learner = take_learner(self.app)
        self.attempt_id = begin(self.app, self.learner, QUIZ)
        self.right = solutions(self.app, self.attempt_id)
        self.page: Page = open_page(width)
        sign_in(self.page, site, self.learner.sign_in_name)
        if seconds is not None:
            set_deadline(self.app, self.attempt_id, seconds)
        self.open()

    def open(self, position: int = 1, page: Page | None = None) -> None:
        page = page or self.page
        page.goto(f"/quizzes/attempts/{self.attempt_id}/{position}")
        page.wait_for_load_state("networkidle")

    def answer(self, position: int) -> None:
        answer(MOUSE, self.page, position, *self.right[position])

    def line(self, cut: bool) -> None:
        self.page.context.set_offline(cut)

    def stored(self, position: int):
        return stored(self.app, self.learner, self.attempt_id)[position]


def chosen(right: dict, at: int = 1) -> int:
    """The first question from `at` on that is answered by one choice."""
    return next(position for position, (kind, _) in right.items() if kind == "single" and position >= at)


@pytest.mark.parametrize("width", [360, 1280])
def test_answers_wait_for_the_line_and_outlive_a_reload(site, open_page, width):
    sat = Sitting(site, open_page, width)
    page, save = sat.page, sat.page.locator("#save")
    sat.line(cut=True)
    sat.answer(1)
    expect(save).to_contain_text("Mất mạng, 1 câu chờ gửi")
    page.locator("#next").click()  # the paper is in the page: one goes on without a line
    sat.answer(2)
    expect(save).to_contain_text("Mất mạng, 2 câu chờ gửi", timeout=35_000)
    assert sat.stored(1) == (0, None)
    assert page.evaluate("document.querySelector('.bar-in').scrollWidth - document.querySelector('.bar-in').clientWidth") <= 0
    page.screenshot(path=f"var/screenshots/officer-quizzes.question-mat-mang-{width}.png")

    page.route("**/save", lambda route: route.abort("internetdisconnected"))
    sat.line(cut=False)
    page.reload()
    expect(save).to_contain_text("Mất mạng, 2 câu chờ gửi")
    page.unroute("**/save")
    sat.line(cut=True)
    sat.line(cut=False)  # the browser says that the line is back
    expect(save).to_contain_text(re.compile(r"Đã lưu \d\d:\d\d"), timeout=35_000)
    assert [sat.stored(1)[1], sat.stored(2)[1]] == [sat.right[1][1], sat.right[2][1]]


def test_leaving_without_a_line_keeps_the_page(site, open_page):
    sat = Sitting(site, open_page, 360)
    sat.line(cut=True)
    sat.answer(1)
    expect(sat.page.locator("#save")).to_contain_text("Mất mạng")
    sat.page.locator("details.fold summary").click()
    sat.page.get_by_role("button", name="Xem lại và nộp bài").last.click()
    expect(sat.page.locator("#trouble-text")).to_contain_text("Câu trả lời vẫn còn trên máy")
    sat.line(cut=False)
    expect(sat.page.locator("#save")).to_contain_text("Đã lưu", timeout=35_000)


def test_what_was_answered_in_time_is_taken_after_the_deadline(site, open_page):
    sat = Sitting(site, open_page, 360, seconds=10)
    sat.line(cut=True)
    sat.answer(1)
    expect(sat.page.locator("#trouble-text")).to_contain_text("Hết giờ nhưng đang mất mạng", timeout=20_000)
    assert sat.page.locator("#questions input:enabled, #questions select:enabled").count() == 0
    assert sat.stored(1) == (0, None)
    sat.line(cut=False)
    sat.page.wait_for_url("**/result", timeout=40_000)
    assert sat.stored(1)[1] == sat.right[1][1]
    ended, deadline = submitted(sat.app, sat.attempt_id)
    assert timedelta(0) <= ended - deadline < timedelta(seconds=1)
    expect(sat.page.get_by_text("hết giờ, tự nộp lúc")).to_be_visible()


@pytest.mark.parametrize("keep_mine", [True, False])
def test_a_second_tab_overwrites_nothing(site, open_page, keep_mine):
    sat = Sitting(site, open_page, 1280)
    position = chosen(sat.right)
    right = sat.right[position][1]["chosen"]
    sat.open(position)
    other = sat.page.context.new_page()
    sat.open(position, other)
    sat.answer(position)
    expect(sat.page.locator("#save")).to_contain_text(re.compile(r"Đã lưu \d\d:\d\d"))
    words = sat.page.locator(f".opt:has([value='{right}']) [data-words]").inner_text()
    wrong = other.locator(f"#cau-{position} [name=chosen]:not([value='{right}'])").first
    wrong_key = wrong.get_attribute("value")
    wrong.check()
    conflict = other.locator("[data-conflict]")
    expect(conflict).to_be_visible()
    expect(conflict).to_contain_text(words)
    assert sat.stored(position) == (1, {"chosen": right})
    other.screenshot(path="var/screenshots/officer-quizzes.question-hai-cua-so-1280.png")
    if keep_mine:
        other.get_by_role("button", name="Lưu câu trả lời bên dưới").click()
        expect(other.locator("#save")).to_contain_text(re.compile(r"Đã lưu \d\d:\d\d"))
        assert sat.stored(position) == (2, {"chosen": wrong_key})
    else:
        other.get_by_role("link", name="Giữ câu trả lời đã lưu").click()
        expect(other.locator(f"#cau-{position} [value='{right}']")).to_be_checked()
        assert sat.stored(position) == (1, {"chosen": right})
    expect(conflict).to_be_hidden()


@pytest.mark.parametrize(("seconds", "words"), [(304, "Còn 5 phút."), (64, "Còn 1 phút. Hết giờ bài tự nộp.")])
def test_the_end_is_announced(site, open_page, seconds, words):
    sat = Sitting(site, open_page, 360, seconds)
    said = sat.page.locator("#timer-said[aria-live=assertive]")
    expect(said).to_have_text(words, timeout=15_000)
    expect(sat.page.locator("#timer")).to_have_attribute("data-low", "")


def test_the_paper_hands_itself_in(site, open_page):
    sat = Sitting(site, open_page, 1280, seconds=8)
    sat.answer(1)
    expect(sat.page.locator("#save")).to_contain_text(re.compile(r"Đã lưu \d\d:\d\d"))
    sat.page.wait_for_url("**/result", timeout=20_000)
    expect(sat.page.get_by_text("hết giờ, tự nộp lúc")).to_be_visible()
    assert sat.stored(1)[1] == sat.right[1][1]
