"""Text under git and the browser are two doors to one thing: a course goes out as a pack and comes back the same."""

import html
import json
import re
import shutil
import tomllib
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import tomli_w

from lms import clock
from lms.authoring.models import CourseDraft, LessonDraft, QuestionDraft
from lms.authoring.services.quizzes import quiz_values
from lms.content import services as content
from lms.content.packs import read_packs
from lms.courses.models import Course, CourseVersion, LessonVersion
from lms.courses.queries import version
from lms.questions.models import Bank, Question

CONTENT = Path(__file__).resolve().parents[2] / "content"


@pytest.fixture
def k01(session):
    content.load(read_packs(CONTENT, "k01"), clock.now())
    session.commit()
    return session.query(Course).filter_by(code="K01").one()


def archive(members: dict[str, bytes]) -> BytesIO:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    stream.seek(0)
    return stream


def test_a_loaded_course_goes_out_as_a_pack_that_passes_every_check(client, login, session, k01):
    login(role="admin")
    assert "Đủ điều kiện xuất bản" in client.get(f"/authoring/courses/{k01.id}/publish").text
    packed = zipfile.ZipFile(BytesIO(client.get(f"/authoring/courses/{k01.id}/pack.zip").data))
    for lesson in (CONTENT / "courses" / "k01" / "lessons").glob("*.md"):
        body = lesson.read_text().split("+++\n", 2)[2].strip()
        assert packed.read(f"k01/lessons/{lesson.name}").decode().split("+++\n", 2)[2].strip() == body


def test_a_pack_comes_in_as_a_draft(client, login, session, k01):
    login(role="admin")
    packed = client.get(f"/authoring/courses/{k01.id}/pack.zip").data
    reply = client.post("/authoring/courses/import", data={"file": (BytesIO(packed), "k01.zip")})
    assert reply.status_code == 302, reply.text
    assert session.get(CourseDraft, k01.id).base_id == k01.current_id
    assert session.query(QuestionDraft).count() == 0
    again = client.post("/authoring/courses/import", data={"file": (BytesIO(packed), "k01.zip")})
    assert "đang có bản nháp" in again.text


def test_minutes_set_by_hand_and_estimated_ones_go_out_and_come_back(client, login, session, k01):
    login(role="admin")
    heads = {}
    for key, minutes in (("bai-mot", "40"), ("bai-hai", "")):
        keys = [a["key"] for a in version(k01.current_id).activities if a["kind"] == "lesson"]
        key = keys[0 if key == "bai-mot" else 1]
        address = f"/authoring/courses/{k01.id}/lessons/{key}"
        page = client.get(address).text
        body = re.search(r'<textarea class="form-control" id="body"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)[1]
        cited = {"instrument": "nq-76-2021", "article": "Mục I"}
        values = {"stamp": page.split('name="stamp" value="')[1].split('"')[0], "title": "Tên bài", "mandatory": "y"}
        client.post(address, data=values | cited | {"body": html.unescape(body), "minutes": minutes})
        heads[key] = minutes
    packed = client.get(f"/authoring/courses/{k01.id}/pack.zip").data
    seen = client.get(f"/authoring/courses/{k01.id}/publish").text.split('name="seen" value="')[1].split('"')[0]
    assert client.post(f"/authoring/courses/{k01.id}/publish", data={"seen": seen}).status_code == 302
    session.expire_all()
    activities = {a["key"]: a for a in version(session.get(Course, k01.id).current_id).activities}
    assert client.post("/authoring/courses/import", data={"file": (BytesIO(packed), "k01.zip")}).status_code == 302
    for key, minutes in heads.items():
        row = session.get(LessonVersion, activities[key]["lesson_version"])
        assert (row.estimated, activities[key]["minutes"] == row.minutes) == (not minutes, True)
        text = zipfile.ZipFile(BytesIO(packed)).read(f"k01/lessons/{key}.md").decode()
        assert ("minutes = 40\n" in text.split("+++")[1]) is bool(minutes)
        assert session.get(LessonDraft, (k01.id, key)).entry.get("minutes") == (40 if minutes else None)
    assert activities[next(iter(heads))]["minutes"] == 40


def test_a_copy_is_a_draft_of_its_own(client, login, session, k01):
    login(role="admin")
    reply = client.post(f"/authoring/courses/{k01.id}/copy", data={"code": "k77"})
    course_id = int(reply.headers["Location"].rsplit("/", 1)[1])
    assert session.get(CourseDraft, course_id).entry["code"] == "K77"
    assert session.query(LessonDraft).filter_by(course_id=course_id).count() > 10
    bank = session.query(Bank).filter_by(code="K77").one()
    assert {state for (state,) in session.query(Question.state).filter_by(bank_id=bank.id)} == {"draft"}
    assert client.post(f"/authoring/courses/{k01.id}/copy", data={"code": "K01"}).status_code == 409


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"../../etc/passwd": b"x"}, "tệp lạ"),
        ({"/course.toml": b"x"}, "tệp lạ"),
        ({"k/files/..": b"x"}, "tệp lạ"),
        ({"k/course.toml": b"0" * (101 * 2**20)}, "quá lớn"),
    ],
)
def test_a_hostile_zip_is_refused(client, login, session, members, words):
    login(role="admin")
    refused = client.post("/authoring/courses/import", data={"file": (archive(members), "x.zip")})
    assert refused.status_code == 409
    assert words in refused.text


