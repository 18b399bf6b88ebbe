"""`flask tracking rebuild --check`: whatever order things came in, what is stored is what the record says."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select, update

from lms import clock
from lms.jobs.tasks import work_off
from lms.people.services import merge
from lms.tracking import services
from lms.tracking.models import Award, Standing
from tests import factories
from tests.tracking.conftest import AT


def differences():
    return [d for chunk in services.rebuild(AT + timedelta(days=900), check=True) for d in chunk]


@pytest.mark.parametrize("seed", range(6))
def test_cache_equals_record_after_anything(session, answers, seed):
    """Answers on two competences, corrected keys, rows recorded late, refreshes at any moment, a duplicate merged midway."""
    dice = Random(seed)
    people = [factories.person() for _ in range(3)]
    handed = {}
    for step in range(40):
        at = AT + timedelta(days=step)
        officer = dice.choice(people)
        code = dice.choice(["C1.1", "C5.4"])
        right = dice.randint(0, 8)
        if handed and dice.random() < 0.15:
            source, (who, ids, was, revision) = dice.choice(list(handed.items()))
            answers(
                who,
                right,
                8 - right,
                code=was,
                at=at - timedelta(days=9),
                late=timedelta(days=9),
                source=source,
                revision=revision,
                ids=ids,
            )
            handed[source] = (who, ids, was, revision + 1)
        elif not (step > 20 and officer is people[2]):
            ids = dice.sample(range(500), 8)
            late = timedelta(days=dice.choice([0, 0, 0, 30]))
            answers(
                officer,
                right,
                8 - right,
                level=dice.choice([1, 2]),
                code=code,
                at=at - late,
                late=late,
                source=1000 + step,
                ids=ids,
            )
            handed[1000 + step] = (officer, ids, code, 2)
        if step == 20:
            merge(people[2].id, people[0].id, at, None)
            services.renew([people[2].id], at)
        if dice.random() < 0.5:
            services.refresh_many([dice.choice(people).id], at)
    list(services.refresh_all(AT + timedelta(days=60)))
    assert differences() == []


def test_a_merger_renews_where_the_person_stands_at_once(session, answers):
    """Before the next answers and before the night: of the person left, also when the duplicate had one of its own."""
    olga, double, older = (factories.person() for _ in range(3))
    for officer, right in ((olga, 5), (double, 12), (older, 9)):
        answers(officer, right, 3)
    services.refresh_many([olga.id, double.id, older.id], AT)
    for person, into in ((older, double), (double, olga)):
        merge(person.id, into.id, clock.now(), None)
        session.commit()
    assert [d.officer_id for d in differences()] == [olga.id]
    before = session.scalars(select(Standing.rows).where(Standing.officer_id == olga.id)).one()
    assert work_off() == 2
    assert differences() == []
    assert before == 8
    assert session.scalars(select(Standing.rows).where(Standing.officer_id == olga.id)).one() == 35


def test_a_person_without_answers_takes_over_those_of_the_duplicate(session, answers):
    olga, double = factories.person(), factories.person()
    answers(double, 12)
    services.refresh(double.id, AT)
    merge(double.id, olga.id, clock.now(), None)
    session.commit()
    work_off()
    assert session.scalars(select(Standing.rows).where(Standing.officer_id == olga.id)).one() == 12
    assert differences() == []


def test_what_was_tampered_with_is_found_and_mended(session, answers):
    one, other = factories.person(), factories.person()
    for officer in (one, other):
        answers(officer, 20)
    services.refresh_many([one.id, other.id], AT)
    assert differences() == []
    session.execute(Award.__table__.delete().where(Award.officer_id == one.id))
    session.execute(update(Standing).where(Standing.officer_id == other.id).values(own_1=0.99))
    assert [(d.officer_id, d.awards, d.standings) for d in differences()] == [(one.id, 1, 0), (other.id, 0, 1)]
    list(services.rebuild(AT))
    assert differences() == []
    assert len(session.scalars(select(Award)).all()) == 2
