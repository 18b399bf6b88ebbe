"""The form of a work product: papers as offices number them, each once, capped at what a head may confirm, taken back while they wait."""

import io
from datetime import date

import pytest

from lms import clock
from lms.assignments import queries, services
from lms.assignments.models import Product, ProductWithdrawal
from lms.audit.models import AuditEntry
from lms.errors import Conflict, NotFound
from lms.tracking.services import put_competence
from tests import factories
from tests.assignments.conftest import ALL

TYPED = {
    "number": "05", "symbol": "KH-UBND", "issued_on": "05/01/2026", "issuer": "UBND xã Thử", "summary": "Kế hoạch CCHC",
    "part": "Soạn toàn văn", "competence": "C1.1", "level": "4",
}  # fmt: skip
NEW = "/assignments/products/new"


@pytest.fixture(autouse=True)
def framework(session):
    put_competence("C1.1", "N1", "Tham mưu", "Xây dựng kế hoạch CCHC", ["a", "b", "c", "d", "e"], 1)
    put_competence("C7.1", "N7", "Nền tảng", "Soạn thảo văn bản hành chính", ["a", "b", "c", "d", "e"], 2)


def enter(group, level=4, **more):
    paper = {name: TYPED[name] for name in ("number", "symbol", "issuer", "summary", "part")}
    return services.enter(group.olga.id, paper | {"issued_on": date(2026, 1, 5), "files": []} | more, "C1.1", level, clock.now())


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"number": "abc!!<b>"}, "Số ghi bằng chữ số, ví dụ 05"),
        ({"number": "05", "symbol": "12/KH-UBND"}, "Ký hiệu đang kèm số, khác với ô Số"),
        ({"symbol": "!!"}, "Ký hiệu gồm chữ viết tắt"),
        ({"issued_on": "31/02/2026"}, "Không có ngày 31/02/2026"),
        ({"issued_on": "hôm qua"}, "Chưa đọc được ngày"),
        ({"issued_on": ""}, "Chưa ghi ngày"),
        ({"level": "0"}, "Chưa chọn cấp"),
        ({"level": "5"}, "Lựa chọn này không có trong danh sách"),
        ({"competence": "C9.9"}, "Lựa chọn này không có trong danh sách"),
    ],
)
def test_a_form_that_cannot_be_so_is_refused_in_vietnamese(group, client, login, session, typed, says):
    login(group.olga)
    reply = client.post(NEW, data=TYPED | typed)
    assert reply.status_code == 422
    assert says in reply.text
    assert "Not a valid" not in reply.text
    assert session.query(Product).count() == 0


def test_number_and_symbol_typed_into_one_field_are_parted(group, client, login, session):
    login(group.olga)
    assert client.post(NEW, data=TYPED | {"number": "12", "symbol": "12/KH-UBND"}).status_code == 302
    row = session.query(Product).one()
    assert (row.number, row.symbol) == ("12", "KH-UBND")


def test_a_file_chosen_beside_a_wrong_field_is_asked_for_again(group, client, login):
    login(group.olga)
    sent = TYPED | {"part": "", "files": [(io.BytesIO(b"%PDF-1.7\n%abc"), "kế hoạch.pdf")]}
    assert "Hãy chọn lại tệp (kế hoạch.pdf)" in client.post(NEW, data=sent, content_type="multipart/form-data").text
    assert "Hãy chọn lại tệp" not in client.post(NEW, data=TYPED | {"part": ""}).text


def test_a_paper_is_entered_once_for_a_competence(group, client, login, session):
    first = enter(group)
    login(group.olga)
    again = client.post(NEW, data=TYPED | {"number": "5", "symbol": "kh-ubnd", "issuer": "UBND xã  thử"})
    assert again.status_code == 422
    assert f'href="/assignments/products/{first.id}"' in again.text
    assert client.post(NEW, data=TYPED | {"competence": "C7.1"}).status_code == 302
    assert client.post(NEW, data=TYPED | {"issued_on": "06/01/2026"}).status_code == 302
    assert session.query(Product).count() == 3
    services.enter(factories.person("Đỗ Văn Otto").id, {**vars_of(first)}, "C1.1", 4, clock.now())


def vars_of(row):
    return {name: getattr(row, name) for name in ("number", "symbol", "issued_on", "issuer", "summary", "part", "files")}


def test_an_officer_takes_back_what_still_waits(group, client, login, session):
    row = enter(group)
    head = factories.person("Huỳnh Văn Trưởng")
    login(group.olga)
    assert "Rút sản phẩm" in client.get(f"/assignments/products/{row.id}").text
    for _ in range(2):
        assert client.post(f"/assignments/products/{row.id}/withdraw").status_code == 302
    assert session.query(ProductWithdrawal).count() == 1
    assert "assignments.withdraw" in {e.act for e in session.query(AuditEntry)}
    page = client.get(f"/assignments/products/{row.id}").text
    assert "Đã rút" in page
    assert "Rút sản phẩm" not in page
    assert queries.to_confirm(ALL, clock.today(), head.id, decided=False) == []
    assert queries.products_waiting(ALL, clock.today(), head.id) == 0
    with pytest.raises(Conflict, match="đã rút"):
        services.decide(row.id, ALL, 3, "x", head.id, clock.now())
    login(head, role="head", scope="unit", scope_id=group.unit.id)
    page = client.get(f"/assignments/confirmations/{row.id}").text
    assert "Cán bộ đã rút sản phẩm này" in page
    assert "Ghi kết luận" not in page
    enter(group)  # and may be entered anew


def test_nothing_is_taken_back_once_the_head_has_spoken_nor_by_others(group, session):
    row = enter(group)
    with pytest.raises(NotFound):
        services.withdraw(row.id, factories.person("Đỗ Văn Otto").id, clock.now())
    services.decide(row.id, ALL, 3, "Được", factories.person("Huỳnh Văn Trưởng").id, clock.now())
    with pytest.raises(Conflict, match="đã kết luận"):
        services.withdraw(row.id, group.olga.id, clock.now())


def test_an_old_product_that_asks_for_five_is_confirmed_at_four_at_most(group, client, login):
    row = enter(group, level=5)
    login(factories.person("Huỳnh Văn Trưởng"), role="head", scope="unit", scope_id=group.unit.id)
    where = f"/assignments/confirmations/{row.id}"
    page = client.get(where).text
    assert "Xác nhận ở cấp 5" not in page
    assert "Xác nhận ở cấp 4" in page
    assert "đúng cấp đề nghị" not in page
    assert "tối đa ở cấp 4" in page
    assert "Lựa chọn này không có trong danh sách" in client.post(where, data={"level": "5", "reason": "Tốt"}).text
    assert client.post(where, data={"level": "4", "reason": "Tốt"}).status_code == 302
    login(group.olga)
    assert "Gửi kiến nghị" not in client.get(f"/assignments/products/{row.id}").text  # nothing above it could be given


def test_forms_offer_no_level_above_the_ceiling(group, client, login):
    login(group.olga)
    assert "Cấp 5" not in client.get(NEW).text
    login(factories.person("Huỳnh Văn Trưởng"), role="head", scope="unit", scope_id=group.unit.id)
    assert "Cấp 5" not in client.get("/assignments/confirmations/new").text
