"""From draft to use: nothing officers draw changes before a second pair of eyes has said it is good."""

import pytest

from lms import clock
from lms.authoring.models import QuestionDraft, QuestionNote
from lms.authoring.services import questions as services
from lms.errors import Conflict
from lms.questions.models import Question, QuestionVersion
from lms.questions.queries import draw_pool
from lms.quizzes import queries as quizzes
from lms.quizzes import services as taking
from tests import factories
from tests.authoring.conftest import ENTRY


def into_use(desk, question_id):
    services.send(question_id, desk.tara.id, clock.now())
    services.review(question_id, True, "", desk.rita.id, clock.now())
    return services.publish(question_id, desk.pia.id, clock.now())


def test_a_draft_is_drawn_only_after_review_and_publishing(desk, session):
    question_id = desk.written()
    before = draw_pool(desk.bank.id, "C1.1", 1)
    services.send(question_id, desk.tara.id, clock.now())
    services.review(question_id, True, "", desk.rita.id, clock.now())
    assert draw_pool(desk.bank.id, "C1.1", 1) == before
    version = services.publish(question_id, desk.pia.id, clock.now())
    assert set(draw_pool(desk.bank.id, "C1.1", 1)) == {*before, version.id}
    assert version.checker == "Lê Rita"
    assert session.get(QuestionDraft, question_id) is None


def test_nobody_reviews_their_own_last_change(desk):
    question_id = desk.written()
    services.send(question_id, desk.tara.id, clock.now())
    with pytest.raises(Conflict, match="người khác thẩm định"):
        services.review(question_id, True, "", desk.tara.id, clock.now())


def test_a_change_after_review_needs_review_again(desk, session):
    question_id = desk.written()
    services.send(question_id, desk.tara.id, clock.now())
    services.review(question_id, True, "", desk.rita.id, clock.now())
    revision = session.get(QuestionDraft, question_id).revision
    services.write(question_id, ENTRY | {"stem": "CCHC gồm bao nhiêu nội dung?"}, revision, desk.tara.id, clock.now())
    with pytest.raises(Conflict, match="chưa được thẩm định"):
        services.publish(question_id, desk.pia.id, clock.now())


def test_sending_back_says_what_to_do(desk, session):
    question_id = desk.written()
    services.send(question_id, desk.tara.id, clock.now())
    with pytest.raises(Conflict, match="cần sửa gì"):
        services.review(question_id, False, "", desk.rita.id, clock.now())
    services.review(question_id, False, "Phương án B cũng đúng.", desk.rita.id, clock.now())
    assert session.get(QuestionDraft, question_id).stage == "draft"
    assert session.query(QuestionNote).filter_by(question_id=question_id, kind="returned").one().text == "Phương án B cũng đúng."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stem": ""}, "Chưa có câu hỏi"),
        ({"explanation": " "}, "giải thích"),
        ({"citations": []}, "căn cứ"),
        ({"citations": [{"instrument": "nq-76-2021", "article": ""}]}, "điều, khoản"),
        ({"competence": ""}, "năng lực"),
        ({"options": [{"text": "Một"}, {"text": "Hai"}]}, "phương án đúng"),
    ],
)
def test_an_incomplete_draft_is_kept_but_not_sent(desk, session, change, said):
    question_id = desk.written(ENTRY | change)
    assert any(said in fault for fault in services.faults(session.get(QuestionDraft, question_id).entry))
    with pytest.raises(Conflict, match="Chưa gửi thẩm định"):
        services.send(question_id, desk.tara.id, clock.now())


def test_the_second_of_two_authors_is_told_and_nothing_is_lost(desk, session):
    question_id = desk.written()
    revision = session.get(QuestionDraft, question_id).revision
    services.write(question_id, ENTRY | {"stem": "Bản của Rita?"}, revision, desk.rita.id, clock.now())
    late = services.write(question_id, ENTRY | {"stem": "Bản của Tara?"}, revision, desk.tara.id, clock.now())
    assert (late.by_name, late.entry["stem"]) == ("Lê Rita", "Bản của Rita?")
    assert session.get(QuestionDraft, question_id).entry["stem"] == "Bản của Rita?"
    services.write(question_id, ENTRY | {"stem": "Bản của Tara?"}, int(late.stamp), desk.tara.id, clock.now())
    assert session.get(QuestionDraft, question_id).entry["stem"] == "Bản của Tara?"


def test_an_open_attempt_keeps_its_wording_and_its_marks(desk, session):
    """A question is revised and published while an officer is at it: the paper and the mark are those of the paper begun."""
    key = session.query(Question.key).filter_by(bank_id=desk.bank.id).first()[0]
    question = session.query(Question).filter_by(key=key, bank_id=desk.bank.id).one()
    officer = factories.person()
    factories.enrolment(officer, desk.course)
    attempt = taking.start(officer.id, desk.course.outline[0]["activities"][0]["id"], clock.now())
    sat = quizzes.sitting(attempt, officer.id)
    item = next(i for i in sat.items if i.question.key == key)
    right = next(o["key"] for o in item.question.spec["options"] if o["correct"])
    revised = ENTRY | {
        "stem": "Đã sửa?",
        "options": [{"text": "Sáu nội dung"}, {"text": "Bốn nội dung", "correct": True}, {"text": "Ba"}],
    }
    services.write(question.id, revised, 0, desk.tara.id, clock.now())
    into_use(desk, question.id)
    taking.save_answer(officer.id, attempt, item.position, {"chosen": right}, 0, "t1", clock.now())
    taking.submit(officer.id, attempt, clock.now())
    kept = next(i for i in quizzes.sitting(attempt, officer.id).items if i.question.key == key)
    assert (kept.question.stem_html, kept.grade.share) == (item.question.stem_html, 1)


def test_discarding_leaves_what_is_in_use(desk, session):
    new = desk.written()
    assert services.discard(new, desk.tara.id, clock.now()) is False
    assert session.get(Question, new) is None
    used = session.query(Question).filter_by(bank_id=desk.bank.id).first()
    services.write(used.id, ENTRY, 0, desk.tara.id, clock.now())
    assert services.discard(used.id, desk.tara.id, clock.now()) is True
    assert session.get(Question, used.id).current_id is not None


def test_labels_of_many_change_without_touching_the_words(desk, session):
    question_id = desk.written()
    before = into_use(desk, question_id)
    count = services.relabel([question_id], "tag", "Nghị định 30", desk.pia.id, clock.now())
    after = session.get(QuestionVersion, session.get(Question, question_id).current_id)
    assert (count, after.tags, after.stem_html, after.spec) == (1, ["Nghị định 30"], before.stem_html, before.spec)
    assert services.relabel([question_id], "tag", "Nghị định 30", desk.pia.id, clock.now()) == 0
    services.set_state(question_id, "retired", desk.pia.id, clock.now())
    services.relabel([question_id], "level", "2", desk.pia.id, clock.now())
    assert session.get(Question, question_id).state == "retired"


def test_who_changes_labels_does_not_become_the_author(desk, session):
    """Tara wrote one in use and one draft; Pia moves both to another level."""
    in_use, draft = desk.written(), desk.written()
    into_use(desk, in_use)
    assert services.relabel([in_use, draft], "level", "2", desk.pia.id, clock.now()) == 2
    session.expire_all()
    for question_id in (in_use, draft):
        question = session.get_one(Question, question_id)
        assert (question.level, question.author_id) == (2, desk.tara.id)
