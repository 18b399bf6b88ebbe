"""The pages of a bank and its editor, as trainers meet them."""

import re
from datetime import date

import pytest

from lms import clock
from lms.authoring.models import QuestionDraft
from lms.grading import solution
from lms.library.models import Instrument
from lms.library.services import put_instrument
from lms.questions.models import Question, QuestionVersion
from lms.quizzes import queries as quiz_queries
from lms.quizzes import services as quizzes
from lms.quizzes.services import practice
from lms.tracking.models import Competence
from tests import factories
from tests.authoring.conftest import ENTRY

FORM = {
    "stem": "CCHC gồm mấy nội dung?", "explanation": "Sáu nội dung.", "competence": "C1.1", "level": "1", "cognitive": "remember",
    "citations-0-instrument": "nq-76-2021", "citations-0-article": "Mục I", "options-0-text": "Sáu nội dung", "right": "0",
    "options-1-text": "Bảy nội dung", "options-2-text": "Năm nội dung", "shuffle": "y", "revision": "1",
}  # fmt: skip


def test_from_nothing_to_review_by_the_pages_alone(client, login, desk, session):
    login(desk.tara)
    reply = client.post(f"/authoring/banks/{desk.bank.id}/new", data={"kind": "single"})
    address = reply.headers["Location"]
    assert client.get(address).status_code == 200
    assert client.post(address, data=FORM | {"go": "send"}, follow_redirects=True).status_code == 200
    draft = session.query(QuestionDraft).one()
    assert (draft.stage, draft.entry["options"][0]["correct"]) == ("submitted", True)
    login(desk.rita)
    assert "Trả lại để sửa" in client.get(address).text
    client.post(f"{address}/review", data={"good": "1"})
    login(desk.pia)
    client.post(f"{address}/publish")
    session.expire_all()
    assert session.get(Question, int(address.rsplit("/")[-1])).state == "ready"


def test_a_pause_in_typing_saves_and_grades_the_answer_tried(client, login, desk, session):
    login(desk.tara)
    question_id = desk.written()
    page = client.post(f"/authoring/questions/{question_id}/write", data=FORM | {"revision": "2", "stem": "Mấy nội dung?"})
    assert "Đã lưu" in page.text
    session.expire_all()
    assert session.get(QuestionDraft, question_id).entry["stem"] == "Mấy nội dung?"
    key = page.text.split('name="chosen" value="')[1][:8]
    tried = client.post(
        f"/authoring/questions/{question_id}/write", data=FORM | {"revision": "3", "stem": "Mấy nội dung?", "chosen": key}
    )
    assert "Chấm thử: 100%" in tried.text or "Chấm thử: 0%" in tried.text


def test_a_form_on_an_older_draft_keeps_what_was_typed(client, login, desk, session):
    question_id = desk.written()
    login(desk.tara)
    client.post(f"/authoring/questions/{question_id}", data=FORM | {"revision": "2", "stem": "Bản một?"})
    late = client.post(f"/authoring/questions/{question_id}", data=FORM | {"revision": "2", "stem": "Bản hai?"})
    assert late.status_code == 409
    assert "Bản hai?" in late.text
    assert "Bản một?" in re.sub("<[^>]+>", "", late.text)  # the words that differ are marked
    silent = client.post(f"/authoring/questions/{question_id}/write", data=FORM | {"revision": "2", "stem": "Bản ba?"})
    assert "Chưa lưu" in silent.text
    session.expire_all()
    assert session.get(QuestionDraft, question_id).entry["stem"] == "Bản một?"


def test_script_in_a_question_is_shown_as_text(client, login, desk):
    login(desk.tara)
    question_id = desk.written(ENTRY | {"stem": "<script>alert(1)</script> **Gì**?"})
    page = client.get(f"/authoring/questions/{question_id}").text
    assert "<script>alert(1)" not in page
    assert "<strong>Gì</strong>" in page


def test_a_bank_is_searched_without_marks_and_by_what_a_trainer_asks(client, login, desk, session):
    desk.written(ENTRY | {"stem": "Đầu mối cấp xã làm gì?", "tags": ["Đầu mối"]})
    login(desk.tara)
    address = f"/authoring/banks/{desk.bank.id}"
    assert "Đầu mối cấp xã" in client.get(f"{address}?q=dau+moi+cap+xa").text
    assert "Đầu mối cấp xã" in client.get(f"{address}?tag=dau+moi&state=draft&competence=C1.1&level=1&kind=single").text
    for nothing in ("q=khong+co", "state=retired", "competence=C9.9", "level=5", "kind=ordering", "tag=dau", "author=999999"):
        assert "Đầu mối cấp xã" not in client.get(f"{address}?{nothing}").text


def test_questions_resting_on_ended_law_are_found(client, login, desk, session):
    login(desk.tara)
    version = factories.question(desk.bank.code, "luat-cu", citations=[{"instrument": "nq-76-2021", "article": "Mục I"}])
    address = f"/authoring/banks/{desk.bank.id}?law=ended"
    assert "luat-cu" not in client.get(address).text
    session.query(Instrument).update({"ended": clock.today().replace(year=2020)})
    session.commit()
    assert version.question_id
    assert "luat-cu" in client.get(address).text


