"""Taking questions out of use that quizzes in force rest on: refused, or said beforehand."""

from lms import clock
from lms.authoring.models import QuestionDraft
from lms.authoring.queries import drafts as queries
from lms.authoring.services import drafts, outline
from lms.courses.models import Course
from lms.people.queries import Scope
from lms.questions.models import Question, QuestionVersion
from lms.quizzes import services as quizzes
from tests import factories


def drawn(count: int, of: int):
    """A published quiz that draws `count` of `of` questions, and its publisher."""
    code = f"D{count}{of}"
    for n in range(of):
        factories.question(code, f"{code.lower()}-{n}")
    activity = factories.courses.put_activity(factories.courses.put_course(code).id, "kiem-tra", "quiz")
    rules = {"minutes": 15, "attempts": 3, "pass_mark": 60, "draw": [{"competence": "C1.1", "level": 1, "count": count}]}
    bank = factories.questions.put_bank(code, code)
    version = quizzes.put_quiz_version(activity.id, bank.id, "Bài rút thăm", rules, clock.now(), None)
    entry = {
        "id": activity.id, "key": "kiem-tra", "kind": "quiz", "title": "Bài rút thăm", "mandatory": True, "minutes": 15, "bytes": 0,
        "quiz_version": version.id,
    }  # fmt: skip
    course = factories.course(code, mandatory=0, outline=[{"key": "m1", "title": "Chuyên đề 1", "activities": [entry]}])
    pia = factories.person("Võ Pia")
    factories.grant(pia, "publisher", "course", course.course_id)
    return course, bank, pia


def test_a_question_named_in_a_published_quiz_stays_in_use(client, login, desk, session):
    question = session.query(Question).filter_by(bank_id=desk.bank.id).first()
    login(desk.pia)
    reply = client.post(f"/authoring/questions/{question.id}/state", data={"state": "retired"})
    assert reply.status_code == 409
    assert f"/authoring/courses/{desk.course.course_id}/quizzes/kiem-tra" in reply.text
    client.post(f"/authoring/questions/{question.id}/state", data={"state": "retired", "go": "do"})
    session.expire_all()
    assert question.state == "ready"
    olga = factories.person("Lê Olga")
    factories.enrolment(olga, desk.course)
    assert quizzes.start(olga.id, desk.course.outline[0]["activities"][0]["id"], clock.now())


def test_a_question_of_a_quiz_no_longer_in_its_course_may_go(client, login, desk, session):
    text = factories.lesson(desk.course.course_id, "bai-1")
    entry = {
        "id": text.activity_id, "key": "bai-1", "kind": "lesson", "title": "Bài 1", "mandatory": True, "minutes": 8, "bytes": 0,
        "lesson_version": text.id,
    }  # fmt: skip
    code = session.get(Course, desk.course.course_id).code
    factories.course(code, mandatory=0, outline=[{"key": "m1", "title": "Chuyên đề 1", "activities": [entry]}])
    question = session.query(Question).filter_by(bank_id=desk.bank.id).first()
    login(desk.pia)
    assert client.post(f"/authoring/questions/{question.id}/state", data={"state": "retired"}).status_code == 302
    session.expire_all()
    assert question.state == "retired"


def test_a_drawn_question_goes_after_it_is_said_how_many_are_left(client, login, session):
    _, bank, pia = drawn(2, 3)
    first, second, _ = session.query(Question).filter_by(bank_id=bank.id).order_by(Question.id)
    login(pia)
    asked = client.post(f"/authoring/questions/{first.id}/state", data={"state": "retired"})
    assert "còn 2 câu sẵn sàng" in asked.text
    assert "lấy 2 câu" in asked.text
    session.expire_all()
    assert first.state == "ready"
    client.post(f"/authoring/questions/{first.id}/state", data={"state": "retired", "go": "do"})
    session.expire_all()
    assert first.state == "retired"
    refused = client.post(f"/authoring/questions/{second.id}/state", data={"state": "retired", "go": "do"})
    assert refused.status_code == 409
    assert "Bài rút thăm" in refused.text
    session.expire_all()
    assert second.state == "ready"


