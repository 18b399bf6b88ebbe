"""An officer learns why a level is not recognised yet, practises what the page offers, and sees the level rise."""

import re

import pytest
from playwright.sync_api import Page, expect

from lms import clock, grading
from lms.db import db
from lms.quizzes.queries import practice_set
from lms.tracking.queries import profile
from tests.journeys.conftest import sign_in
from tests.journeys.hands import HANDS
from tests.journeys.learners import Learner, answer, do_all_but, take_learner

LEFT = {"kiem-tra-cuoi-khoa"}  # so that some competence has answers, and too few of them


def almost(app, learner: Learner) -> str:
    """The competence that is nearest to its first level."""
    with app.app_context():
        lines = profile(learner.person_id, clock.now()).lines
        near = [
            line for line in lines if line.held == 0 and line.next and line.next.at_best is not None and line.next.at_best <= 8
        ]
        db.engine.dispose()
    return min(near, key=lambda line: (line.next.at_best, line.need.code)).need.code


def right_answers(app, practice_id: int, learner: Learner) -> list[tuple[str, dict]]:
    with app.app_context():
        places = practice_set(practice_id, learner.person_id).places
        db.engine.dispose()
    return [(one.question.kind, grading.solution(one.question.spec)) for one in places]


@pytest.mark.parametrize(("by", "width"), [("keyboard", 360), ("mouse", 1280)])
def test_from_why_not_to_the_level(site, open_page, by, width):
    app, hands = site.app(), HANDS[by]
    learner = take_learner(app)
    do_all_but(app, learner, LEFT)
    code = almost(app, learner)
    page = open_page(width)
    sign_in(page, site, learner.sign_in_name, hands)
    page.goto("/tracking/?show=all")
    hands.press(page.get_by_role("link", name=f"Vì sao? {code}"))
    expect(page.get_by_text("chưa đủ minh chứng cho cấp 1")).to_be_visible()
    expect(page.get_by_text("chỉ là chưa đủ câu trả lời để chắc")).to_be_visible()
    practise(app, page, hands, learner)
    expect(
        page.locator("#competence").get_by_text("Cấp 1", exact=True)
    ).to_be_visible()  # told at once, where one has just answered
    page.goto(f"/tracking/why/{code}")
    expect(page.get_by_text("Đã được ghi nhận cấp 1")).to_be_visible()
    expect(page.locator("#minh-chung ~ .timeline").get_by_text("Luyện tập").first).to_be_visible()
    page.goto("/tracking/?show=all")
    expect(page.get_by_role("img", name=f"{code}: mức hiện có cấp 1")).to_be_visible()


def practise(app, page: Page, hands, learner: Learner) -> None:
    """Press the offer and answer everything right."""
    hands.press(page.get_by_role("button", name="Làm thêm"))
    page.wait_for_url(re.compile(r"/practice/\d+"))
    practice_id = int(re.search(r"/practice/(\d+)", page.url).group(1))
    paper = right_answers(app, practice_id, learner)
    assert 5 <= len(paper) <= 10
    hands.press(page.get_by_role("link", name="Bắt đầu"))
    for place, (kind, given) in enumerate(paper, 1):
        expect(page.locator("h2.eyebrow")).to_contain_text(f"Câu {place}/{len(paper)} ·")
        answer(hands, page, place, kind, given)
        hands.press(page.get_by_role("button", name="Trả lời", exact=True))
        expect(page.locator("#ket-qua")).to_have_text("Đúng rồi.")
        hands.press(page.locator("#next"))


def test_the_weeks_five_are_begun_from_the_profile(site, open_page):
    app, hands = site.app(), HANDS["keyboard"]
    learner = take_learner(app)
    do_all_but(app, learner, LEFT)
    page = open_page(360)
    sign_in(page, site, learner.sign_in_name, hands)
    page.goto("/tracking/")
    hands.press(page.get_by_role("button", name="Bắt đầu"))
    hands.press(page.get_by_role("link", name="Bắt đầu"))
    expect(page.locator("h2.eyebrow")).to_contain_text("Câu 1/5 ·")
    page.goto("/tracking/")
    expect(page.get_by_text("Đã làm 0/5 câu của tuần này")).to_be_visible()
