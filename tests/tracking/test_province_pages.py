"""Pages of Sở Nội vụ, heads and focal points: figures lead to names, files are noted, past days are counted on asking."""

import io
from datetime import date, timedelta
from zipfile import ZipFile

import pytest
from sqlalchemy import select, update

from lms import clock
from lms.audit.models import AuditEntry
from lms.jobs.models import Job
from lms.jobs.services import CALENDAR
from lms.jobs.tasks import work_off
from lms.tracking import services
from lms.tracking.models import Snapshot
from tests import factories
from tests.province import World


@pytest.fixture
def world(session):
    world = World()
    world.meets(world.officer("Nguyễn Thị Đạt"))
    world.officer("Lê Văn Thiếu", world.b)
    session.commit()
    return world


def test_figures_say_until_when_and_lead_to_names(client, login, world, queries):
    taken = world.take(world.day(1))
    login(role="admin")
    with queries() as count:
        page = client.get("/tracking/province").text
    assert len(count) <= 17
    assert f"{world.day(1):%d/%m/%Y}" in page
    assert "theo những gì đã ghi đến" in page
    assert "1/2 người (50,0%)" in page
    assert "Chưa đạt" in page
    names = client.get(f"/tracking/province/officers?snapshot={taken}&which=ct3_no").text
    assert "Lê Văn Thiếu" in names
    assert "Nguyễn Thị Đạt" not in names
    assert "Xã B" in names
    unit = client.get(f"/tracking/province?unit={world.a.id}").text
    assert "1/1 người (100,0%)" in unit
    assert client.get("/tracking/province?unit=99999").status_code == 404
    assert client.get("/tracking/province?snapshot=99999").status_code == 404
    assert client.get(f"/tracking/province/officers?snapshot={taken}&page=9").status_code == 404


def test_more_than_the_target_is_said_only_when_it_is_more(client, login, world, session):
    """Nine of ten are 90 per cent, not more than 90."""
    for n in range(8):
        world.meets(world.officer(f"Người {n}"))
    session.commit()
    world.take()
    login(role="admin")
    page = client.get("/tracking/province").text
    assert "9/10 người (90,0%)" in page
    assert "cần thêm 1 người" in page


def test_before_anything_was_counted(client, login, session):
    login(role="admin")
    assert "Chưa có số liệu toàn tỉnh" in client.get("/tracking/province").text
    assert "Cần hai lần tính" in client.get("/tracking/province/compare").text
    assert client.get("/tracking/province/officers").status_code == 404


def test_asking_for_a_past_day_counts_it_and_shows_it(client, login, world, session):
    login(role="admin")
    assert (
        client.post("/tracking/province/ask", data={"as_of": f"{clock.today() + timedelta(days=1):%d/%m/%Y}"}).status_code == 422
    )
    reply = client.post("/tracking/province/ask", data={"as_of": f"{world.day(20):%d/%m/%Y}"})
    again = client.post("/tracking/province/ask", data={"as_of": f"{world.day(20):%d/%m/%Y}"})
    assert reply.headers["Location"] == again.headers["Location"]  # the work that waits serves too
    assert work_off() == 1
    page = client.get(reply.headers["Location"]).text
    kept = session.scalars(select(Snapshot)).one()
    assert (kept.as_of, kept.reason) == (world.day(20), "asked")
    assert f"/tracking/province?snapshot={kept.id}" in page
    assert "1/2 người (50,0%)" in client.get(f"/tracking/province?snapshot={kept.id}").text


def test_a_day_before_the_first_result_is_refused_and_the_first_is_said(client, login, world, session):
    login(role="admin")
    reply = client.post("/tracking/province/ask", data={"as_of": "01/01/1990"})
    assert reply.status_code == 422
    assert f"{world.day(100):%d/%m/%Y}" in reply.text
    assert client.post("/tracking/province/ask", data={"as_of": f"{world.day(100):%d/%m/%Y}"}).status_code == 302


def test_who_asked_for_a_snapshot_may_remove_it_and_nobody_else(client, login, world, session):
    asked, nightly = world.take(world.day(20)), world.take(world.day(1))
    mine = login(role="admin")
    session.execute(update(Snapshot).where(Snapshot.id == asked).values(reason="asked", by_id=mine.id, as_of=date(2026, 9, 13)))
    session.execute(update(Snapshot).where(Snapshot.id == nightly).values(reason="nightly", by_id=None))
    session.commit()
    assert f"/tracking/province/ask/{asked}" in client.get("/tracking/province/ask").text
    assert client.post(f"/tracking/province/ask/{nightly}").status_code == 404
    login(role="admin")
    assert f"/tracking/province/ask/{asked}" not in client.get("/tracking/province/ask").text
    assert client.post(f"/tracking/province/ask/{asked}").status_code == 404
    login(mine)
    assert client.post(f"/tracking/province/ask/{asked}").status_code == 302
    assert client.get(f"/tracking/province?snapshot={asked}").status_code == 404
    assert session.scalars(select(AuditEntry.act)).all()[-1] == "tracking.remove_snapshot"
    assert f"/tracking/province/ask/{asked}" not in client.get("/tracking/province/ask").text


def test_a_closing_day_that_was_asked_for_stays(client, login, world, session):
    services.put_calendars([{"since": date(2020, 1, 1), "closes": ["03-14", "06-14", "09-14", "12-14"], "note": ""}])
    asked = world.take(world.day(20))
    mine = login(role="admin")
    session.execute(update(Snapshot).where(Snapshot.id == asked).values(reason="asked", by_id=mine.id, as_of=date(2026, 9, 14)))
    session.commit()
    assert f"/tracking/province/ask/{asked}" not in client.get("/tracking/province/ask").text
    assert client.post(f"/tracking/province/ask/{asked}").status_code == 404