@pytest.mark.parametrize("path", ["banks", "banks/{bank}", "banks/{bank}?q=sau+noi+dung", "questions/{question}"])
def test_pages_know_their_queries(client, login, desk, session, queries, path):
    question_id = desk.written()
    login(desk.tara)
    address = "/authoring/" + path.format(bank=desk.bank.id, question=question_id)
    client.get(address)
    with queries() as count:
        client.get(address)
    assert len(count) <= 8


def test_another_course_is_out_of_reach(client, login, desk):
    other = factories.quiz()
    stranger = factories.person("Người Ngoài")
    login(stranger, role="author", scope="course", scope_id=other.course_id)
    assert client.get(f"/authoring/banks/{desk.bank.id}").status_code == 404
    assert client.get(f"/authoring/questions/{desk.written()}").status_code == 404


def test_one_change_to_many_is_seen_before_it_is_done(client, login, desk, session):
    rows = session.query(Question).filter_by(bank_id=desk.bank.id).all()
    login(desk.pia)
    data = {"question_ids": [str(row.id) for row in rows], "change": "level", "level": "2"}
    seen = client.post(f"/authoring/banks/{desk.bank.id}/labels", data=data | {"go": "see"})
    assert f"Đổi {len(rows)} câu" in seen.text
    session.expire_all()
    assert {row.level for row in rows} == {1}
    client.post(f"/authoring/banks/{desk.bank.id}/labels", data=data | {"go": "do"})
    session.expire_all()
    assert {row.level for row in rows} == {2}


def test_versions_say_how_often_seen_and_how_often_right(client, login, desk, session):
    """Two officers, one right and one wrong: half right on average."""
    activity_id = desk.course.outline[0]["activities"][0]["id"]
    for right in (True, False):
        officer = factories.person()
        factories.enrolment(officer, desk.course)
        attempt = quizzes.start(officer.id, activity_id, clock.now())
        item = quiz_queries.sitting(attempt, officer.id).at_position(1)
        chosen = next(o["key"] for o in item.question.spec["options"] if o["correct"] is right)
        quizzes.save_answer(officer.id, attempt, 1, {"chosen": chosen}, 0, "t1", clock.now())
        quizzes.submit(officer.id, attempt, clock.now())
    login(desk.tara)
    question_id = session.get(QuestionVersion, item.question.id).question_id
    assert "đã ra 2 lượt, đúng trung bình 50%" in client.get(f"/authoring/questions/{question_id}/versions").text
    at = clock.now()
    for given in (solution(item.question.spec), solution(item.question.spec), {}):
        officer = factories.person()
        practised = practice.begin(officer.id, [item.question.id], "practice", "C1.1", at).id
        practice.answer(officer.id, practised, 1, given, at)
    page = client.get(f"/authoring/questions/{question_id}/versions").text
    assert "đã ra 5 lượt (3 lượt luyện tập), đúng trung bình 60%" in page


def test_instruments_are_offered_by_number_and_subject_those_in_force_first(client, login, desk, session):
    for key, kind, number, title, ended in (
        ("nd-1", "Nghị định", "1/2020/NĐ-CP", "Văn thư", date(2021, 1, 1)), ("nd-2", "Nghị định", "2/2025/NĐ-CP", "Một cửa " * 20, None),
        ("luat-3", "Luật", "3/2025/QH15", "Luật Tổ chức", None), ("kh-4", "Kế hoạch", "", "Kế hoạch cải cách năm", None),
    ):  # fmt: skip
        put_instrument(
            {"key": key, "kind": kind, "number": number, "issuer": "CP", "title": title.strip(), "verified": True, "ended": ended}
        )
    session.commit()
    login(desk.tara)
    page = client.get(f"/authoring/questions/{desk.written()}").text
    shown = page.split('<legend class="form-label fs-6 mb-0">Căn cứ')[1].split("</select>")[0]
    order = [shown.index(f'value="{key}"') for key in ("luat-3", "nd-2", "kh-4", "nd-1")]
    assert order == sorted(order)
    assert "Luật 3/2025/QH15 – Luật Tổ chức<" in shown
    assert ">Kế hoạch cải cách năm<" in shown
    assert shown.index('label="Hết hiệu lực"') < order[-1]
    assert "…<" in shown


def test_a_competence_is_chosen_by_name_for_many_at_once(client, login, desk, session):
    questions = [factories.question(desk.bank.code, f"nhieu-{n}").question_id for n in range(2)]
    session.add(Competence(code="C7.1", area_code="N7", area_name="N", name="Soạn văn bản", levels=["a"] * 5, rank=9))
    session.commit()
    login(desk.tara)
    assert "việc của người xuất bản" in client.get(f"/authoring/banks/{desk.bank.id}").text
    login(desk.pia)
    assert '<option value="C7.1">C7.1 Soạn văn bản</option>' in client.get(f"/authoring/banks/{desk.bank.id}").text
    data = {"question_ids": [str(i) for i in questions], "change": "competence", "competence": "C7.1"}
    seen = client.post(f"/authoring/banks/{desk.bank.id}/labels", data=data | {"go": "see"}).text
    client.post(f"/authoring/banks/{desk.bank.id}/labels", data=data | {"competence": "", "value": "C7.1", "go": "do"})
    session.expire_all()
    assert "Đổi 2 câu" in seen
    assert {session.get(Question, i).competence for i in questions} == {"C7.1"}
