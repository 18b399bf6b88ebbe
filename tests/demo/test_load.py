"""The demo's bulk path writes what the services write: one officer's story is told both ways and the rows are compared."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms import clock
from lms.content.packs import read_packs
from lms.content.services import load as load_content
from lms.courses import services as courses
from lms.courses.models import Enrolment, Progress, Result, ResultHead
from lms.courses.queries import version
from lms.db import db
from lms.demo import services as demo
from lms.demo.province import Place, officers
from lms.demo.services.learning import learn, read_course
from lms.demo.services.load import put_officer
from lms.demo.services.rows import Rows
from lms.notices.models import Notice
from lms.people import services as people
from lms.people.models import Account, Assignment, Identifier, Person, Position, Unit
from lms.quizzes import queries as quizzes
from lms.quizzes import services as quiz_services
from lms.quizzes.models import Answer, Attempt, AttemptItem, Practice, PracticeAnswer
from lms.quizzes.services import papers
from lms.tracking.models import Award
from lms.tracking.services import rebuild, refresh_all
from lms.vietnamese import PartialDate

CONTENT = Path(__file__).resolve().parents[2] / "content"
NOW = clock.now().replace(microsecond=0)
NEVER_SAME = {
    "id",
    "officer_id",
    "person_id",
    "enrolment_id",
    "attempt_id",
    "practice_id",
    "item_id",
    "source_id",
    "token",
    "about",
    "recorded_at",
}
TABLES = (Enrolment, Progress, Result, Attempt, AttemptItem, Answer, Practice, PracticeAnswer, Notice)


@pytest.fixture
def loaded(session):
    load_content(read_packs(CONTENT), NOW)
    return session


def rows_of(officer_id: int) -> dict[str, list[dict]]:
    """Every row of the officer's learning, without what must differ between two people."""
    own = {
        Enrolment: Enrolment.officer_id == officer_id,
        Progress: Progress.enrolment_id.in_(select(Enrolment.id).where(Enrolment.officer_id == officer_id)),
        Result: Result.officer_id == officer_id,
        Attempt: Attempt.officer_id == officer_id,
        AttemptItem: AttemptItem.attempt_id.in_(select(Attempt.id).where(Attempt.officer_id == officer_id)),
        Answer: Answer.item_id.in_(select(AttemptItem.id).join(Attempt).where(Attempt.officer_id == officer_id)),
        Practice: Practice.officer_id == officer_id,
        PracticeAnswer: PracticeAnswer.officer_id == officer_id,
        Notice: Notice.person_id == officer_id,
    }
    found = {}
    for table in TABLES:
        rows = db.session.execute(select(table.__table__).where(own[table])).mappings()
        kept = [{k: v for k, v in row.items() if k not in NEVER_SAME} for row in rows]
        found[table.__tablename__] = sorted(kept, key=repr)
    return found


def tell_by_services(officer, story_rows, position_id: int) -> int:
    """The same story through the services, hour by hour, with the same seeds of the papers and the same answers."""
    person = people.create_person(officer.full_name, officer.gender, PartialDate(*officer.born), officer.kind, NOW, None)
    people.assign(person.id, officer.unit_id, position_id, officer.title, officer.since, True, NOW, None)
    people.create_account(person.id, NOW)
    course = read_course("K01")
    due = clock.local(officer.begun).date() + timedelta(days=30)
    cycle = courses.enrol(person.id, course.version.course_id, "onboarding", officer.begun, due=due)
    attempts = {a.id: a for a in story_rows[Attempt]}
    for result in story_rows[Result]:
        if result.source_kind == "lesson":
            courses.finish_lesson(cycle.id, result.activity_id, result.occurred_at)
        else:
            sit_by_services(person.id, attempts[result.source_id], story_rows)
    for told in story_rows[Practice]:
        practise_by_services(person.id, told, story_rows[PracticeAnswer])
    return person.id


def sit_by_services(person_id: int, told: Attempt, story_rows) -> None:
    items = [i for i in story_rows[AttemptItem] if i.attempt_id == told.id]
    answers = {a.item_id: a for a in story_rows[Answer]}
    papers.secrets.randbits = lambda _bits: told.seed
    attempt_id = quiz_services.start(person_id, told.activity_id, told.started_at)
    for item in items:
        given = answers[item.id]
        quiz_services.save_answer(person_id, attempt_id, item.position, given.given, 0, f"t{item.position}", given.received_at)
    quiz_services.submit(person_id, attempt_id, told.submitted_at)


