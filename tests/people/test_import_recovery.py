"""An import whose worker died goes on or is taken back; before a reversal one sees whom it leaves as they are."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from lms import clock
from lms.jobs.models import Job
from lms.jobs.services import HANDLERS, LEASE, MAX_ATTEMPTS, take_next
from lms.people import services
from lms.people.models import Assignment, ImportOperation, ImportRow, Person
from lms.people.queries import main_assignment
from lms.people.services import Change, NewUnit
from tests import factories
from tests.people.test_imports import HEAD, known_person, line, one, upload, work_off, xlsx

TODAY = clock.today()
UNIT = "Xã Mỹ An Hưng"


@pytest.fixture
def commune(session):
    return factories.unit(UNIT, code="30001")


@pytest.fixture
def admin(login):
    return login(role="admin")


def people(n: int) -> list[list]:
    return [line(f"Lê {chr(65 + i // 26)}{chr(97 + i % 26)}", str(1950 + i % 40), "", UNIT) for i in range(n)]


def written(session) -> int:
    return session.scalar(select(func.count()).select_from(Person).where(Person.operation_id.is_not(None)))


def die_of_it(session, steps: int = 1) -> None:
    """The newest job does that many steps; then its workers die under it until it is given up."""
    job = session.scalars(select(Job).order_by(Job.id.desc())).first()
    work = HANDLERS[job.kind](job)
    for _ in range(steps):
        step = next(work)
        job.cursor, job.done = step.cursor, step.done
    work.close()
    long_ago = clock.now() - LEASE - timedelta(minutes=1)
    job.state, job.attempts, job.lease_until = "running", MAX_ATTEMPTS, long_ago
    session.commit()
    assert take_next(clock.now()) is None
    session.expire_all()


def confirm(client, content) -> str:
    address = upload(client, content)
    client.post(f"{address}/confirm")
    return address


def test_an_import_whose_workers_died_says_so_and_goes_on(client, session, admin, commune):
    address = confirm(client, xlsx([HEAD, *people(230)]))
    assert "Bị gián đoạn" not in client.get(address).text
    die_of_it(session)
    assert written(session) == 100
    for page in (client.get(address).text, client.get("/people/imports").text):
        assert "Bị gián đoạn" in page
    assert "Ghi tiếp" in client.get(address).text
    for _ in range(2):
        assert client.post(f"{address}/resume").status_code == 302
    assert session.scalar(select(func.count()).select_from(Job).where(Job.state == "queued")) == 1
    work_off()
    session.expire_all()
    assert written(session) == 230
    page = client.get(address).text
    assert "Đã ghi" in page
    assert "230 người mới" in page
    assert client.post(f"{address}/resume").status_code == 302
    assert session.scalar(select(func.count()).select_from(Job).where(Job.state == "queued")) == 0


def test_an_import_that_stopped_half_way_is_taken_back(client, session, admin, commune):
    address = confirm(client, xlsx([HEAD, *people(230)]))
    assert client.post(f"{address}/reverse").status_code == 409  # it is being written
    die_of_it(session)
    assert "Gỡ 100 người đã ghi" in client.get(f"{address}/reverse").text
    assert client.post(f"{address}/reverse").status_code == 302
    assert client.post(f"{address}/resume").status_code == 302  # too late: nothing is to be gone on with
    work_off()
    session.expire_all()
    assert written(session) == 0
    assert session.scalars(select(ImportOperation.state)).one() == "reversed"


def test_a_reversal_that_stopped_goes_on_and_keeps_nobody_by_mistake(client, session, admin, commune):
    known = [known_person(commune, f"Trần {chr(65 + i)}", code=f"DT{i:02}") for i in range(26)]
    new_unit = factories.unit("Phường Mới")
    rows = [line(p.full_name, "", "", "Phường Mới", code=f"DT{i:02}") for i, p in enumerate(known)]
    address = confirm(client, xlsx([HEAD, *rows]))
    work_off()
    assert {main_assignment(p.id, TODAY).unit_id for p in known} == {new_unit.id}
    client.post(f"{address}/reverse")
    die_of_it(session)
    assert "Hoàn tác tiếp" in client.get(address).text
    client.post(f"{address}/resume")
    work_off()
    session.expire_all()
    assert {main_assignment(p.id, TODAY).unit_id for p in known} == {commune.id}
    assert "Mọi thay đổi của lần nhập này đã được gỡ" in client.get(address).text


def test_reading_that_stopped_is_done_again(client, session, admin, commune, monkeypatch):
    monkeypatch.setattr("tests.people.test_imports.work_off", lambda: None)
    address = upload(client, xlsx([HEAD, *people(3)]))
    die_of_it(session, 0)
    assert "Đọc tiếp" in client.get(address).text
    client.post(f"{address}/resume")
    work_off()
    assert "Ghi 3 người" in client.get(address).text


def test_an_import_by_command_that_was_killed_goes_on_too(client, session, admin, commune):
    address = upload(client, xlsx([HEAD, *people(3)]))
    session.execute(update(ImportOperation).values(state="confirming", job_id=None))
    session.commit()
    assert "Bị gián đoạn" not in client.get(address).text  # it may be at it just now
    session.execute(update(ImportOperation).values(at=clock.now() - timedelta(hours=2)))
    session.commit()
    assert "Bị gián đoạn" in client.get(address).text
    client.post(f"{address}/resume")
    work_off()
    assert written(session) == 3


def reversal(client, session, address) -> str:
    """The preview's text; then the reversal is done, and must have kept exactly those whom the preview named."""
    page = client.get(f"{address}/reverse").text
    client.post(f"{address}/reverse")
    work_off()
    session.expire_all()
    for row in session.scalars(select(ImportRow).where(ImportRow.action.in_(["new", "changed"]))):
        assert (row.data.get("kept", "") in page) if row.data.get("kept") else (row.data["full_name"] not in page)
    return page