def test_core_and_other_competences_lacking_are_told_apart(client, login, world, session):
    other = world.officer("Phan Thị Khác")
    world.award(other, "C1.1")
    world.award(other, "C1.2")
    session.commit()
    taken = world.take()
    login(role="admin")
    rows = client.get(f"/tracking/province/officers?snapshot={taken}").text.split("<tr")
    fit = next(row for row in rows if "Phan Thị Khác" in row)
    assert "Đáp ứng" in fit
    assert "Cốt lõi" not in fit
    assert "Khác" in fit.split('data-label="Còn thiếu"')[1]
    assert "Cốt lõi" in next(row for row in rows if "Lê Văn Thiếu" in row)


def test_who_joined_the_list_holding_what_since_when(client, login, world, session):
    world.take(world.day(30))
    world.meets(world.officer("Trần Thị Mới", since=world.day(10)), on=world.day(60))
    session.commit()
    world.take()
    login(role="admin")
    page = client.get("/tracking/province/compare").text
    row = next(row for row in page.split("<tr") if "Trần Thị Mới" in row)
    assert f"từ {world.day(10):%d/%m/%Y}" in row
    assert f"C1.1 cấp 2, ghi nhận {world.day(60):%d/%m/%Y}" in row


def test_why_the_figure_changed(client, login, world, session):
    new = world.officer("Trần Thị Mới")
    world.take(world.day(30))
    world.meets(new, on=world.day(5))
    session.commit()
    world.take()
    login(role="admin")
    page = client.get("/tracking/province/compare").text
    assert "Vì sao 2 chứ không phải 1?" in page
    assert "Trần Thị Mới" in page
    assert "Đạt mới trong thời gian này" in page
    assert f"C1.1 cấp 2, ghi nhận {world.day(5):%d/%m/%Y}" in page
    assert "Trần Thị Mới" not in client.get("/tracking/province/compare?reason=expired").text
    assert "không ai thêm, không ai bớt" in client.get(f"/tracking/province/compare?unit={world.b.id}").text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_names_are_exported_and_noted(client, login, world, session, kind):
    taken = world.take()
    admin = login(role="admin")
    reply = client.post(f"/tracking/province/officers?snapshot={taken}&which=ct3_no&unit={world.b.id}", data={"format": kind})
    assert reply.status_code == 200
    assert kind in reply.headers["Content-Disposition"]
    text = reply.text if kind == "csv" else "".join(
        ZipFile(io.BytesIO(reply.data)).read(name).decode() for name in ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml")
        if name in ZipFile(io.BytesIO(reply.data)).namelist()
    )  # fmt: skip
    assert "Lê Văn Thiếu" in text
    assert "Nguyễn Thị Đạt" not in text
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "tracking.export")).one()
    assert entry.actor_id == admin.id
    assert entry.detail.items() >= {"snapshot": taken, "which": "ct3_no", "unit": world.b.id, "rows": 1, "format": kind}.items()
    assert client.get("/log").status_code == 200


def test_a_long_list_is_the_work_of_a_job(client, login, world, session, monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 1)
    taken = world.take()
    login(role="admin")
    reply = client.post(f"/tracking/province/officers?snapshot={taken}", data={"format": "csv"})
    assert reply.status_code == 302
    assert work_off() == 1
    job = session.scalars(select(Job).where(Job.kind == "tracking.export")).one()
    with client.get(f"/jobs/{job.id}/file") as file:
        assert "Lê Văn Thiếu" in file.text
        assert "Nguyễn Thị Đạt" in file.text


def test_the_unit_says_who_needs_what_and_is_exported(client, login, world, session):
    world.officer("Đỗ Thị Cần")
    course = factories.course("K01", evidences=[{"competence": "C1.1", "level": 2}])
    session.commit()
    login(role="focal_point", scope="unit", scope_id=world.a.id)
    page = client.get("/tracking/unit").text
    assert "Đỗ Thị Cần" in page
    assert "1/2 người đủ năng lực cốt lõi" in page
    assert f"/courses/{course.course_id}" in page
    assert "Lê Văn Thiếu" not in page
    those = client.get(f"/tracking/unit?lacking={world.ids['C1.1']}").text.split('id="ban-do"')[1]
    assert "Đỗ Thị Cần" in those
    assert "Nguyễn Thị Đạt" not in those
    assert client.get("/tracking/unit?lacking=99999").status_code == 404
    reply = client.post("/tracking/unit", data={"format": "csv"})
    assert "Đỗ Thị Cần" in reply.text
    assert "0 (cần 2)" in reply.text
    assert "Lê Văn Thiếu" not in reply.text
    assert session.scalars(select(AuditEntry.detail)).all()[-1]["rows"] == 2
    assert client.post(f"/tracking/unit?unit={world.b.id}", data={"format": "csv"}).status_code == 404
    assert client.get("/tracking/province").status_code == 403


def test_nightly_work_counts_the_day_that_ended(app, session, world):
    services.put_calendars([{"since": date(2020, 1, 1), "closes": [f"{world.day(1):%m-%d}"]}])
    session.commit()
    next(function for _, function in CALENDAR if function.__name__ == "count_the_province")()
    assert work_off() == 1
    kept = session.scalars(select(Snapshot)).one()
    assert (kept.as_of, kept.reason, kept.by_id) == (world.day(1), "closing", None)
    assert kept.published_at is not None
