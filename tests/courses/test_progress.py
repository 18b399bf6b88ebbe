"""Staff: who is where, nominating, due days, enrolment rules and reminders."""

from datetime import timedelta

import pytest

from lms import clock
from lms.audit.models import AuditEntry
from lms.courses import services
from lms.courses.models import Enrolment, EnrolmentRule
from lms.notices.models import Notice
from tests import factories

TODAY = clock.today()


@pytest.fixture
def place(session):
    """A province with two communes, an officer with a position in each, and a course."""
    province = factories.unit("Tỉnh thử", kind="province")
    communes = [factories.unit(f"Xã {name}", parent=province) for name in ("Mỹ Quí", "Tân Hồng")]
    position = factories.position()
    people = [factories.person(name) for name in ("Lê Thị Ánh", "Trần Văn Ỷ")]
    for person, commune in zip(people, communes, strict=True):
        factories.account(person)
        factories.assignment(person, commune, position)
    return communes, people, factories.course("K01", mandatory=2), position


def test_progress_lists_officers_by_name_unit_and_state(client, login, place):
    communes, (anh, y), version, _ = place
    factories.enrolment(y, version)
    enrolment = factories.enrolment(anh, version, due=TODAY - timedelta(days=2))
    services.finish_lesson(enrolment.id, version.outline[0]["activities"][0]["id"], clock.now())
    login(role="trainer", scope="course", scope_id=version.course_id)
    page = client.get("/courses/progress").text
    assert page.index("Lê Thị Ánh") < page.index("Trần Văn Ỷ")
    assert "1/2" in page
    assert "Quá hạn 2 ngày" in page
    overdue = client.get(f"/courses/progress?course={version.course_id}&state=overdue").text
    assert "Lê Thị Ánh" in overdue
    assert "Trần Văn Ỷ" not in overdue
    in_unit = client.get(f"/courses/progress?unit={communes[1].id}").text
    assert "Trần Văn Ỷ" in in_unit
    assert "Lê Thị Ánh" not in in_unit
    assert "Trần Văn Ỷ" in client.get(f"/courses/progress?after={enrolment.id}").text
    assert "Lê Thị Ánh" not in client.get(f"/courses/progress?after={enrolment.id}").text


def test_progress_of_a_course_outside_the_scope(client, login, place):
    version, other = place[2], factories.course("K02")
    login(role="trainer", scope="course", scope_id=other.course_id)
    assert client.get(f"/courses/progress?course={version.course_id}").status_code == 404
    login(factories.person("Trần Văn Đạt", "M"))
    assert client.get("/courses/progress").status_code == 403


def test_a_focal_point_nominates_officers_of_the_own_unit_only(client, login, session, place):
    communes, (anh, y), version, _ = place
    thu = login(role="focal_point", scope="unit", scope_id=communes[0].id)
    page = client.get("/courses/nominate").text
    assert "Lê Thị Ánh" in page
    assert "Trần Văn Ỷ" not in page
    form = {"course_id": version.course_id, "officer_ids": [anh.id], "due": f"{TODAY + timedelta(days=30):%d/%m/%Y}"}
    for _ in range(2):
        assert client.post("/courses/nominate", data=form).status_code == 302
    row = session.query(Enrolment).filter_by(officer_id=anh.id).one()
    assert (row.origin, row.by_id, row.due, row.unit_id) == ("nominated", thu.id, TODAY + timedelta(days=30), communes[0].id)
    assert session.query(Notice).filter_by(person_id=anh.id, kind="course.enrolled").count() == 1
    assert session.query(AuditEntry).filter_by(act="courses.nominate").count() == 2
    assert client.post("/courses/nominate", data=form | {"officer_ids": [y.id]}).status_code == 404
    wrong = client.post("/courses/nominate", data={"course_id": version.course_id, "due": "32/13/2026"})
    assert wrong.status_code == 422