def test_many_at_once_keep_what_quizzes_need(client, login, session):
    _, bank, pia = drawn(2, 4)
    rows = session.query(Question).filter_by(bank_id=bank.id).order_by(Question.id).all()
    login(pia)
    data = {"question_ids": [str(row.id) for row in rows[:3]], "change": "retire"}
    seen = client.post(f"/authoring/banks/{bank.id}/labels", data=data | {"go": "see"}).text
    assert "Đổi 2 câu" in seen
    assert "Bài rút thăm" in seen
    client.post(f"/authoring/banks/{bank.id}/labels", data=data | {"go": "do"})
    session.expire_all()
    assert [row.state for row in rows] == ["retired", "retired", "ready", "ready"]


def test_another_level_takes_a_question_out_of_a_draw_too(client, login, session):
    _, bank, pia = drawn(3, 3)
    rows = session.query(Question).filter_by(bank_id=bank.id).order_by(Question.id).all()
    login(pia)
    data = {"question_ids": [str(row.id) for row in rows], "change": "level", "value": "2"}
    assert "Bài rút thăm" in client.post(f"/authoring/banks/{bank.id}/labels", data=data | {"go": "see"}).text
    client.post(f"/authoring/banks/{bank.id}/labels", data=data | {"go": "do"})
    session.expire_all()
    assert {row.level for row in rows} == {1}


def test_named_questions_named_in_the_preview_of_many(client, login, desk, session):
    rows = session.query(Question).filter_by(bank_id=desk.bank.id).all()
    login(desk.pia)
    data = {"question_ids": [str(row.id) for row in rows], "change": "retire"}
    seen = client.post(f"/authoring/banks/{desk.bank.id}/labels", data=data | {"go": "see"}).text
    assert f"/authoring/courses/{desk.course.course_id}/quizzes/kiem-tra" in seen
    assert 'value="do"' not in seen
    client.post(f"/authoring/banks/{desk.bank.id}/labels", data=data | {"go": "do"})
    session.expire_all()
    assert {row.state for row in rows} == {"ready"}


def test_where_a_question_is_used_agrees_with_the_drafts(client, login, desk, session):
    question_id = desk.written()
    key = session.get(Question, question_id).key
    login(desk.tara)
    page = client.get(f"/authoring/questions/{question_id}").text
    assert "Chưa bài kiểm tra nào lấy câu này" in page
    draft = queries.draft(desk.course.course_id, Scope(everywhere=True))
    quiz = draft.activities[0] | {"questions": [*draft.activities[0]["questions"], key]}
    drafts.save_course(draft, outline.replace_activity(draft.entry, "kiem-tra", quiz), draft.stamp, desk.tara.id, clock.now())
    session.commit()
    page = client.get(f"/authoring/questions/{question_id}").text
    assert "Chưa bài kiểm tra nào lấy câu này" not in page
    assert "trong bản nháp, học viên chưa thấy" in page


def test_a_new_wording_of_another_level_does_not_leave_a_quiz_short(client, login, session):
    _, bank, pia = drawn(3, 3)
    row = session.query(Question).filter_by(bank_id=bank.id).first()
    entry = session.get(QuestionVersion, row.current_id).source | {"level": 2}
    session.add(QuestionDraft(question_id=row.id, entry=entry, stage="reviewed", revision=1, by_id=pia.id, at=clock.now()))
    session.commit()
    login(pia)
    refused = client.post(f"/authoring/questions/{row.id}/publish")
    assert (refused.status_code, "Bài rút thăm" in refused.text) == (409, True)
    data = {"question_ids": [str(row.id)], "change": "publish", "go": "do"}
    client.post(f"/authoring/banks/{bank.id}/labels", data=data)
    session.expire_all()
    assert row.level == 1
