"""Pages of certificates: the owner's, the staff's, the public's."""

import hashlib

from sqlalchemy import func, select

from lms import storage
from lms.audit.models import AuditEntry
from lms.certificates import queries, services, views
from lms.certificates.models import Certificate, Decision
from lms.jobs.models import Job
from lms.jobs.tasks import work_off
from tests import factories

FORM = {
    "number": "125/QĐ-SNV", "day": "20/11/2026", "signer_title": "GIÁM ĐỐC", "signer_name": "Trần Văn Bình", "issuer": "SNV",
    "issuer_name": "SỞ NỘI VỤ", "issuer_parent": "UBND TỈNH ĐỒNG THÁP", "place": "Đồng Tháp",
}  # fmt: skip


def test_mine_says_what_waits_and_what_is_there(client, login, session, completed, issue):
    cycle = completed("Lê Thị Mỹ Hường")
    login(session.get(factories.Person, cycle.officer_id))
    assert "Chờ công nhận" in client.get("/certificates/").text
    found = issue(cycle)
    session.commit()
    page = client.get("/certificates/").text
    assert "Chờ công nhận" not in page
    assert found.number in page
    login(factories.person("Otto"))
    assert "Chưa có giấy chứng nhận" in client.get("/certificates/").text


def test_pdf_is_its_owners_and_the_staffs(client, login, session, completed, issue):
    cycle = completed()
    found = issue(cycle)
    login(session.get(factories.Person, cycle.officer_id))
    reply = client.get(f"/certificates/{found.id}/pdf")
    assert (reply.status_code, reply.mimetype) == (200, "application/pdf")
    assert reply.data == queries.draw(found.frozen)
    assert session.scalar(select(Certificate.pdf_digest)) is None  # a GET never writes
    login(factories.person("Otto"))
    assert client.get(f"/certificates/{found.id}/pdf").status_code == 404
    login(role="admin")
    assert client.get(f"/certificates/{found.id}/pdf").status_code == 200


def test_pending_filters_and_is_for_admins(client, login, session, completed):
    here = factories.unit("Xã Tháp Mười")
    completed("Nguyễn Thị Ỷ", here)
    completed("Lê Văn Đạt")
    login(factories.person())
    assert client.get("/certificates/pending").status_code == 403
    login(role="admin")
    page = client.get("/certificates/pending").text
    assert "Nguyễn Thị Ỷ" in page
    assert "Lê Văn Đạt" in page
    page = client.get(f"/certificates/pending?unit={here.id}&since=23/11/2026&until=23/11/2026").text
    assert "Nguyễn Thị Ỷ" in page
    assert "Lê Văn Đạt" not in page
    assert "Không có kết quả nào chờ" in client.get("/certificates/pending?until=22/11/2026").text


def test_approve_some_then_all(client, login, session, completed):
    cycles = [completed(), completed(), completed()]
    login(role="admin")
    reply = client.post("/certificates/pending", data=FORM | {"enrolment": [cycles[0].id]})
    assert reply.status_code == 302
    assert "/jobs/" in reply.location
    assert session.scalar(select(func.count()).select_from(Certificate)) == 1
    assert client.post("/certificates/pending", data=FORM | {"all": "1"}).status_code == 302
    assert sorted(session.scalars(select(Certificate.n))) == [1, 2, 3]
    assert session.scalar(select(func.count()).select_from(Decision)) == 1
    assert client.post("/certificates/pending", data=FORM | {"enrolment": [cycles[0].id]}).status_code == 409
    acts = session.scalars(select(AuditEntry.act).where(AuditEntry.act == "certificates.approve")).all()
    assert len(acts) == 2


def test_form_offers_the_last_signer_and_keeps_what_was_typed(client, login, session, completed, decision):
    cycle = completed()
    login(role="admin")
    page = client.get("/certificates/pending").text
    assert 'value="Trần Văn Bình"' in page
    assert 'value="125/QĐ-SNV"' not in page
    wrong = client.post("/certificates/pending", data=FORM | {"number": "", "enrolment": [cycle.id]})
    assert wrong.status_code == 422
    assert "Chưa ghi số quyết định" in wrong.text
    assert "checked" in wrong.text
    nobody = client.post("/certificates/pending", data=FORM)
    assert nobody.status_code == 422
    assert "Chưa chọn ai" in nobody.text
    assert session.scalar(select(func.count()).select_from(Certificate)) == 0


def test_register_and_its_export(client, login, session, completed, issue):
    found = issue(completed("Nguyễn Thị Ỷ"))
    login(role="admin")
    assert found.number in client.get("/certificates/register?q=nguyen").text
    assert "Không tìm thấy" in client.get("/certificates/register?q=khongco").text
    reply = client.post("/certificates/register/export", data={"q": ""})
    assert "Nguyễn Thị Ỷ" in reply.data.decode("utf-8-sig")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "certificates.export")).one()
    assert entry.detail["rows"] == 1


