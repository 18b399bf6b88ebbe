"""A duplicate merged into another: the record keeps its ids, and everything earned is still the person's."""

from datetime import timedelta

from lms import clock
from lms.certificates import queries
from lms.courses import queries as courses
from lms.courses import services as course_services
from lms.people import services as people
from lms.people.queries import Scope
from tests import factories


def test_what_a_duplicate_earned_is_the_persons(client, login, session, completed, issue):
    unit, course = factories.unit(), factories.course()
    cycle = completed("Lê Thị Hoa", unit, course)
    certificate = issue(cycle)
    person = factories.person("Lê Thị Hoa")
    factories.assignment(person, unit, factories.position())
    people.merge(cycle.officer_id, person.id, clock.now(), None)
    session.commit()
    assert [c.id for c in queries.mine(person.id)] == [certificate.id]
    login(person)
    assert certificate.number in client.get("/certificates/").text
    assert client.get(f"/certificates/{certificate.id}/pdf").status_code == 200
    assert courses.newest_enrolment(person.id, course.course_id).id == cycle.id
    assert course_services.enrol(person.id, course.course_id, "rule", clock.now()).id == cycle.id
    today = clock.today()
    course_services.put_rule(course.course_id, "audience", {}, 30, today - timedelta(days=1))
    assert course_services.apply_rules(clock.now()) == 0
    assert "Đã cấp giấy chứng nhận" in client.get("/").text


def test_a_chain_of_mergers_leads_to_the_last(session, completed, issue):
    cycle = completed("Lê Thị Hoa")
    certificate = issue(cycle)
    second, third = factories.person("Lê Thị Hoa"), factories.person("Lê Thị Hoa")
    people.merge(cycle.officer_id, second.id, clock.now(), None)
    people.merge(second.id, third.id, clock.now(), None)
    assert [c.id for c in queries.mine(third.id)] == [certificate.id]
    assert queries.mine(second.id) == []


def _waiting():
    everywhere = Scope(everywhere=True)
    found = queries.tally(queries.Filters(), everywhere)
    rows = queries.pending(queries.Filters(), everywhere, clock.today(), 1, found.units)
    assert found.total == len(rows) == len(queries.pending_ids(queries.Filters(), everywhere))
    return [(row.full_name, row.enrolment_id) for row in rows]


def test_what_a_duplicate_completed_waits_under_the_persons_name(session, completed, issue):
    cycle = completed("Lê Thị Hoà")
    person = factories.person("Lê Thị Mỹ Hoà")
    people.merge(cycle.officer_id, person.id, clock.now(), None)
    assert _waiting() == [("Lê Thị Mỹ Hoà", cycle.id)]
    found = issue(cycle)
    assert found.frozen["holder"] == "Lê Thị Mỹ Hoà"
    for name in ("Mỹ Hoà", "Thị Hoà"):
        assert [row.number for row in queries.register(Scope(everywhere=True), name)] == [found.number]


def test_the_same_cycle_completed_under_both_ids_is_recognised_once(session, completed, issue):
    course = factories.course()
    own, double = completed("Lê Thị Hoa", course=course), completed("Lê Thị Hoa", course=course)
    double.completed_at -= timedelta(days=3)
    people.merge(double.officer_id, own.officer_id, clock.now(), None)
    assert _waiting() == [("Lê Thị Hoa", double.id)]
    issue(double)
    assert _waiting() == []
    double.withdrawn_at = clock.now()  # what is recognised stays what is shown
    session.flush()
    assert _waiting() == []
