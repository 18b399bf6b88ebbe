"""Rosters on screen and taken out: the same lines everywhere, every export in the log."""

import csv
import hashlib
import io
import re
from datetime import date, timedelta
from html import unescape

from python_calamine import CalamineWorkbook
from sqlalchemy import select

from lms.audit.models import AuditEntry
from lms.jobs.models import Job
from lms.jobs.tasks import work_off
from lms.rosters import services
from lms.rosters.sheet import COLUMNS
from tests import factories
from tests.rosters.conftest import AT

NASTY = "=HYPERLINK(1) Ỷ"


def read_csv(data):
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def read_xlsx(data):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def as_text(cell):
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float):
        return f"{cell:.1f}".replace(".", ",") if cell != int(cell) else str(int(cell))
    return str(cell)


def test_screen_csv_and_excel_say_the_same(client, login, completed):
    unit = factories.unit("Xã Tháp Mười")
    completed("Nguyễn Thị Ỷ", unit, birth_year=1971, birth_month=3, birth_day=5)
    completed("Lê Văn Đạt", unit, percent=72, gender="M")
    completed(NASTY, unit, percent=90 + 1)
    login(role="admin")
    page = client.get("/rosters/").text
    shown = [unescape(name).strip() for name in re.findall(r'class="lead-cell">([^<]+)', page)]
    sheet = read_xlsx(client.post("/rosters/export", data={"format": "xlsx"}).data)
    lines = read_csv(client.post("/rosters/export", data={"format": "csv"}).data)
    assert tuple(sheet[0]) == tuple(lines[0]) == COLUMNS
    assert [row[1] for row in sheet[1:]] == shown == ["Lê Văn Đạt", NASTY, "Nguyễn Thị Ỷ"]
    assert [row[1] for row in lines[1:]] == ["Lê Văn Đạt", f"'{NASTY}", "Nguyễn Thị Ỷ"]
    for i in (1, 3):
        assert [as_text(cell) for cell in sheet[i]] == lines[i]
    assert sheet[3][2] == date(1971, 3, 5)
    assert sheet[1][2] == "1980"
    assert sheet[1][10] == 7.2
    assert "Danh sách có 3 (ba) người." in page


def test_text_is_nfc(client, login, completed):
    completed("Nguyễn Thị Hoà", factories.unit("Xã Thanh Hoà"))
    login(role="admin")
    text = client.post("/rosters/export", data={"format": "csv"}).data.decode("utf-8-sig")
    assert "Nguyễn Thị Hoà" in text


def test_every_export_is_in_the_log(client, login, session, completed):
    unit = factories.unit()
    completed("Lê Văn Đạt", unit)
    admin = login(role="admin")
    data = client.post(f"/rosters/export?unit={unit.id}&since=01/11/2026", data={"format": "csv"}).data
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "rosters.export")).one()
    assert entry.actor_id == admin.id
    assert entry.detail["rows"] == 1
    assert entry.detail["sha256"] == hashlib.sha256(data).hexdigest()
    assert entry.detail["filters"] == {
        "unit_id": unit.id,
        "since": "2026-11-01",
        "status": "completed",
        "units": "then",
        "order": "name",
    }


def test_large_rosters_are_the_work_of_a_job(client, login, session, completed, monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 1)
    here, there = factories.unit(), factories.unit()
    for name in ("Lê Văn Đạt", "Lê Văn An"):
        completed(name, here)
    completed("Lê Văn Khác", there)
    session.commit()
    login(role="focal_point", scope="unit", scope_id=here.id)
    reply = client.post("/rosters/export", data={"format": "xlsx"})
    assert reply.status_code == 302
    session.commit()
    assert work_off() == 1
    job = session.scalars(select(Job)).one()
    assert (job.state, job.done) == ("done", 2)
    file = client.get(f"/jobs/{job.id}/file")
    assert [row[1] for row in read_xlsx(file.data)[1:]] == ["Lê Văn An", "Lê Văn Đạt"]
    file.close()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "rosters.export")).one()
    assert entry.detail["sha256"] == job.result["file"]


def test_focal_point_sees_own_units_only(client, login, completed):
    mine, theirs = factories.unit("Xã A"), factories.unit("Xã B")
    completed("Nguyễn Văn An", mine)
    completed("Nguyễn Văn Bình", theirs)
    login(role="focal_point", scope="unit", scope_id=mine.id)
    page = client.get("/rosters/").text
    assert "Nguyễn Văn An" in page
    assert "Nguyễn Văn Bình" not in page
    assert "Xã B" not in page
    assert "Không có ai" in client.get(f"/rosters/?unit={theirs.id}").text
    data = client.post(f"/rosters/export?unit={theirs.id}", data={"format": "csv"}).data
    assert len(read_csv(data)) == 1


def test_wrong_filter_stays_on_the_page_and_strangers_stay_out(client, login, completed):
    completed("Lê Văn Đạt", factories.unit())
    login(factories.person())
    assert client.get("/rosters/").status_code == 403
    login(role="admin")
    wrong = client.get("/rosters/?since=khong")
    assert wrong.status_code == 422
    assert "Chưa đọc được ngày" in wrong.text
    assert 'value="khong"' in wrong.text
    assert client.post("/rosters/export", data={"format": "exe"}).status_code == 302
    assert client.get("/rosters/?page=9").status_code == 404


def test_pages_of_fifty(client, login, completed, queries):
    unit = factories.unit()
    for i in range(52):
        completed(f"Lê Văn A{i:02}", unit)
    login(role="admin")
    with queries() as count:
        first = client.get("/rosters/?status=all").text
    assert len(count) <= 8
    assert "Trang 1/2" in first
    assert "Danh sách có 52 (năm mươi hai) người." in first
    assert len(re.findall("lead-cell", client.get("/rosters/?page=2").text)) == 2


def test_command_writes_both_kinds(app, session, completed, tmp_path):
    completed("Lê Văn Đạt", factories.unit(code="30001"))
    completed("Lê Văn An", factories.unit(), at=AT - timedelta(days=60))
    session.commit()
    runner = app.test_cli_runner()
    file = tmp_path / "a.csv"
    given = [
        "rosters",
        "export",
        str(file),
        "--course",
        "K01",
        "--unit",
        "30001",
        "--from",
        "2026-11-01",
        "--as-of",
        "2026-11-23",
    ]
    assert "1 dòng" in runner.invoke(args=given).output
    assert [row[1] for row in read_csv(file.read_bytes())[1:]] == ["Lê Văn Đạt"]
    file = tmp_path / "a.xlsx"
    assert runner.invoke(args=["rosters", "export", str(file), "--order", "unit", "--units", "now"]).exit_code == 0
    assert len(read_xlsx(file.read_bytes())) == 3
    assert runner.invoke(args=["rosters", "export", str(tmp_path / "a.pdf")]).exit_code == 1
    assert runner.invoke(args=["rosters", "export", str(file), "--course", "K99"]).exit_code == 1
