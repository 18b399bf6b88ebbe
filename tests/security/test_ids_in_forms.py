"""Ids that come in a form and not in the address: another unit's or another course's are refused whole, with nothing written."""

from datetime import timedelta

import pytest

from lms import clock
from lms.audit.models import AuditEntry
from lms.certificates.models import Certificate
from lms.courses import services as courses
from lms.courses.models import Enrolment
from lms.courses.queries import version as cached
from lms.people.models import Assignment, Grant, OneTimeSecret
from lms.quizzes.models import Allowance
from tests import factories
from tests.permissions.world import build

LATER = "31/12/2040"


@pytest.fixture
def world(session):
    return build()


def cycle(world, whose: str) -> Enrolment:
    return factories.enrolment(world.people[whose], factories.course())


def test_no_due_day_is_moved_for_officers_of_another_unit(client, login, session, world):
    own, foreign = cycle(world, "officer"), cycle(world, "otto")
    login(world.people["focal_point"])
    reply = client.post("/courses/extend", data={"enrolment_ids": [own.id, foreign.id], "due": LATER})
    assert reply.status_code == 404
    session.expire_all()
    assert (own.due, foreign.due) == (None, None)
    assert session.query(AuditEntry).filter_by(act="courses.extend").count() == 0
    assert client.post("/courses/extend", data={"enrolment_ids": [own.id], "due": LATER}).status_code == 302


def test_nobody_of_another_unit_is_nominated(client, login, session, world):
    course = factories.course()
    login(world.people["focal_point"])
    ids = [world.people["officer"].id, world.people["otto"].id]
    reply = client.post("/courses/nominate", data={"course_id": course.course_id, "officer_ids": ids})
    assert reply.status_code == 404
    assert session.query(Enrolment).filter_by(course_id=course.course_id).count() == 0


def test_nobody_is_sent_to_a_course_that_is_not_open(client, login, session, world):
    login(world.people["focal_point"])
    reply = client.post("/courses/nominate", data={"course_id": 999_999, "officer_ids": [world.people["officer"].id]})
    assert reply.status_code == 422


def test_no_slip_for_an_officer_or_a_unit_outside_the_scope(client, login, session, world):
    login(world.people["focal_point"])
    for wanted in ({"person_id": world.people["otto"].id}, {"unit_id": world.foreign["unit_id"]}):
        assert client.post("/people/slips", data=wanted).status_code == 409
    assert session.query(OneTimeSecret).count() == 0


def test_nobody_is_assigned_to_a_unit_outside_the_scope(client, login, session, world):
    login(role="admin", scope="unit", scope_id=world.own["unit_id"])
    form = {"unit_id": world.foreign["unit_id"], "position_id": "", "since": "01/01/2026", "how": "transfer", "title": "x"}
    place = f"/people/officers/{world.people['officer'].id}/assign"
    assert client.post(place, data=form).status_code == 422
    assert client.post(place, data=form | {"unit_id": world.own["unit_id"], "position_id": 999_999}).status_code == 422
    assert (
        session.query(Assignment).filter_by(person_id=world.people["officer"].id, unit_id=world.foreign["unit_id"]).count() == 0
    )


def test_no_role_reaches_further_than_the_givers(client, login, session, world):
    login(role="admin", scope="unit", scope_id=world.own["unit_id"])
    olga = world.people["officer"]
    before = session.query(Grant).filter_by(person_id=olga.id).count()
    form = {"role": "admin", "since": "01/01/2026"}
    for where in (
        {"unit_id": ""},
        {"unit_id": world.foreign["unit_id"]},
        {"unit_id": "", "course_id": world.own["course_id"], "role": "trainer"},
    ):
        assert client.post(f"/people/officers/{olga.id}/roles", data=form | where).status_code == 422
    assert session.query(Grant).filter_by(person_id=olga.id).count() == before


def test_a_trainer_gives_no_extra_time_in_another_course(client, login, session, world):
    login(world.people["trainer"])
    before = session.query(Allowance).count()
    form = {"person": "Lê Thị Olga", "percent": "50", "reason": "mắt kém"}
    for activity_id in (world.foreign["activity_id"], 0):
        assert client.post("/quizzes/allowances", data=form | {"activity_id": activity_id}).status_code == 422
    assert session.query(Allowance).count() == before


def test_no_certificate_for_a_completion_outside_the_scope_or_that_is_none(client, login, session, world):
    at = clock.now()
    done, going = cycle(world, "otto"), cycle(world, "officer")
    done.completed_at, done.completion_origin, done.unit_id = at - timedelta(days=1), "here", world.foreign["unit_id"]
    session.commit()
    login(role="admin", scope="unit", scope_id=world.own["unit_id"])
    form = {
        "number": "9/QĐ", "day": "05/01/2026", "signer_title": "GIÁM ĐỐC", "signer_name": "Ai", "issuer_name": "SỞ",
        "issuer_parent": "TỈNH", "issuer": "SNV", "place": "Đồng Tháp",
    }  # fmt: skip
    before = session.query(Certificate).count()
    assert client.post("/certificates/pending", data=form | {"enrolment": [done.id, going.id]}).status_code == 409
    assert session.query(Certificate).count() == before


def test_a_roster_is_exported_in_the_scope_whatever_the_address_says(client, login, session, world):
    otto = world.people["otto"]
    version = factories.course()
    for who in ("officer", "otto"):
        enrolment = factories.enrolment(world.people[who], version)
        courses.complete(enrolment.id, cached(version.id), clock.now(), clock.now())
    session.commit()
    login(world.people["focal_point"])
    for query in ({}, {"unit": world.foreign["unit_id"]}, {"q": "Otto"}, {"units": "now", "unit": world.foreign["unit_id"]}):
        data = client.post("/rosters/export", query_string=query, data={"format": "csv"}).data.decode()
        assert otto.full_name not in data
    assert "Lê Thị Olga" in client.post("/rosters/export", data={"format": "csv"}).data.decode()


def test_an_import_row_of_another_import_cannot_be_answered(client, login, session, world):
    login(world.people["admin"])
    own, other = world.own, world.foreign
    place = f"/people/imports/{own['operation_id']}/rows/{other['row_id']}"
    assert client.post(place, data={"person_id": world.people["officer"].id}).status_code == 404