def test_people_whom_a_merger_took_along_are_named_beforehand_and_stay(client, session, admin, commune):
    other = factories.unit("Xã Bên Cạnh")
    rows = [line("Võ Cúc", "1982", "x", UNIT), line("Võ Đào", "1983", "x", "Xã Bên Cạnh")]
    address = confirm(client, xlsx([HEAD, *rows]))
    work_off()
    third = factories.unit("Xã Thứ Ba")
    change = Change("merge", "NQ 1", TODAY, (commune.id, third.id), made=(NewUnit("Xã Gộp"),))
    services.apply_unit_event(change, clock.now(), None)
    session.commit()
    page = reversal(client, session, address)
    assert "Võ Cúc" in page
    assert f"{UNIT} đã sáp nhập, hợp nhất" in page
    assert "NQ 1" in page
    assert main_assignment(one(session, "Võ Cúc").id, TODAY).unit_name == "Xã Gộp"
    assert session.scalars(select(Person).where(Person.full_name == "Võ Đào")).all() == []
    assert other.ended is None


def test_nobody_returns_to_a_unit_that_has_merged_since(client, session, admin, commune):
    person = known_person(commune)
    target = factories.unit("Phường Mới")
    address = confirm(client, xlsx([HEAD, line(person.full_name, "", "", "Phường Mới", code="DT01")]))
    work_off()
    services.apply_unit_event(Change("merge", "NQ 2", TODAY, (commune.id,), to_id=target.id), clock.now(), None)
    session.commit()
    assert "không trả người này về đó được" in reversal(client, session, address)
    open_ones = select(Assignment.unit_id).where(Assignment.person_id == person.id, Assignment.until.is_(None))
    assert session.scalars(open_ones).all() == [target.id]


def test_the_preview_names_people_with_results_and_those_who_changed(client, session, admin, commune):
    names = ("Đã Sửa", "Có Vai", "Đã Học", "Còn Nguyên")
    address = confirm(client, xlsx([HEAD, *(line(name, "1980", "", UNIT) for name in names)]))
    work_off()
    one(session, "Đã Sửa").updated_at = clock.now()
    factories.grant(one(session, "Có Vai"), "head", "unit", commune.id)
    course = factories.quiz()
    factories.enrolment(one(session, "Đã Học"), course)
    session.commit()
    page = reversal(client, session, address)
    assert "Gỡ 1 người đã ghi" in page
    assert "kết quả học tập" in page


def test_a_preview_of_many_reads_little(client, session, admin, commune, queries):
    address = confirm(client, xlsx([HEAD, *people(230)]))
    work_off()
    client.get(f"{address}/reverse")
    with queries() as count:
        client.get(f"{address}/reverse")
    assert len(count) <= 45