def test_a_large_register_is_written_by_a_job_and_noted(client, login, session, completed, issue, monkeypatch):
    monkeypatch.setattr(services, "EXPORT_AT_ONCE", 1)
    monkeypatch.setattr(queries, "CHUNK", 1)
    numbers = [issue(completed(name)).number for name in ("Nguyễn Thị Ỷ", "Lê Văn Đạt")]
    session.commit()
    admin = login(role="admin")
    reply = client.post("/certificates/register/export", data={"q": ""})
    assert "/jobs/" in reply.location
    session.commit()
    work_off()
    job = session.scalars(select(Job).where(Job.kind == "certificates.register")).one()
    data = storage.existing(job.result["file"]).read_bytes()
    lines = data.decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == numbers
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "certificates.export")).one()
    assert (entry.actor_id, entry.detail["rows"]) == (admin.id, 2)
    assert entry.detail["sha256"] == hashlib.sha256(data).hexdigest() == job.result["file"]


def test_revoke_needs_reason_and_decision(client, login, session, completed, issue):
    found = issue(completed())
    login(role="admin")
    assert client.post(f"/certificates/{found.id}/revoke", data={"reason": ""}).status_code == 422
    assert client.post("/certificates/0/revoke", data={"reason": "a", "decision": "b"}).status_code == 404
    reply = client.post(f"/certificates/{found.id}/revoke", data={"reason": "Cấp nhầm.", "decision": "130/QĐ-SNV"})
    assert reply.status_code == 302
    page = client.get(f"/certificates/{found.id}").text
    assert "Thu hồi theo 130/QĐ-SNV" in page
    login(factories.person())
    assert client.get(f"/certificates/{found.id}").status_code == 403


def test_anybody_verifies_by_code(client, session, completed, issue):
    found = issue(completed("Lê Thị Mỹ Hường", birth_year=1971, birth_month=3, birth_day=5))
    session.commit()
    assert client.get("/certificates/verify").status_code == 200
    spaced = " ".join(found.code[i : i + 4].lower() for i in range(0, 16, 4))
    reply = client.get("/certificates/verify", query_string={"code": spaced})
    assert reply.location == f"/certificates/verify/{found.code}"
    assert found.frozen["verify_url"].endswith(reply.location)
    page = client.get(reply.location).text
    assert "Giấy chứng nhận hợp" in page
    assert "LÊ THỊ MỸ HƯỜNG" in page
    assert "••/••/1971" in page
    assert "05/03" not in page
    services.revoke(found.id, "Cấp nhầm người.", "130/QĐ-SNV", 1, views.clock.now())
    session.commit()
    page = client.get(reply.location)
    assert page.status_code == 200
    assert "đã bị thu" in page.text
    assert "130/QĐ-SNV" in page.text
    assert "Cấp nhầm người" not in page.text


def test_unknown_code_says_how_to_check_and_too_many_wait(client, session):
    views._misses.clear()
    reply = client.get("/certificates/verify/AAAABBBBCCCCDDDD")
    assert reply.status_code == 404
    assert "so lại từng ký tự" in reply.text
    for _ in range(views.TRIES):
        reply = client.get("/certificates/verify/AAAABBBBCCCCDDDD")
    assert reply.status_code == 429
    views._misses.clear()


def test_pdf_is_compared_byte_for_byte(client, app, session, completed, issue, tmp_path):
    found = issue(completed())
    pdf = queries.draw(found.frozen)
    services.keep_pdf(found.id, storage.put(pdf))
    session.commit()
    with storage.existing(queries.by_digest(storage.put(pdf)).pdf_digest).open("rb") as stream:
        assert "Đúng tệp đã cấp" in client.post("/certificates/verify", data={"pdf": (stream, "a.pdf")}).text
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf + b" ")
    with file.open("rb") as stream:
        assert "Không trùng" in client.post("/certificates/verify", data={"pdf": (stream, "a.pdf")}).text
    runner = app.test_cli_runner()
    assert runner.invoke(args=["certificates", "verify", str(file)]).exit_code == 1
    file.write_bytes(pdf)
    assert found.number in runner.invoke(args=["certificates", "verify", str(file)]).output


def test_commands_approve_and_revoke(app, session, completed):
    completed(course=factories.course("K01"))
    completed()
    session.commit()
    runner = app.test_cli_runner()
    given = [
        "certificates",
        "approve",
        "--course",
        "K01",
        "--number",
        "1/QĐ-SNV",
        "--day",
        "2026-11-20",
        "--signer",
        "Trần Văn Bình",
    ]
    assert "Đã công nhận 1 kết quả" in runner.invoke(args=given).output
    number = session.scalar(select(Certificate.number))
    done = runner.invoke(args=["certificates", "revoke", number, "--reason", "Nhầm", "--decision", "2/QĐ-SNV"])
    assert done.exit_code == 0
    assert session.scalar(select(Certificate.revoked_reason)) == "Nhầm"
