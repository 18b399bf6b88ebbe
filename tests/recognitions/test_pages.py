"""The pages of recognitions: the form step by step without a script, what it refuses, who opens what."""

import io
import re
from datetime import timedelta

import pytest

from lms import clock, storage
from lms.assignments.models import Recognition, RecognitionLine
from tests import factories
from tests.recognitions.conftest import ALL, SIGNED

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
PAPER = {
    "kind": "council", "number": "12", "symbol": "QĐ-SNV", "signed_on": f"{SIGNED:%d/%m/%Y}", "issuer": "Sở Nội vụ",
    "summary": "Công nhận chuyên gia",
}  # fmt: skip


@pytest.fixture
def admin(office, login):
    factories.grant(office.admin, "admin")
    return login(office.admin)


def scan():
    return (io.BytesIO(PDF), "qd.pdf")


def line(officer, competence="C1.1", level=5):
    return {"officer": str(officer.id), "competence": competence, "level": str(level)}


def listed(*lines):
    return {name: [one[name] for one in lines] for name in ("officer", "competence", "level")}


def read(client, address: str) -> bytes:
    with client.get(address) as reply:
        return reply.data


def kept_in(page: str) -> str:
    return re.search(r'name="kept" value="([^"]*)"', page).group(1)


def test_a_decision_is_entered_step_by_step(client, office, admin, session):
    page = client.post("/recognitions/new", data=PAPER | {"do": "find", "q": "olga", "files": scan()}).text
    assert "Lê Thị Olga" in page
    assert "CB001" in page
    assert "Đã nhận tệp trên" in page
    kept = kept_in(page)
    page = client.post("/recognitions/new", data=PAPER | {"do": f"add:{office.olga.id}", "kept": kept}).text
    assert f'name="officer" value="{office.olga.id}"' in page
    page = client.post("/recognitions/preview", data=PAPER | {"kept": kept} | listed(line(office.olga))).text
    assert "Chưa có cấp nào" in page
    assert "Sẽ là cấp 5" in page
    assert session.query(Recognition).count() == 0
    reply = client.post(
        "/recognitions/save", data=PAPER | {"kept": kept_in(page)} | listed(line(office.olga), line(office.binh, level=4))
    )
    row = session.query(Recognition).one()
    assert reply.headers["Location"] == f"/recognitions/{row.id}"
    assert session.query(RecognitionLine).count() == 2
    page = client.get(f"/recognitions/{row.id}").text
    assert "Quyết định số 12/QĐ-SNV" in page
    assert "Trần Văn Bình" in page
    assert read(client, f"/recognitions/{row.id}/files/{row.files[0]['digest']}") == PDF


def test_the_preview_says_what_does_not_rise(client, office, admin):
    office.enter((office.olga.id, "C1.1", 5), (office.binh.id, "C1.1", 4))
    kept = kept_in(client.post("/recognitions/new", data={"files": scan()}).text)
    said = listed(line(office.olga, level=4), line(office.binh, level=4))
    page = client.post("/recognitions/preview", data=PAPER | {"number": "14", "kept": kept} | said).text
    assert "Mức không đổi" in page
    assert "Vẫn là cấp 4" in page
    old = f"{clock.today() - timedelta(days=900):%d/%m/%Y}"
    page = client.post("/recognitions/preview", data=PAPER | {"number": "14", "signed_on": old, "kept": kept} | said).text
    assert "đã hết hạn" in page


def test_lines_are_dropped_and_codes_pasted_without_a_script(client, office, admin):
    lines = listed(line(office.olga), line(office.binh, "C7.4", 4))
    page = client.post("/recognitions/new", data=lines | {"do": "drop:0"}).text
    assert "Lê Thị Olga" not in page
    assert "Trần Văn Bình" in page
    codes = {"do": "paste", "codes": "cb001, CB001\nCB999", "competence_all": "C7.4", "level_all": "4"}
    page = client.post("/recognitions/new", data=codes).text
    assert page.count("Lê Thị Olga</b>") == 1
    assert "Không có cán bộ mang các mã" in page
    assert "CB999</textarea>" in page
    assert '<option value="C7.4" selected>' in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": ""}, "Chưa ghi số"),
        ({"kind": ""}, "Chưa chọn hình thức"),
        ({"signed_on": "31/02/2026"}, "Không có ngày 31/02/2026"),
        ({"signed_on": f"{clock.today() + timedelta(days=1):%d/%m/%Y}"}, "Ngày ký không thể ở tương lai"),
        ({"kept": ""}, "phải có quyết định kèm theo"),
        ({"kept": "gia-mao"}, "phải có quyết định kèm theo"),
        ({"officer": []}, "Chưa có ai trong danh sách"),
        ({"level": "3"}, "cấp 4 hoặc cấp 5"),
        ({"level": "x"}, "Chưa có ai trong danh sách"),
        ({"competence": ""}, "Chưa chọn năng lực"),
        ({"files": (io.BytesIO(b"MZ"), "x.exe")}, "không thuộc loại được nhận"),
    ],
    ids=["number", "kind", "day", "future", "no scan", "forged scan", "nobody", "level", "no level", "competence", "program"],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_written(client, office, admin, session, change, said):
    kept = kept_in(client.post("/recognitions/new", data={"files": scan()}).text)
    reply = client.post("/recognitions/save", data=PAPER | {"kept": kept} | listed(line(office.olga)) | change)
    assert reply.status_code == 422
    assert said in reply.text
    assert session.query(Recognition).count() == 0