def test_extending_the_due_day(client, login, session, place):
    (anh, _), version = place[1], place[2]
    enrolment = factories.enrolment(anh, version, due=TODAY)
    login(role="admin")
    later = TODAY + timedelta(days=14)
    form = {"enrolment_ids": [enrolment.id], "due": f"{later:%d/%m/%Y}"}
    assert client.post("/courses/extend", data=form).status_code == 302
    session.refresh(enrolment)
    assert enrolment.due == later
    assert client.post("/courses/extend", data={"due": form["due"]}).status_code == 422
    assert client.post("/courses/extend", data=form | {"due": f"{TODAY - timedelta(days=1):%d/%m/%Y}"}).status_code == 422
    login(factories.person("Phạm Thị Lan"), role="focal_point", scope="unit", scope_id=place[0][1].id)
    assert client.post("/courses/extend", data=form).status_code == 404


def test_a_rule_says_how_many_it_takes_before_it_is_saved(client, login, session, place):
    _, people, version, position = place
    login(role="admin")
    url = f"/courses/rules?course_id={version.course_id}&kind=audience&positions={position.code}&days=60"
    page = client.get(url).text
    assert '<b class="num">2</b> người chưa từng ở trong khóa' in page
    assert session.query(EnrolmentRule).count() == 0
    form = {"course_id": version.course_id, "kind": "audience", "positions": [position.code], "days": "60"}
    for _ in range(2):
        client.post("/courses/rules", data=form)
    rule = session.query(EnrolmentRule).one()
    assert services.apply_rules(clock.now()) == 2
    assert services.apply_rules(clock.now()) == 0
    row = session.query(Enrolment).filter_by(officer_id=people[0].id).one()
    assert (row.origin, row.due) == ("rule", TODAY + timedelta(days=60))
    client.post(f"/courses/rules/{rule.id}/end")
    session.refresh(rule)
    assert rule.until == TODAY
    assert client.post(f"/courses/rules/{rule.id}/end").status_code == 404
    assert client.get("/courses/rules?kind=x").status_code == 422


def test_rules_are_for_an_admin_of_the_province(client, login, place):
    login(role="focal_point", scope="unit", scope_id=place[0][0].id)
    assert client.get("/courses/rules").status_code == 403


def test_newly_assigned_officers_have_thirty_days_from_the_assignment(session, place):
    """domain analysis: K01 "tất cả, trong 30 ngày từ khi được giao"."""
    communes, _, version, position = place
    began = TODAY - timedelta(days=10)
    services.put_rule(version.course_id, "onboarding", {}, 30, since=began)
    new, recorded_late = factories.person("Võ Thị Mai"), factories.person("Hồ Văn Tấn", "M")
    factories.assignment(new, communes[0], position, since=began + timedelta(days=4))
    assert services.apply_rules(clock.now(), limit=1) == 1
    row = session.query(Enrolment).one()  # those who were there before the rule are left alone
    assert (row.officer_id, row.origin, row.due) == (new.id, "onboarding", began + timedelta(days=34))
    services.put_rule(version.course_id, "onboarding", {"positions": [position.code]}, 5, since=began)
    factories.assignment(recorded_late, communes[0], position, since=began)
    services.apply_rules(clock.now())
    late = session.query(Enrolment).filter_by(officer_id=recorded_late.id).one()
    assert late.due >= TODAY


def test_reminders_come_seven_days_and_one_day_before_one_a_day(session, place):
    (anh, y), version = place[1], place[2]
    other = factories.course("K05")
    for course, days in ((version, 7), (other, 1)):
        factories.enrolment(anh, course, due=TODAY + timedelta(days=days))
    factories.enrolment(y, version, due=TODAY + timedelta(days=3))
    last = services.remind(clock.now())
    assert (last, services.remind(clock.now(), after=last)) == (anh.id, 0)
    services.remind(clock.now())
    (notice,) = session.query(Notice).filter_by(kind="course.due").all()
    assert notice.person_id == anh.id
    assert "K05" in notice.text
    assert "ngày mai" in notice.text


def test_the_command_applies_the_rules(app, session, place):
    version = place[2]
    services.put_rule(version.course_id, "audience", {}, 0, since=TODAY)
    session.commit()
    result = app.test_cli_runner().invoke(args=["courses", "apply-rules"])
    assert "Đã ghi danh 2 lượt." in result.output
    assert {row.due for row in session.query(Enrolment).filter_by(course_id=version.course_id)} == {None}
