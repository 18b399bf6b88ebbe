"""A new version comes into use while 300 officers are inside: what the page said comes true, and nothing that anybody did changes."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import select

from lms import clock
from lms.authoring.queries import drafts as queries
from lms.authoring.services import drafts, outline, publishing
from lms.content.services import drawn_lessons
from lms.courses import services as courses
from lms.courses.models import Course, Enrolment, Progress, Result
from lms.db import db
from lms.library.services import put_instrument
from lms.people.models import Person
from lms.people.queries import Scope
from lms.questions.services import put_bank
from lms.quizzes import queries as quiz_queries
from lms.quizzes import services as quizzes
from lms.quizzes.models import Attempt, AttemptItem
from lms.tracking.models import Competence
from tests import factories

EVERYWHERE = Scope(everywhere=True)
CITED = [{"instrument": "nq-76", "article": "Mục I"}]


def answer_all(officer_id: int, attempt_id: int, right: bool) -> None:
    for item in quiz_queries.sitting(attempt_id, officer_id).items:
        key = next(o["key"] for o in item.question.spec["options"] if o["correct"] is right)
        quizzes.save_answer(
            officer_id, attempt_id, item.position, {"chosen": key}, 0, f"t{attempt_id}-{item.position}", clock.now()
        )


@pytest.fixture
def crowd(session):
    """crowd(300): a third have read the first lesson; a third both, and sit at the quiz; a fifth failed it; the rest have completed."""
    put_instrument({"key": "nq-76", "kind": "Nghị quyết", "number": "76", "issuer": "CP", "title": "x", "verified": True})
    if not session.query(Competence).filter_by(code="C1.1").first():
        session.add(Competence(code="C1.1", area_code="N1", area_name="N", name="Kế hoạch", levels=["a"] * 5, rank=1))
    keys = [factories.question("K94", citations=CITED).source["key"] for _ in range(2)]
    course_id = courses.put_course("K94").id
    lessons = [factories.lesson(course_id, key) for key in ("bai-1", "bai-2")]
    test = courses.put_activity(course_id, "kiem-tra", "quiz")
    bank_id = put_bank("K94", "K94").id
    rules = {"minutes": 15, "attempts": 3, "pass_mark": 60, "shuffle": False, "questions": keys}
    paper = quizzes.put_quiz_version(test.id, bank_id, "Kiểm tra", rules, clock.now(), None)
    entries = [
        {"id": t.activity_id, "key": f"bai-{n}", "kind": "lesson", "title": t.title, "mandatory": True, "minutes": 8, "bytes": 9,
         "lesson_version": t.id} for n, t in enumerate(lessons, 1)
    ]  # fmt: skip
    entries.append(
        {"id": test.id, "key": "kiem-tra", "kind": "quiz", "title": "Kiểm tra", "mandatory": True, "minutes": 15, "bytes": 0,
         "quiz_version": paper.id}
    )  # fmt: skip
    version = factories.course(
        "K94", mandatory=0, review_by=date(2027, 6, 30), outline=[{"key": "m1", "title": "M", "activities": entries}]
    )

    def gathered(size: int) -> tuple[int, Person]:
        for n in range(size):
            officer = factories.person()
            cycle = factories.enrolment(officer, version)
            courses.finish_lesson(cycle.id, lessons[0].activity_id, clock.now())
            if n >= size // 3:
                courses.finish_lesson(cycle.id, lessons[1].activity_id, clock.now())
                attempt_id = quizzes.start(officer.id, test.id, clock.now())
                answer_all(officer.id, attempt_id, right=n >= size * 13 // 15)
                if n >= size * 2 // 3:
                    quizzes.submit(officer.id, attempt_id, clock.now())
        tara = factories.person("Trần Tara")
        db.session.commit()
        return course_id, tara

    return gathered


def rows(*models) -> list[list[tuple]]:
    """All rows of tables, as they stand."""
    db.session.expire_all()
    return [[tuple(row) for row in db.session.execute(select(m.__table__).order_by(*m.__table__.primary_key))] for m in models]


def saved(course_id: int, change, by_id: int) -> queries.Draft:
    draft = queries.draft(course_id, EVERYWHERE)
    assert drafts.save_course(draft, change(draft.entry), draft.stamp, by_id, clock.now()) is None
    return queries.draft(course_id, EVERYWHERE)


def written(draft: queries.Draft, by_id: int) -> None:
    """Give every lesson of the draft a text and what it rests on."""
    for lesson in queries.lessons(draft, clock.today()).values():
        head = lesson.entry | {"citations": CITED}
        drafts.save_lesson(
            draft, lesson, head, "Lời bài.\n", {}, f"{draft.base_id}.{lesson.revision}", by_id, clock.now()
        )  # fmt: skip


def publish(course_id: int, by_id: int) -> list[str]:
    draft = queries.draft(course_id, EVERYWHERE)
    looked = publishing.look(draft, clock.today())
    with TemporaryDirectory() as root:
        checked = publishing.check(looked, Path(root))
        assert checked.problems == []
        refused = publishing.publish(looked, checked, drawn_lessons(checked.pack), by_id, clock.now())
    db.session.commit()
    return refused


def standings(course_id: int) -> dict[tuple[int, int, bool], int]:
    """(done, needed, completed) -> how many cycles stand there."""
    found: dict[tuple[int, int, bool], int] = {}
    for row in db.session.scalars(select(Enrolment).where(Enrolment.course_id == course_id)):
        key = (row.done_count, row.need_count, row.completed_at is not None)
        found[key] = found.get(key, 0) + 1
    return found


def test_300_officers_inside_lose_nothing_and_the_page_said_what_came(crowd):
    course_id, tara = crowd(300)
    before = rows(Progress, Attempt, AttemptItem, Result)
    assert standings(course_id) == {(1, 3, False): 100, (2, 3, False): 160, (3, 3, True): 40}

    draft = saved(course_id, lambda e: outline.add_activity(e, "m1", {"kind": "lesson", "key": "bai-3"}), tara.id)
    drafts.add_lesson(draft, "bai-3", "Bài ba", tara.id, clock.now())
    written(draft, tara.id)
    said = publishing.effect(queries.draft(course_id, EVERYWHERE), clock.today())
    assert (said.inside, said.finished, said.completing, said.more, said.less) == (260, 40, 0, 260, 0)
    assert publish(course_id, tara.id) == []
    assert rows(Progress, Attempt, AttemptItem, Result) == before
    assert standings(course_id) == {(1, 4, False): 100, (2, 4, False): 160, (3, 3, True): 40}

    def without(entry):
        quiz = next(a for m in entry["module"] for a in m["activity"] if a["key"] == "kiem-tra")
        return outline.remove_activity(outline.replace_activity(entry, "kiem-tra", quiz | {"mandatory": False}), "bai-3")

    drafts.drop_lesson(saved(course_id, without, tara.id), "bai-3")
    said = publishing.effect(queries.draft(course_id, EVERYWHERE), clock.today())
    assert (said.inside, said.finished, said.completing, said.more, said.less) == (260, 40, 160, 0, 100)
    assert publish(course_id, tara.id) == []
    assert rows(Progress, Attempt, AttemptItem, Result) == before
    assert standings(course_id) == {(1, 2, False): 100, (2, 2, True): 160, (3, 3, True): 40}

    current = db.session.get_one(Course, course_id).current_id
    followed = set(
        db.session.scalars(select(Enrolment.version_id).where(Enrolment.course_id == course_id, Enrolment.need_count == 2))
    )
    assert followed == {current}


def test_an_attempt_begun_before_is_handed_in_after_on_its_own_paper(crowd):
    """Somebody answers right under way, the course is published anew, they hand in: the mark is that of the paper begun."""
    course_id, tara = crowd(15)
    attempt = db.session.scalars(select(Attempt).where(Attempt.submitted_at.is_(None)).order_by(Attempt.id)).first()
    officer_id, attempt_id, paper = attempt.officer_id, attempt.id, attempt.quiz_version_id
    quiz = {"pass_mark": 90, "minutes": 1}

    def stricter(entry):
        item = next(a for m in entry["module"] for a in m["activity"] if a["key"] == "kiem-tra")
        return outline.replace_activity(entry, "kiem-tra", item | quiz)

    written(saved(course_id, stricter, tara.id), tara.id)
    assert publish(course_id, tara.id) == []
    for item in quiz_queries.sitting(attempt_id, officer_id).items:
        key = next(o["key"] for o in item.question.spec["options"] if o["correct"])
        quizzes.save_answer(officer_id, attempt_id, item.position, {"chosen": key}, 1, f"n{item.position}", clock.now())
    quizzes.submit(officer_id, attempt_id, clock.now())
    db.session.expire_all()
    handed_in = db.session.get_one(Attempt, attempt_id)
    assert handed_in.quiz_version_id == paper
    result = db.session.scalars(select(Result).where(Result.officer_id == officer_id).order_by(Result.n.desc())).first()
    assert (result.percent, result.passed) == (100, True)


def test_what_changes_between_looking_and_publishing_stands_in_the_way(crowd):
    course_id, tara = crowd(15)
    written(saved(course_id, lambda e: e | {"title": "Tên mới"}, tara.id), tara.id)
    looked = publishing.look(queries.draft(course_id, EVERYWHERE), clock.today())
    with TemporaryDirectory() as root:
        checked = publishing.check(looked, Path(root))
        saved(course_id, lambda e: e | {"title": "Tên khác"}, tara.id)
        assert publishing.publish(looked, checked, drawn_lessons(checked.pack), tara.id, clock.now()) == [publishing.CHANGED]
