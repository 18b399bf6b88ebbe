"""An assignment of today that was entered wrong is put right today; it was then never in force."""

from lms import clock
from lms.people import queries, services
from lms.people.models import Assignment
from tests import factories


def test_a_wrong_assignment_of_the_day_can_be_put_right(session):
    today, at = clock.today(), clock.now()
    person, position = factories.person(), factories.position()
    wrong, right = factories.unit(), factories.unit()
    services.assign(person.id, wrong.id, None, "", today, True, at, None)
    services.transfer(person.id, right.id, position.id, "Chuyên viên", today, at, None)
    held = queries.main_assignment(person.id, today)
    assert (held.unit_id, held.position_id) == (right.id, position.id)
    in_force = session.query(Assignment).filter(Assignment.person_id == person.id, queries.in_force(today)).all()
    assert [row.unit_id for row in in_force] == [right.id]