def test_a_decision_entered_before_is_offered(client, office, admin, session):
    row = office.enter((office.olga.id, "C1.1", 5))
    kept = kept_in(client.post("/recognitions/new", data={"files": scan()}).text)
    page = client.post("/recognitions/preview", data=PAPER | {"kept": kept} | listed(line(office.binh))).text
    assert "Quyết định này đã được nhập." in page
    assert f"/recognitions/new?into={row.id}" in page
    assert "Bổ sung người" in client.get(f"/recognitions/new?into={row.id}").text
    page = client.post("/recognitions/preview", data={"into": row.id} | listed(line(office.binh))).text
    assert "Sẽ là cấp 5" in page
    assert client.post("/recognitions/save", data={"into": row.id} | listed(line(office.binh))).status_code == 302
    assert session.query(RecognitionLine).count() == 2


def test_oneself_is_refused_at_the_line(client, office, admin):
    kept = kept_in(client.post("/recognitions/new", data={"files": scan()}).text)
    reply = client.post("/recognitions/save", data=PAPER | {"kept": kept} | listed(line(office.admin)))
    assert (reply.status_code, "không tự công nhận cho mình" in reply.text) == (422, True)


def test_another_persons_scan_is_not_taken(client, office, admin, login):
    kept = kept_in(client.post("/recognitions/new", data={"files": scan()}).text)
    login(role="admin")
    reply = client.post("/recognitions/save", data=PAPER | {"kept": kept} | listed(line(office.olga)))
    assert (reply.status_code, "phải có quyết định kèm theo" in reply.text) == (422, True)


def test_withdrawing_asks_for_decision_reason_and_somebody(client, office, admin, session):
    row = office.enter((office.olga.id, "C1.1", 5), (office.binh.id, "C1.1", 4))
    address = f"/recognitions/{row.id}/withdraw"
    ids = [p for (p,) in session.query(RecognitionLine.product_id)]
    assert client.get(address).text.count(" checked") == 2
    assert client.get(f"{address}?line={ids[0]}").text.count(" checked") == 1
    said = {"number": "20", "symbol": "QĐ-SNV", "signed_on": f"{clock.today():%d/%m/%Y}", "reason": "Kết luận thanh tra"}
    for change, words in (
        ({"reason": ""}, "Chưa ghi lý do"),
        ({"line": []}, "Chưa chọn ai"),
        ({"signed_on": f"{SIGNED - timedelta(days=1):%d/%m/%Y}"}, "Phải từ ngày ký quyết định công nhận"),
    ):
        reply = client.post(address, data=said | {"line": ids} | change)
        assert (reply.status_code, words in reply.text) == (422, True)
    assert client.post(address, data=said | {"line": ids[:1]}).status_code == 302
    page = client.get(f"/recognitions/{row.id}").text
    assert "Đã thu hồi" in page
    assert "Lý do: Kết luận thanh tra" in page
    assert "Còn 1/2 công nhận" in client.get("/recognitions/").text
    assert client.post(address, data=said | {"line": ids[:1]}).status_code == 409


def test_only_those_named_open_the_decision_and_its_scan(client, office, login, session):
    digest = storage.put(PDF)
    row = office.enter(
        (office.olga.id, "C1.1", 5), files=[{"name": "qd.pdf", "digest": digest, "mime": "application/pdf", "bytes": 9}]
    )
    login(office.olga)
    assert "Quyết định số 12/QĐ-SNV" in client.get("/recognitions/mine").text
    assert "Đang công nhận" in client.get(f"/recognitions/mine/{row.id}").text
    assert read(client, f"/recognitions/mine/{row.id}/files/{digest}") == PDF
    page = client.get("/tracking/why/C1.1").text
    assert f"theo Quyết định số 12/QĐ-SNV, ngày {SIGNED:%d/%m/%Y}, của Sở Nội vụ" in page
    assert f"/recognitions/mine/{row.id}" in page
    login(office.binh)
    assert client.get(f"/recognitions/mine/{row.id}").status_code == 404
    assert client.get(f"/recognitions/mine/{row.id}/files/{digest}").status_code == 404
    assert client.get("/recognitions/").status_code == 403


def test_a_head_reads_the_decision_as_the_reason_without_opening_it(client, office, login):
    row = office.enter((office.olga.id, "C1.1", 5))
    head = login(role="head", scope="unit", scope_id=office.unit.id)
    page = client.get(f"/tracking/officers/{office.olga.id}/why/C1.1").text
    assert "Quyết định số 12/QĐ-SNV" in page
    assert f"/recognitions/{row.id}" not in page
    assert head


def test_the_page_of_the_award_names_its_decision(client, office, admin, session):
    row = office.enter((office.olga.id, "C1.1", 5))
    page = client.get(f"/tracking/officers/{office.olga.id}/why/C1.1").text
    award = re.search(r"/tracking/awards/\d+", page).group(0)
    assert f'href="/recognitions/{row.id}"' in client.get(award).text


def test_many_decisions_are_paged(client, office, admin, session):
    for number in range(21):
        office.enter((office.olga.id, "C1.1", 5), number=str(number + 1))
    page = client.get("/recognitions/").text
    assert "21 quyết định" in page
    assert "Trang sau" in page
    assert client.get("/recognitions/?page=2").text.count("card-link") == 1
    assert "Không tìm thấy" in client.get("/recognitions/?q=khong-co").text
    assert ALL.everywhere
