"""Approval, numbers, freezing, the PDF, revocation."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pypdf
import pytest
from sqlalchemy import func, select, update

from lms import storage
from lms.certificates import queries, services
from lms.certificates.models import Certificate, RegisterCounter
from lms.db import Base, db
from lms.errors import NotFound
from lms.jobs.tasks import work_off
from lms.notices.models import Notice
from lms.people.models import UnitVersion
from lms.people.queries import Scope
from tests import factories
from tests.certificates.conftest import AT, PAPER, make_completion

EVERYWHERE = Scope(everywhere=True)


def approve(decision, cycles, at=AT):
    ids = services.approve(decision, [cycle.id for cycle in cycles], "http://localhost", 1, at)
    return [db.session.get(Certificate, i) for i in ids]


def test_numbers_follow_one_another_and_begin_anew_each_local_year(completed, decision):
    first = approve(decision, [completed(), completed()])
    assert [c.number for c in first] == ["001/GCN-SNV-2026", "002/GCN-SNV-2026"]
    midnight = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # 00:00 on 01/01/2027 in Đồng Tháp
    assert approve(decision, [completed()], midnight)[0].number == "001/GCN-SNV-2027"
    assert approve(decision, [completed()])[0].number == "003/GCN-SNV-2026"


def test_approving_twice_is_harmless(session, completed, decision):
    cycles = [completed(), completed()]
    approve(decision, cycles)
    assert approve(decision, cycles) == []
    assert approve(decision, [*cycles, completed()])[0].n == 3
    assert session.scalar(select(func.count()).select_from(Certificate)) == 3
    assert services.decide(PAPER, 1, AT).id == decision.id


def test_cycles_not_completed_are_left_out(session, decision):
    cycle = factories.enrolment(factories.person(), factories.course())
    assert approve(decision, [cycle]) == []
    assert session.scalar(select(RegisterCounter.n)) == 0


def test_what_a_certificate_says_is_frozen(session, completed, issue):
    unit = factories.unit("Xã Tân Phước 1")
    cycle = completed("Lê Thị Mỹ Hường", unit, birth_year=1971, birth_month=3, birth_day=5)
    found = issue(cycle)
    before = dict(found.frozen)
    assert (before["holder"], before["unit"], before["born"]) == ("Lê Thị Mỹ Hường", "Xã Tân Phước 1", [1971, 3, 5])
    assert (before["position"], before["result"], before["authority"]) == ("Chuyên viên", "Đạt, 8,5 điểm", "GIÁM ĐỐC SỞ NỘI VỤ")
    session.get(factories.Person, cycle.officer_id).full_name = "Lê Thị Khác"
    session.execute(update(UnitVersion).where(UnitVersion.unit_id == unit.id).values(name="Xã Mới"))
    session.commit()
    assert session.get(Certificate, found.id).frozen == before
    text = pypdf.PdfReader(io.BytesIO(queries.pdf(session.get(Certificate, found.id)))).pages[0].extract_text()
    assert "LÊ THỊ MỸ HƯỜNG" in text
    assert "001/GCN-SNV-2026" in text


def test_only_the_year_of_birth_may_be_known(completed, issue):
    assert issue(completed(birth_year=1980)).frozen["born"] == [1980, None, None]
    assert issue(completed(birth_year=None)).frozen["born"] is None


def test_officer_is_told_once(session, completed, decision):
    cycle = completed()
    approve(decision, [cycle])
    approve(decision, [cycle])
    texts = session.scalars(
        select(Notice.text).where(Notice.person_id == cycle.officer_id, Notice.kind == "certificate.issued")
    ).all()
    assert len(texts) == 1
    assert "001/GCN-SNV-2026" in texts[0]


def test_codes_are_80_random_bits_that_nobody_repeats(completed, decision):
    codes = {c.code for c in approve(decision, [completed() for _ in range(20)])}
    assert len(codes) == 20
    assert all(len(code) == 16 and set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for code in codes)


def test_code_is_read_as_people_type_it(completed, issue):
    found = issue(completed())
    found.code = "OIB2OIB3OIB4OIB5"
    db.session.flush()
    for typed in ("0ib2-oib3-oIb4-o1b5", " 018 2013 3018 4018 5".replace("2013 3", "2 018 3"), "oib2 oib3 oib4 oib5"):
        assert queries.by_code(typed)[0].id == found.id
    with pytest.raises(NotFound):
        queries.by_code("OIB2")


def test_pdfs_are_made_by_the_job_and_equal_those_drawn_before(session, completed, decision):
    found = approve(decision, [completed(), completed()])
    drawn = [queries.pdf(c) for c in found]
    services.ask_for_pdfs(decision, 1, AT)
    session.commit()
    assert work_off() == 1
    for certificate_id, pdf in zip([c.id for c in found], drawn, strict=True):
        kept = session.get(Certificate, certificate_id)
        assert storage.existing(kept.pdf_digest).read_bytes() == pdf
        assert queries.pdf(kept) == pdf
        assert queries.by_digest(kept.pdf_digest).id == certificate_id


def test_revocation_is_kept_and_happens_once(session, completed, issue):
    found = issue(completed())
    services.revoke(found.id, "Cấp nhầm người.", "130/QĐ-SNV", 1, AT)
    services.revoke(found.id, "Lý do khác.", "131/QĐ-SNV", 2, AT)
    session.refresh(found)
    assert (found.revoked_reason, found.revoked_decision, found.revoked_by) == ("Cấp nhầm người.", "130/QĐ-SNV", 1)
    assert queries.by_code(found.code)[0].revoked_at is not None
    with pytest.raises(NotFound):
        services.revoke(0, "", "", 1, AT)


def test_register_is_searched_without_marks_and_written_safely(completed, decision):
    approve(decision, [completed("=SUM(A1) Đào"), completed("Nguyễn Thị Ỷ")])
    assert [row.frozen["holder"] for row in queries.register(EVERYWHERE, "nguyen thi y")] == ["Nguyễn Thị Ỷ"]
    assert [row.number[:3] for row in queries.register(EVERYWHERE, "002/GCN")] == ["002"]
    assert (queries.registered(EVERYWHERE), queries.registered(EVERYWHERE, "nguyen thi y")) == (2, 1)
    data = b"".join(queries.register_csv(queries.whole_register(EVERYWHERE)))
    assert data.startswith(b"\xef\xbb\xbfSTT,")
    assert "'=SUM(A1) Đào" in data.decode("utf-8-sig")


def test_pages_of_what_waits_lie_end_to_end(completed, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 3)
    course, units = factories.course("K01"), [factories.unit(f"Xã {n}") for n in range(4)]
    for n, size in enumerate((2, 5, 1, 3)):
        for i in range(size):
            completed(f"Lê Văn {'ABCDE'[i]}", units[n], course)
    found = queries.tally(queries.Filters(), EVERYWHERE)
    assert (found.total, found.courses) == (11, {course.course_id: 11})
    pages = [queries.pending(queries.Filters(), EVERYWHERE, AT.date(), page, found.units) for page in (1, 2, 3, 4, 5)]
    assert [len(page) for page in pages] == [3, 3, 3, 2, 0]
    assert [row.enrolment_id for page in pages for row in page] == queries.pending_ids(queries.Filters(), EVERYWHERE)


@pytest.fixture
def committed(app):
    """An application context whose commits are real; every row is deleted afterwards."""
    with app.app_context():
        yield
        db.session.remove()
        for table in reversed(Base.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()
        db.session.remove()


def test_numbers_have_no_gap_and_no_double_when_several_approve_at_once(app, committed):
    completed = make_completion()
    course, unit = factories.course(), factories.unit()
    cycles = [completed(unit=unit, course=course).id for _ in range(24)]
    decision_id = services.decide(PAPER, 1, AT).id
    db.session.commit()

    def approve_some(part):
        with app.app_context():
            decision = db.session.get(services.Decision, decision_id)
            made = services.approve(decision, part, "http://localhost", 1, AT)
            if part[0] == cycles[8]:
                db.session.rollback()  # one approval fails at its end: its numbers are given back
                made = services.approve(db.session.get(services.Decision, decision_id), part, "http://localhost", 1, AT)
            db.session.commit()
            return len(made)

    parts = [cycles[i : i + 4] for i in range(0, 24, 4)]
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(approve_some, [*parts, *parts]))  # everybody presses the button twice
    assert sum(counts) == 24
    assert sorted(db.session.scalars(select(Certificate.n))) == list(range(1, 25))
    assert db.session.scalar(select(RegisterCounter.n)) == 24
