"""`flask tracking rebuild --check`: whatever order things came in, what is stored is what the record says."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select, update

from lms.people.models import PersonAlias
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
            session.add(PersonAlias(person_id=people[2].id, into_id=people[0].id, at=at, by_id=None))
            session.flush()
        if dice.random() < 0.5:
            services.refresh_many([dice.choice(people).id], at)
    list(services.refresh_all(AT + timedelta(days=60)))
    merged_late = people[0].id  # a merger alone reads nothing: the next answers, or a rebuild, do
    assert [d for d in differences() if (d.missing, d.changed, d.awards) != (0, 0, 0)] == []
    assert [d.officer_id for d in differences() if d.standings and d.officer_id != merged_late] == []
    list(services.rebuild(AT + timedelta(days=61)))
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