def practise_by_services(person_id: int, told: Practice, answers) -> None:
    papers.secrets.randbits = lambda _bits: told.seed
    practice_id = quiz_services.practice.begin(person_id, told.picks, told.kind, told.competence, told.made_at).id
    for given in answers:
        quiz_services.practice.answer(person_id, practice_id, given.place, given.given, given.at)


@pytest.mark.parametrize("stage", ["reading", "failed", "completed"])
def test_bulk_rows_equal_the_services_rows(loaded, monkeypatch, stage):
    monkeypatch.setattr(papers.secrets, "randbits", papers.secrets.randbits)  # put back afterwards
    unit = db.session.scalars(select(Unit).where(Unit.kind == "commune")).first()
    stories = officers([Place(unit.id, "commune")], 200, 7, NOW)
    officer = next(o for o in stories if o.stage == stage and o.begun < NOW - timedelta(days=200))
    position_id = db.session.scalars(select(Position.id).where(Position.code == officer.position)).one()
    rows = Rows()
    person_id = put_officer(rows, officer, position_id, "hash", NOW)
    last = learn(rows, officer, person_id, read_course("K01"), NOW)
    rows.write()
    rows.set_sequences()
    story = {
        t: db.session.scalars(select(t).order_by(t.id)).all()
        for t in (Result, Attempt, AttemptItem, Answer, Practice, PracticeAnswer)
    }
    other_id = tell_by_services(officer, story, position_id)
    db.session.flush()
    bulk, services = rows_of(person_id), rows_of(other_id)
    for table in bulk:
        assert bulk[table] == services[table], table
    assert len(bulk["result"]) >= (19 if stage == "completed" else 1)
    assert len(bulk["practice_answer"]) == 5 or stage != "completed"
    heads = dict(db.session.execute(select(ResultHead.officer_id, ResultHead.n)).all())
    assert last == heads[other_id]
    unread = dict(db.session.execute(select(Account.person_id, Account.unread)).all())
    assert unread[person_id] == unread[other_id]


def test_person_rows_equal_the_services_rows(loaded):
    unit = db.session.scalars(select(Unit).where(Unit.kind == "commune")).first()
    officer = next(officers([Place(unit.id, "commune")], 1, 7, NOW))
    position_id = db.session.scalars(select(Position.id).where(Position.code == officer.position)).one()
    rows = Rows()
    ids = [put_officer(rows, officer, position_id, "hash", NOW)]
    rows.write()
    rows.set_sequences()
    person = people.create_person(officer.full_name, officer.gender, PartialDate(*officer.born), officer.kind, NOW, None)
    people.assign(person.id, officer.unit_id, position_id, officer.title, officer.since, True, NOW, None)
    ids.append(person.id)
    for table, owner in ((Person, Person.id), (Assignment, Assignment.person_id)):
        both = db.session.execute(select(table.__table__).where(owner.in_(ids))).mappings()
        a, b = ({k: v for k, v in row.items() if k not in {"id", "person_id"}} for row in both)
        assert a == b


def test_a_small_province_has_something_for_every_page(loaded):
    demo.put_accounts("hash", NOW)
    assert list(demo.load(60, 1, "hash", NOW))[-1] == 60
    demo.put_decisions(NOW)
    list(refresh_all(NOW))
    assert set(db.session.scalars(select(Award.level).where(Award.level > 3))) >= {4, 5}
    assert [d for step in rebuild(NOW, check=True) for d in step] == []
    list(demo.recognise("http://localhost", NOW))
    count = lambda table: db.session.scalar(select(func.count()).select_from(table))  # noqa: E731
    assert count(Person) == 65
    assert count(Award) > 0
    completed = db.session.scalar(select(func.count()).select_from(Enrolment).where(Enrolment.completed_at.is_not(None)))
    assert completed
    person_id = db.session.scalars(select(Identifier.person_id).where(Identifier.value == "hocvien@vidu.example")).one()
    demo_officer = db.session.scalars(select(Enrolment).where(Enrolment.officer_id == person_id)).one()
    assert (demo_officer.done_count, version(demo_officer.version_id).code) == (2, "K01")
    assert quizzes.newest(demo_officer.last_activity_id) is None  # the place to go on is a lesson


def test_the_same_seed_tells_the_same_stories():
    places = [Place(1, "commune"), Place(2, "department", True)]
    first, second = (list(officers(places, 50, 3, NOW)) for _ in range(2))
    assert first == second
    assert first != list(officers(places, 50, 4, NOW))
    assert all(o.begun <= NOW and o.since <= NOW.date() for o in first)
