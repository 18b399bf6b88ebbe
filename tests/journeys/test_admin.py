"""What staff do: take officers in from a file as offices keep it, find them, take the file back; rosters; certificates; slips."""

import io
import re
from itertools import count

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from lms import clock
from lms.certificates.models import Certificate
from lms.courses.models import Enrolment
from lms.db import db
from lms.people import services as people
from lms.people.models import Person, Unit, UnitVersion
from lms.vietnamese import PartialDate
from tests.journeys.conftest import sign_in
from tests.journeys.hands import HANDS

RUNS = count(1)
GIVEN = ("Ánh", "Bảo", "Cẩm", "Duyên", "Đoan", "Giáng", "Hạ", "Khuê")
every_hand = pytest.mark.parametrize("by", HANDS)
every_width = pytest.mark.parametrize("width", [360, 1280])


def messy_file(given: str, run: int) -> bytes:
    """A list as an office keeps it: letterhead, a merged head of two rows, group rows, dates as text, "x" for women, one row that is wrong."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("DS CBCC")
        bold = book.add_format({"bold": True, "align": "center", "border": 1})
        sheet.merge_range(0, 0, 0, 3, "UBND TỈNH ĐỒNG THÁP", bold)
        sheet.merge_range(2, 0, 2, 7, "DANH SÁCH CÁN BỘ, CÔNG CHỨC LÀM ĐẦU MỐI CẢI CÁCH HÀNH CHÍNH", bold)
        for column, label in (
            (0, "TT"),
            (1, "Họ và tên"),
            (2, "Ngày, tháng, năm sinh"),
            (5, "Chức vụ"),
            (6, "Thư điện tử"),
            (7, "Ghi chú"),
        ):
            sheet.merge_range(4, column, 5, column, label, bold)
        sheet.merge_range(4, 3, 4, 4, "Giới tính", bold)
        sheet.write_row(5, 3, ["Nam", "Nữ"], bold)
        sheet.merge_range(6, 0, 6, 7, "I. Sở Nội vụ (2 người)", bold)
        sheet.write_row(
            7, 0, [1, f"Nguyễn Thị Thử {given}", "05/01/1980", "", "x", "Chuyên viên", f"thu.{run}a@vidu.example", ""]
        )
        sheet.write_row(8, 0, [2, f"Trần Văn Thử {given}", "1979", "x", "", "Phó Trưởng phòng", "", "kiêm nhiệm"])
        sheet.merge_range(9, 0, 9, 7, "II. Sở Khoa học và Công nghệ (2 người)", bold)
        sheet.write_row(10, 0, [3, f"Lê Thị Thử {given}", "12-03-1990", "", "X", "Chuyên viên", f"thu.{run}b@vidu.example", ""])
        sheet.write_row(11, 0, [4, f"Phạm Văn Sai {given}", "31/02/1985", "x", "", "Cán sự", "", ""])
    return target.getvalue()


def sheet_of(content: bytes) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def downloaded(page: Page, press) -> bytes:
    with page.expect_download() as download:
        press()
    return download.value.path().read_bytes()


@every_width
@every_hand
def test_a_messy_list_is_taken_in_and_taken_back(site, open_page, by, width):
    hands, run = HANDS[by], next(RUNS)
    given = f"{GIVEN[run % len(GIVEN)]}"
    page = open_page(width)
    sign_in(page, site, "admin", hands)
    page.goto("/people/imports")
    if by == "keyboard":
        hands.reach(page.get_by_label("Tệp danh sách"))
    page.get_by_label("Tệp danh sách").set_input_files(
        {"name": f"DS đầu mối {run}.xlsx", "mimeType": "", "buffer": messy_file(given, run)}
    )
    hands.press(page.get_by_role("button", name="Tải lên và xem trước"))

    wrong = page.get_by_role("row", name=f"Phạm Văn Sai {given}")
    expect(wrong).to_contain_text("Cần sửa", timeout=20_000)
    expect(wrong).to_contain_text("Chưa đọc được “31/02/1985”")
    expect(page.get_by_role("row", name=f"Nguyễn Thị Thử {given}")).to_contain_text("Mới")
    expect(page.get_by_role("row", name=f"Nguyễn Thị Thử {given}")).to_contain_text("Sở Nội vụ")
    page.screenshot(path=f"var/screenshots/admin-people.import_preview-da-doc-{width}.png", full_page=True)
    errors = sheet_of(downloaded(page, lambda: hands.press(page.get_by_role("link", name="Tải dòng cần sửa"))))
    assert len(errors) == 2
    assert f"Phạm Văn Sai {given}" in errors[1]
    assert any("31/02/1985" in str(cell) and "Chưa đọc được" in str(cell) for cell in errors[1])
    assert in_the_list(page, given) == set()

    page.go_back()
    hands.press(page.get_by_role("button", name="Ghi 3 người"))
    expect(page.get_by_text("3 người mới")).to_be_visible(timeout=20_000)
    here = page.url
    assert in_the_list(page, given) == {f"Nguyễn Thị Thử {given}", f"Trần Văn Thử {given}", f"Lê Thị Thử {given}"}
    hands.press(page.get_by_role("link", name=f"Lê Thị Thử {given}"))
    expect(page.locator("main")).to_contain_text("12/03/1990")
    expect(page.locator("main")).to_contain_text("Nữ")
    expect(page.locator("main")).to_contain_text("Sở Khoa học và Công nghệ")

    page.goto(here)
    hands.press(page.get_by_role("link", name="Hoàn tác lần nhập này"))
    hands.press(page.get_by_role("button", name="Gỡ 3 người đã ghi"))
    expect(page.get_by_text("Mọi thay đổi của lần nhập này đã được gỡ.")).to_be_visible(timeout=20_000)
    assert in_the_list(page, given) == set()


def in_the_list(page: Page, given: str) -> set[str]:
    """Names that the search without diacritics finds, of those in the messy file."""
    page.goto("/people/officers?q=thu")
    names = {name.strip() for name in page.locator("#danh-sach th.lead-cell a").all_inner_texts()}
    return {name for name in names if name.endswith(f"Thử {given}")}


@every_width
@every_hand
def test_a_roster_is_filtered_and_exported(site, open_page, by, width):
    hands = HANDS[by]
    unit_name, expected = completions(site.app(), next(RUNS))
    page = open_page(width)
    sign_in(page, site, "admin", hands)
    page.goto("/rosters/")
    hands.press(page.locator("summary", has_text="Bộ lọc"))
    hands.choose(page.get_by_label("Đơn vị", exact=True), unit_name)
    hands.press(page.get_by_role("button", name="Lọc"))
    expect(page.locator("summary", has_text="Bộ lọc")).to_contain_text(unit_name)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(len(expected))
    for kind, label in (("xlsx", "Excel (.xlsx)"), ("csv", "CSV (.csv)")):
        if page.locator("main details.menu[open]").count() == 0:
            hands.press(page.locator("summary", has_text="Xuất danh sách"))
        content = downloaded(page, lambda label=label: hands.press(page.get_by_role("button", name=label)))
        found = sheet_of(content) if kind == "xlsx" else rows_of_csv(content)
        head = next(place for place, row in enumerate(found) if "Họ và tên" in row)
        name, number = found[head].index("Họ và tên"), found[head].index("Số vào sổ GCN")
        assert {(row[name], row[number] or None) for row in found[head + 1 :]} == expected


def rows_of_csv(content: bytes) -> list[list[str]]:
    """The file as Excel opens it: UTF-8 with a mark."""
    text = content.decode("utf-8-sig")
    assert content.startswith(b"\xef\xbb\xbf")
    separator = ";" if text.splitlines()[0].count(";") > text.splitlines()[0].count(",") else ","
    return [
        [cell.strip('"') for cell in re.split(rf"{separator}(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", line)]
        for line in text.splitlines()
    ]


def completions(app, place: int) -> tuple[str, set[tuple[str, str | None]]]:
    """A unit where somebody has completed a course, and who has: {(name, certificate's number)}."""
    done = (
        select(Enrolment.unit_id, Person.full_name, Certificate.number)
        .join(Person, Person.id == Enrolment.officer_id)
        .outerjoin(Certificate, Certificate.enrolment_id == Enrolment.id)
        .where(Enrolment.completed_at.is_not(None))
    )
    with app.app_context():
        rows = db.session.execute(done).all()
        leaves = sorted({row.unit_id for row in rows if row.unit_id})
        unit_id = leaves[place % len(leaves)]
        name = db.session.scalars(
            select(UnitVersion.name).where(UnitVersion.unit_id == unit_id, UnitVersion.until.is_(None))
        ).one()
        db.engine.dispose()
    return name, {(row.full_name, row.number) for row in rows if row.unit_id == unit_id}


@every_width
@every_hand
def test_results_are_recognised_once(site, open_page, by, width):
    hands, app = HANDS[by], site.app()
    with app.app_context():
        waiting = select(Enrolment.id).outerjoin(Certificate, Certificate.enrolment_id == Enrolment.id)
        mine = db.session.scalars(
            waiting.where(Enrolment.completed_at.is_not(None), Certificate.id.is_(None)).order_by(Enrolment.id)
        ).first()
        db.engine.dispose()
    page = open_page(width)
    sign_in(page, site, "admin", hands)
    page.goto("/certificates/pending")
    box = page.locator(f"input[name=enrolment][value='{mine}']")
    hands.press(page.get_by_role("button", name="Công nhận người đã chọn"))
    if page.url.endswith("/pending") and page.get_by_text("ô cần xem lại").count() == 0:
        assert page.locator(":invalid").count()  # the browser itself asks for what is missing
    hands.tick(box)
    hands.write(page.get_by_label("Số quyết định"), f"{mine}/QĐ-SNV")
    hands.write(page.get_by_label("Ngày quyết định"), "05/01/2026")
    hands.write(page.get_by_label("Họ và tên người ký"), "Nguyễn Thị Thử Nghiệm")
    hands.press(page.get_by_role("button", name="Công nhận người đã chọn"))
    expect(page.get_by_text("Đã công nhận 1 kết quả")).to_be_visible()
    page.goto("/certificates/pending")
    expect(box).to_have_count(0)
    page.goto("/certificates/register")
    expect(page.locator("tbody tr").first).to_contain_text(f"{mine}/QĐ-SNV")


@every_hand
def test_a_slip_opens_an_account_on_a_phone(site, open_page, by):
    hands, app, run = HANDS[by], site.app(), next(RUNS)
    unit_id, name = newcomer(app, run)
    page = open_page(1280 if by == "mouse" else 360)
    sign_in(page, site, "focal_point", hands)
    page.goto(f"/people/slips?unit={unit_id}")
    hands.press(page.get_by_role("button", name=re.compile(r"Tạo \d+ phiếu để in")))
    slip = page.locator("section.cert", has_text=name)
    code = slip.locator("dd.num").first.inner_text().strip()
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", code)
    expect(page.get_by_role("button", name=re.compile(r"In \d+ phiếu"))).to_be_visible()
    page.emulate_media(media="print")
    expect(slip).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(r"In \d+ phiếu"))).to_be_hidden()

    phone = open_page(360)
    phone.goto("/people/activate")
    hands.write(phone.get_by_label("Mã kích hoạt trên phiếu"), code.lower())
    hands.write(phone.get_by_label("Mật khẩu mới", exact=True), "lúa chín vàng đồng")
    hands.write(phone.get_by_label("Nhập lại mật khẩu mới"), "lúa chín vàng đồng")
    hands.press(phone.get_by_role("button", name="Kích hoạt và đăng nhập"))
    phone.wait_for_url(f"{site.url}/")
    expect(phone.get_by_text("Tài khoản đã kích hoạt.")).to_be_visible()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Chào")


def newcomer(app, run: int) -> tuple[int, str]:
    """Somebody new in the focal point's commune, who has no account yet: (unit, name)."""
    name = f"Huỳnh Thị Mới {GIVEN[run % len(GIVEN)]}"
    with app.app_context():
        at = clock.now()
        unit_id = db.session.scalars(select(Unit.id).where(Unit.key == "xa-30178")).one()
        person = people.create_person(name, "F", PartialDate(1995, None, None), "cong_chuc", at, None, [("code", f"MOI{run:03}")])
        people.assign(person.id, unit_id, None, "Chuyên viên", clock.today(), True, at, None)
        db.session.commit()
        db.engine.dispose()
    return unit_id, name
