"""Nobody has to look every day whether something waits: reviewers, publishers and authors are told in the application."""

from datetime import timedelta

from lms import clock
from lms.authoring.services import questions as services
from lms.db import db
from lms.notices.models import Notice
from lms.people.models import Grant
from tests import factories
from tests.authoring.films import stamp


def told(person) -> list[str]:
    return [row.text for row in db.session.query(Notice).filter_by(person_id=person.id).order_by(Notice.id)]


def test_a_reviewer_is_told_once_a_day_that_a_bank_has_something_for_them(desk, session):
    """Two questions today, one tomorrow: two messages; the writer, an officer and another course's reviewer hear nothing."""
    stranger, olga = factories.person(), factories.person()
    factories.grant(stranger, "reviewer", "course", factories.course().course_id)
    for question_id, at in (
        (desk.written(), clock.now()), (desk.written(), clock.now()), (desk.written(), clock.now() + timedelta(days=1)),
    ):  # fmt: skip
        services.send(question_id, desk.tara.id, at)
    assert told(desk.rita) == [f"Ngân hàng câu hỏi {desk.bank.code} có câu hỏi chờ thẩm định."] * 2
    assert [told(one) for one in (desk.tara, desk.pia, stranger, olga)] == [[], [], [], []]


def test_where_only_the_writer_could_review_the_admin_is_told(desk, session):
    ada = factories.person("Võ Ada")
    factories.grant(ada, "admin")
    session.query(Grant).filter_by(person_id=desk.rita.id).delete()
    factories.grant(desk.tara, "trainer", "course", desk.course.course_id)
    services.send(desk.written(), desk.tara.id, clock.now())
    assert told(ada) == [f"Ngân hàng câu hỏi {desk.bank.code} có câu hỏi chờ thẩm định."]


def test_the_writer_hears_of_comments_of_the_verdict_and_of_use(desk, session):
    question_id = desk.written()
    services.note(question_id, "comment", "Nên nêu rõ văn bản.", desk.rita.id, clock.now())
    services.note(question_id, "comment", "Đã nêu.", desk.tara.id, clock.now())
    services.send(question_id, desk.tara.id, clock.now())
    services.review(question_id, False, "Còn thiếu căn cứ.", desk.rita.id, clock.now())
    services.send(question_id, desk.tara.id, clock.now())
    services.review(question_id, True, "", desk.rita.id, clock.now())
    services.publish(question_id, desk.pia.id, clock.now())
    title = "“CCHC gồm mấy nội dung?”"
    assert told(desk.tara) == [
        f"Lê Rita góp ý câu hỏi {title}: Nên nêu rõ văn bản.", f"Lê Rita đã trả lại để sửa câu hỏi {title}: Còn thiếu căn cứ.",
        f"Lê Rita đã thẩm định đạt câu hỏi {title}.", f"Võ Pia đã đưa vào dùng câu hỏi {title}.",
    ]  # fmt: skip
    assert f"Trần Tara góp ý câu hỏi {title}: Đã nêu." in told(desk.rita)
    assert told(desk.pia) == [f"Ngân hàng câu hỏi {desk.bank.code} có câu hỏi đã thẩm định, chờ đưa vào dùng."]


def test_the_first_page_says_how_many_wait(client, login, desk):
    for _ in range(2):
        services.send(desk.written(), desk.tara.id, clock.now())
    login(desk.rita)
    page = client.get("/").text
    assert "câu hỏi chờ thẩm định" in page
    assert client.get(f"/authoring/banks/{desk.bank.id}?state=submitted").status_code == 200


def test_a_publisher_is_asked_once_for_one_state_and_the_author_hears_of_publishing(client, login, session, published):
    tara, pia = factories.person("Trần Tara"), factories.person("Võ Pia")
    factories.grant(tara, "author", "course", published.id)
    factories.grant(pia, "publisher", "course", published.id)
    login(tara)
    address = f"/authoring/courses/{published.id}"
    data = {
        "stamp": stamp(client.get(f"{address}/lessons/bai-1").text),
        "title": "Bài một",
        "body": "Đã sửa.",
        "instrument": "nq-76",
        "article": "Mục I",
    }
    client.post(f"{address}/lessons/bai-1", data=data)
    assert "Khóa chưa có bài nào bắt buộc" in client.get(f"{address}/publish").text
    data |= {"mandatory": "y", "stamp": stamp(client.get(f"{address}/lessons/bai-1").text)}
    client.post(f"{address}/lessons/bai-1", data=data)
    assert "Báo người xuất bản" in client.get(f"{address}/publish").text
    for _ in range(2):
        client.post(f"{address}/ask")
    assert told(pia) == ["Trần Tara đề nghị xuất bản khóa K95 Khóa có video."]
    login(pia)
    seen = client.get(f"{address}/publish").text.split('name="seen" value="')[1].split('"')[0]
    assert client.post(f"{address}/publish", data={"seen": seen}).status_code == 302
    assert told(tara) == ["Khóa K95 đã được xuất bản: học viên học bản mới từ bây giờ."]
