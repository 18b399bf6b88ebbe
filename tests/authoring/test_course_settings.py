"""What the editor says of a course beside its lessons: who opens one, for whom it is, who is enrolled, what is offered for download."""

from datetime import timedelta
from io import BytesIO

import pytest

from lms import clock
from lms.authoring.models import CourseDraft, LessonDraft
from lms.courses import services as courses
from lms.courses.models import Enrolment, EnrolmentRule
from lms.people.models import Grant
from lms.tracking.services import put_competence
from tests import factories
from tests.authoring.films import stamp

VALUES = {
    "title": "Khóa có video", "summary": "Có video.", "periods": "1", "outcomes": "Nêu được.", "review_by": "30/06/2027",
    "electives": "0", "evidences": "",
}  # fmt: skip


def test_an_author_of_one_course_opens_another_and_is_its_author_only(client, login, session):
    mine, other = factories.course(), factories.course()
    tara = login(role="author", scope="course", scope_id=mine.course_id)
    reply = client.post("/authoring/courses/new", data={"title": "Khóa mới", "code": "K97"})
    course_id = int(reply.headers["Location"].rsplit("/", 1)[1])
    assert client.get(f"/authoring/courses/{course_id}").status_code == 200
    assert client.get(f"/authoring/courses/{other.course_id}").status_code == 404
    assert client.post(f"/authoring/courses/{course_id}/publish").status_code == 403
    copied = client.post(f"/authoring/courses/{mine.course_id}/copy", data={"code": "K98"})
    assert copied.status_code == 302
    grants = session.query(Grant).filter_by(person_id=tara.id, role="author").all()
    assert {g.scope_id for g in grants} == {mine.course_id, course_id, int(copied.headers["Location"].rsplit("/", 1)[1])}


def test_who_is_an_author_everywhere_gets_no_further_role(client, login, session):
    ada = login(role="admin")
    client.post("/authoring/courses/new", data={"title": "Khóa mới", "code": "K99"})
    assert session.query(Grant).filter_by(person_id=ada.id).count() == 1


def publish(client, address: str) -> None:
    seen = client.get(f"{address}/publish").text.split('name="seen" value="')[1].split('"')[0]
    assert client.post(f"{address}/publish", data={"seen": seen}).status_code == 302


def change(client, address: str, **more) -> None:
    page = client.get(f"{address}/settings").text
    assert client.post(f"{address}/settings", data=VALUES | {"stamp": stamp(page)} | more).status_code == 302


def test_competences_are_chosen_by_name_with_a_level(client, login, session, published):
    for rank, code in enumerate(("C1.1", "C7.1")):
        put_competence(code, "N", "Nhóm", f"Năng lực {code}", [""] * 5, rank)
    session.commit()
    login(role="admin")
    address = f"/authoring/courses/{published.id}"
    change(client, address, **{"evidences": ["C1.1", "", "C7.1"], "evidences-level": ["2", "", "1"]})
    chosen = [{"competence": "C1.1", "level": 2}, {"competence": "C7.1", "level": 1}]
    assert session.get(CourseDraft, published.id).entry["evidences"] == chosen
    page = client.get(f"{address}/settings").text
    assert '<option value="C7.1" selected>C7.1 Năng lực C7.1</option>' in page
    sent = VALUES | {"stamp": stamp(page), "evidences": ["C1.1"], "evidences-level": [""]}
    refused = client.post(f"{address}/settings", data=sent)
    assert (refused.status_code, "Chưa chọn đủ năng lực và cấp độ" in refused.text) == (422, True)


def test_the_newly_assigned_are_enrolled_as_the_settings_say_until_they_no_longer_do(client, login, session, published):
    login(role="admin")
    address = f"/authoring/courses/{published.id}"
    wanted = factories.position("VX8")
    factories.position("VX9")
    admins = courses.put_rule(published.id, "onboarding", {"positions": ["VX9"]}, 10, clock.today())
    session.commit()
    change(client, address, onboarding="20", positions=["VX8"])
    publish(client, address)
    new, elsewhere = factories.person(), factories.person()
    factories.assignment(new, position_=wanted, since=clock.today())
    factories.assignment(elsewhere, position_=factories.position("VX7"), since=clock.today())
    courses.apply_rules(clock.now())
    cycles = session.query(Enrolment).filter_by(course_id=published.id).all()
    assert [(c.officer_id, c.due) for c in cycles] == [(new.id, clock.today() + timedelta(days=20))]
    session.commit()
    change(client, address, onboarding="", positions=["VX8"])
    publish(client, address)
    session.expire_all()
    in_force = session.query(EnrolmentRule).filter(EnrolmentRule.course_id == published.id, EnrolmentRule.until.is_(None)).all()
    assert [rule.id for rule in in_force] == [admins.id]


@pytest.mark.parametrize("typed", ["-1", "731", "mười"])
def test_days_that_cannot_be_are_refused_at_their_field(client, login, published, typed):
    login(role="admin")
    address = f"/authoring/courses/{published.id}/settings"
    refused = client.post(address, data=VALUES | {"stamp": stamp(client.get(address).text), "onboarding": typed})
    assert refused.status_code == 422
    assert 'id="onboarding-error"' in refused.text


def test_a_paper_for_download_gets_a_name_officers_understand(client, login, session, published):
    login(role="admin")
    address = f"/authoring/courses/{published.id}/lessons/bai-1"
    client.post(f"{address}/files", data={"file": (BytesIO(b"%PDF-1.7"), "scan0001.pdf")})
    data = {"stamp": stamp(client.get(address).text), "title": "Bài một", "body": "Xem mẫu.", "file_name": "scan0001.pdf"}
    client.post(address, data=data | {"file_title": "Mẫu giấy hẹn trả kết quả"})
    assert "Mẫu giấy hẹn trả kết quả" in client.get(f"{address}/view").text
    client.post(address, data=data | {"stamp": stamp(client.get(address).text), "drop_file": "scan0001.pdf"})
    session.expire_all()
    assert "files" not in session.get(LessonDraft, (published.id, "bai-1")).entry