def test_what_is_no_zip_or_a_broken_pack_is_said(client, login, session):
    login(role="admin")
    assert "Không đọc được" in client.post("/authoring/courses/import", data={"file": (BytesIO(b"PK"), "x.zip")}).text
    broken = client.post("/authoring/courses/import", data={"file": (archive({"course.toml": b'code = "K'}), "x.zip")})
    assert broken.status_code == 422
    assert "TOML chưa đúng cú pháp" in broken.text


def test_a_course_changed_on_the_web_is_not_overwritten_by_the_text_on_disk(client, login, session, k01, tmp_path):
    login(role="admin")
    address = f"/authoring/courses/{k01.id}"
    page = client.get(address).text
    stamp = page.split('name="stamp" value="')[1].split('"')[0]
    client.post(f"{address}/outline", data={"stamp": stamp, "go": "rename:m1", "title": "Tên sửa trên web"})
    seen = client.get(f"{address}/publish").text.split('name="seen" value="')[1].split('"')[0]
    assert client.post(f"{address}/publish", data={"seen": seen}).status_code == 302
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    text = folder / "courses" / "k01" / "course.toml"
    text.write_text(text.read_text().replace("title = ", "title =  ", 1))
    report = content.load(read_packs(folder, "k01"), clock.now())
    assert report.differs == ["courses/k01"]
    session.expire_all()
    new = session.get(CourseVersion, session.get(Course, k01.id).current_id)
    assert new.outline[0]["title"] == "Tên sửa trên web"


def test_what_a_quiz_says_of_points_pages_and_bands_goes_from_text_to_browser_and_back(client, login, session, tmp_path):
    """Text on disk -> published -> the editor's form saved as it stands -> text: the same quiz."""
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    path = folder / "courses" / "k01" / "course.toml"
    head = tomllib.loads(path.read_text())
    at, quiz = next((m, a) for m in head["module"] for a in m["activity"] if a["key"] == "kiem-tra-1")
    named = ["k01-c11-001", "k01-c11-002", "k01-c11-003"]
    full = quiz | {
        "questions": named, "points_of": {named[0]: 2, named[2]: 0.5}, "per_page": 2, "breaks": [named[1]], "shuffle": False,
        "draw": [rule | {"points": 3} for rule in quiz["draw"]], "closes": date(2027, 1, 31),
        "bands": [{"name": "Giỏi", "from": 80, "text": "Rất vững."}, {"name": "Chưa đạt", "from": 0}],
    }  # fmt: skip
    at["activity"] = [full if a["key"] == "kiem-tra-1" else a for a in at["activity"]]
    path.write_text(tomli_w.dumps(head))
    content.load(read_packs(folder, "k01"), clock.now())
    session.commit()
    course = session.query(Course).filter_by(code="K01").one()
    login(role="admin")
    address = f"/authoring/courses/{course.id}/quizzes/kiem-tra-1"
    page = client.get(address).text
    shown = quiz_values(json.loads(json.dumps(full, default=str)))
    sent = {name: value for name, value in shown.items() if name != "bands" and value is not False}
    sent |= {f"bands-{n}-{name}": text for n, band in enumerate(shown["bands"]) for name, text in band.items()}
    assert all(f'value="{shown[name]}"' in page for name in ("title", "minutes", "per_page", "pass_mark"))
    sent |= {"stamp": re.search(r'name="stamp" value="([^"]*)"', page)[1], "title": "Tên sửa trên web"}
    assert client.post(address, data=sent).status_code == 302
    packed = zipfile.ZipFile(BytesIO(client.get(f"/authoring/courses/{course.id}/pack.zip").data))
    back = tomllib.loads(packed.read("k01/course.toml").decode())
    found = next(a for m in back["module"] for a in m["activity"] if a["key"] == "kiem-tra-1")
    assert found == full | {"title": "Tên sửa trên web"}
