"""A practice on a phone, by keyboard alone and without a program in the browser: to be left, gone on with, and summed up."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms import clock, grading
from lms.db import db
from lms.questions.models import Question
from lms.quizzes import services
from lms.quizzes.queries import in_hand, practice_set
from tests.journeys.conftest import SHOTS, keep_picture, new_context, sign_in
from tests.journeys.hands import HANDS
from tests.journeys.learners import Learner, answer, take_learner
from tests.journeys.test_every_page import AXE, CONTRAST, DARK, FOUND, RULES, drawn

KINDS = ("single", "multiple", "truefalse", "numerical", "short", "matching", "ordering")


def begin(app, learner: Learner) -> tuple[int, list[tuple[str, dict]]]:
    """A practice of one question of each kind that the banks have; its id, and each kind with the right answer."""
    with app.app_context():
        held = in_hand(learner.person_id, clock.now())
        ready = select(Question.kind, Question.current_id).where(Question.state == "ready", Question.id.not_in(held))
        by_kind = dict(db.session.execute(ready.order_by(Question.id.desc())).all())
        chosen = [by_kind[kind] for kind in KINDS if kind in by_kind]
        practice_id = services.practice.begin(learner.person_id, chosen, "practice", "C1.1", clock.now()).id
        db.session.commit()
        places = practice_set(practice_id, learner.person_id).places
        db.engine.dispose()
    return practice_id, [(one.question.kind, grading.solution(one.question.spec)) for one in places]


def looked_at(page: Page, name: str) -> None:
    """Nothing sticks out, axe finds nothing in light or dark colours; pictures are kept."""
    size = page.viewport_size
    folder = SHOTS / f"practice-{size['width']}"
    said = drawn(page, size["width"], folder / f"{name}.png")
    page.evaluate(AXE.read_text())
    said += page.evaluate(FOUND, RULES)
    page.evaluate(DARK)
    said += page.evaluate(FOUND, CONTRAST)
    keep_picture(page, folder / f"{name}-dark.png")
    page.set_viewport_size(size)
    assert said == [], name


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_first_question_to_the_summary_by_keyboard(site, browser, width, scripts):
    app, hands = site.app(), HANDS["keyboard"]
    learner = take_learner(app)
    practice_id, paper = begin(app, learner)
    with new_context(browser, site, width, java_script_enabled=scripts) as context:
        page = context.new_page()
        sign_in(page, site, learner.sign_in_name, hands)
        page.goto(f"/quizzes/practice/{practice_id}")
        expect(page.get_by_text("khoảng 5 phút")).to_be_visible()
        hands.press(page.get_by_role("link", name="Bắt đầu"))
        for place, (kind, given) in enumerate(paper, 1):
            expect(page.locator("h2.eyebrow")).to_contain_text(f"Câu {place}/{len(paper)} · C")
            if scripts:
                looked_at(page, f"{place}-{kind}")
            if place == 1:
                miss(page, hands, given["chosen"])
            elif place == 2:
                leave_open(page, hands)
            else:
                if kind == "ordering" and not scripts:
                    put_in_order(page, hands, given["order"])
                else:
                    answer(hands, page, place, kind, given)
                hands.press(page.get_by_role("button", name="Trả lời", exact=True))
                expect(page.locator("#ket-qua")).to_have_text("Đúng rồi.")
            if scripts:
                expect(page.locator("#ket-qua")).to_be_focused()
                looked_at(page, f"{place}-{kind}-answered")
            if place == 3:
                hands.press(page.get_by_role("link", name="Tạm rời"))
                hands.press(page.get_by_role("link", name="Làm tiếp câu 4"))
            else:
                hands.press(page.locator("#next"))
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Đúng {len(paper) - 2}/{len(paper)} câu")
        if scripts:
            looked_at(page, "summary")
        hands.press(page.get_by_role("link", name="Xem hồ sơ năng lực"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Hồ sơ năng lực", use_inner_text=True)


def miss(page: Page, hands, right: str) -> None:
    """Choose another option than the right one."""
    hands.tick(page.locator(f"[name=chosen]:not([value='{right}'])").first)
    hands.press(page.get_by_role("button", name="Trả lời", exact=True))
    expect(page.locator("#ket-qua")).to_contain_text("Chưa đúng.")


def leave_open(page: Page, hands) -> None:
    """Press without an answer, then say that one is not sure."""
    hands.press(page.get_by_role("button", name="Trả lời", exact=True))
    expect(page.get_by_role("alert")).to_contain_text("Chưa có câu trả lời.")
    hands.press(page.get_by_role("button", name="Chưa rõ"))
    expect(page.locator("#ket-qua")).to_have_text("Cùng xem đáp án.")


def put_in_order(page: Page, hands, order: list[str]) -> None:
    """Without a program each step that is moved is a page of its own."""
    for place, key in enumerate(order):
        shown = [one.get_attribute("value") for one in page.locator("[name=order]").all()]
        for _ in range(shown.index(key) - place):
            with page.expect_navigation():
                hands.press(page.locator(f"[name=move][value='{key}:up']"))
