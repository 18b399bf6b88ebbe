"""Assignments in the course editor: what is published comes back as it was, the rubric is changed, a new one is begun."""

from html.parser import HTMLParser
from pathlib import Path

from lms import clock
from lms.assignments.models import AssignmentVersion
from lms.authoring.models import CourseDraft
from lms.authoring.queries import drafts
from lms.content import services
from lms.content.packs import read_packs
from lms.courses.models import Course
from lms.people.queries import Scope
from lms.tracking.services import put_competence
from tests import factories

CONTENT = Path(__file__).resolve().parents[2] / "content"


class Fields(HTMLParser):
    """What a browser would send of the page's form."""

    def __init__(self, page: str):
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.area = self.select = ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "input" and "name" in a and a.get("type") not in {"checkbox", "radio"}:
            self.sent.append((a["name"], a.get("value") or ""))
        elif tag == "input" and "name" in a and "checked" in a:
            self.sent.append((a["name"], a.get("value") or "y"))
        elif tag == "textarea":
            self.area = a["name"]
            self.sent.append((self.area, ""))
        elif tag == "select":
            self.select = a["name"]
        elif tag == "option" and "selected" in a:
            self.sent.append((self.select, a["value"]))

    def handle_data(self, data):
        if self.area:
            self.sent[-1] = (self.area, self.sent[-1][1] + data)

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.sent[-1] = (self.area, self.sent[-1][1].removeprefix("\n"))
            self.area = ""


def data_of(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in Fields(page).sent:
        found.setdefault(name, []).append(value)
    return found


def course_of(version) -> str:
    return f"/authoring/courses/{version.course_id}"


def entry_of(session, version) -> dict:
    session.expire_all()
    found = drafts.draft(version.course_id, Scope(everywhere=True))
    return next(a for a in found.activities if a["kind"] == "assignment")


def framework(session):
    for rank, code in enumerate(("C1.1", "C7.1")):
        put_competence(code, "N", "Nhóm", f"Năng lực {code}", [""] * 5, rank)


def test_saved_unchanged_nothing_is_written(session, client, login):
    framework(session)
    version = factories.task()
    login(role="admin")
    before = entry_of(session, version)
    page = client.get(f"{course_of(version)}/assignments/bai-tap")
    assert client.post(f"{course_of(version)}/assignments/bai-tap", data=data_of(page.text)).status_code == 302
    assert session.get(CourseDraft, version.course_id) is None
    assert entry_of(session, version) == before == session.query(AssignmentVersion).one().entry


def test_k12s_case_goes_through_the_editor_unchanged(session, client, login):
    services.load(read_packs(CONTENT, "k12"), clock.now())
    course = session.query(Course).filter_by(code="K12").one()
    login(role="admin")
    address = f"/authoring/courses/{course.id}/assignments/ke-hoach-cchc-xa"
    assert client.post(address, data=data_of(client.get(address).text)).status_code == 302
    assert session.get(CourseDraft, course.id) is None


def test_the_rubric_is_changed_and_published_as_a_new_version(session, client, login):
    framework(session)
    version = factories.task()
    login(role="admin")
    data = data_of(client.get(f"{course_of(version)}/assignments/bai-tap").text)
    data |= {
        "c0-title": ["Thể thức văn bản"],
        "c2-title": ["Khả thi"],
        "c2-l0-description": ["Không"],
        "c2-l1-description": ["Có"],
    }
    data |= {"c2-l2-title": [""], "c2-l3-title": [""], "s0-level-the-thuc": ["m2"]}
    assert client.post(f"{course_of(version)}/assignments/bai-tap", data=data).status_code == 302
    entry = entry_of(session, version)
    assert [(c["key"], c["title"], len(c["levels"])) for c in entry["criteria"]] == [
        ("the-thuc", "Thể thức văn bản", 4), ("nhiem-vu", "Nhiệm vụ", 4), ("kha-thi", "Khả thi", 2),
    ]  # fmt: skip
    assert entry["samples"][0]["levels"] == {"the-thuc": "m2", "nhiem-vu": "m3"}


def test_two_authors_at_once_lose_nothing(session, client, login):
    framework(session)
    version = factories.task()
    login(role="admin")
    address = f"{course_of(version)}/assignments/bai-tap"
    first, second = (data_of(client.get(address).text) for _ in range(2))
    client.post(address, data=first | {"title": ["Tên một"]})
    reply = client.post(address, data=second | {"title": ["Tên hai"]})
    assert reply.status_code == 409
    assert 'value="Tên hai"' in reply.text
    assert entry_of(session, version)["title"] == "Tên một"


def test_what_cannot_be_read_is_said_and_kept(session, client, login):
    framework(session)
    version = factories.task()
    login(role="admin")
    address = f"{course_of(version)}/assignments/bai-tap"
    data = data_of(client.get(address).text)
    reply = client.post(address, data=data | {"claims": ["C9.9"], "claims-level": ["3"], "c0-title": ["Đang sửa"]})
    assert reply.status_code == 422
    assert "Chưa chọn đủ năng lực và cấp độ: “C9.9 3”" in reply.text
    assert "Đang sửa" in reply.text


def test_a_new_assignment_begins_empty_and_publishing_says_what_is_missing(session, client, login):
    framework(session)
    version = factories.course("T99")
    login(role="admin")
    stamp = drafts.draft(version.course_id, Scope(everywhere=True)).stamp
    sent = {"stamp": stamp, "go": "add-assignment:m1", "title": "Soạn báo cáo"}
    assert client.post(f"{course_of(version)}/outline", data=sent).status_code == 302
    assert "Soạn báo cáo" in client.get(course_of(version)).text
    assert client.get(f"{course_of(version)}/assignments/soan-bao-cao").status_code == 200
    assert "phiếu chấm chưa có tiêu chí nào" in client.get(f"{course_of(version)}/publish").text
    assert session.query(Course).filter_by(id=version.course_id).one().current_id == version.id
