"""Sở Nội vụ asks for a past day's figure, and why it is another one today: by names, with reasons that add up."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from lms import clock
from tests.journeys.conftest import sign_in
from tests.journeys.hands import HANDS


@pytest.mark.parametrize(("by", "width"), [("keyboard", 360), ("mouse", 1280)])
def test_last_quarters_figure_and_its_reasons(site, open_page, by, width):
    hands, page = HANDS[by], open_page(width)
    day = clock.today() - timedelta(days=40 + (width == 1280))
    sign_in(page, site, site.accounts["admin"]["name"], hands)
    page.goto("/tracking/province")
    hands.press(page.get_by_role("link", name="Tính đến một ngày khác"))
    hands.write(page.get_by_label("Số liệu đến hết ngày"), f"{day:%d/%m/%Y}")
    hands.press(page.get_by_role("button", name="Tính số liệu"))
    expect(page.get_by_role("link", name="Xem kết quả")).to_be_visible(timeout=60_000)
    hands.press(page.get_by_role("link", name="Xem kết quả"))
    expect(page.get_by_text(f"Số liệu đến hết ngày {day:%d/%m/%Y}")).to_be_visible()

    hands.press(page.get_by_role("link", name="Vì sao thay đổi"))
    hands.choose(page.get_by_label("Con số"), "Số người trong danh sách")
    hands.press(page.get_by_role("button", name="So sánh"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vì sao")
    rows = page.get_by_role("region", name="Bảng lý do").get_by_role("row")
    numbers = [row.inner_text().split("\t") for row in rows.all()[1:]]
    before, after = int(numbers[0][-1].replace(".", "")), int(numbers[-1][-1].replace(".", ""))
    moved = sum(_number(cell) for row in numbers[1:-1] for cell in row[1:])
    assert before + moved == after
    reason = page.get_by_role("region", name="Bảng lý do").get_by_role("link").first
    hands.press(reason)
    expect(page.get_by_role("table").last.get_by_role("link").first).to_be_visible()


def _number(cell: str) -> int:
    text = cell.strip().replace(".", "").replace("−", "-").replace("+", "")
    return 0 if text in ("–", "") else int(text)
