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
from lms.audit.models import AuditEntry
from lms.authoring.models import CourseDraft, LessonDraft, QuestionDraft
from lms.authoring.queries import drafts
from lms.authoring.services import drafts as course_drafts
from lms.authoring.services import outline, questions
from lms.authoring.services.quizzes import quiz_values
from lms.content import services as content
from lms.content.packs import BrokenPack, read_packs
from lms.courses.models import Course, CourseVersion, LessonVersion
from lms.courses.queries import version
from lms.people.queries import Scope
from lms.questions.models import Bank, Question, QuestionVersion

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
    asked = client.post("/authoring/courses/import", data={"file": (BytesIO(packed), "k01.zip")})
    assert (asked.status_code, "Khóa K01 đã có" in asked.text) == (409, True)
    assert session.get(CourseDraft, k01.id) is None
    reply = client.post("/authoring/courses/import", data={"file": (BytesIO(packed), "k01.zip"), "onto": "y"})
    assert reply.status_code == 302, reply.text
    assert session.get(CourseDraft, k01.id).base_id == k01.current_id
    assert session.query(QuestionDraft).count() == 0
    again = client.post("/authoring/courses/import", data={"file": (BytesIO(packed), "k01.zip"), "onto": "y"})
    assert "đang có bản nháp" in again.text
    own = client.post("/authoring/courses/import", data={"file": (BytesIO(packed), "k01.zip"), "code": "k78"})
    assert session.get(CourseDraft, int(own.headers["Location"].rsplit("/", 1)[1])).entry["code"] == "K78"


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
    assert client.post("/authoring/courses/import", data={"file": (BytesIO(packed), "k01.zip"), "onto": "y"}).status_code == 302
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
    stages = (
        session.query(QuestionDraft.stage).join(Question, Question.id == QuestionDraft.question_id).filter_by(bank_id=bank.id)
    )
    assert {stage for (stage,) in stages} == {"reviewed"}
    ids = [str(i) for (i,) in session.query(Question.id).filter_by(bank_id=bank.id).limit(3)]
    client.post(f"/authoring/banks/{bank.id}/labels", data={"question_ids": ids, "change": "publish", "go": "do"})
    assert session.query(Question).filter_by(bank_id=bank.id, state="ready").count() == 3
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


@pytest.fixture
def unfinished(client, login, session, desk):
    """A published course whose draft has an empty quiz, a new assignment, a lesson without text, and questions being written."""
    login(role="admin")
    address = f"/authoring/courses/{desk.course.course_id}"
    for go, title in (
        ("add-lesson:m1", "Bài chưa viết"),
        ("add-quiz:m1", "Bài chưa có câu"),
        ("add-assignment:m1", "Bài tập tình huống"),
    ):
        page = client.get(address).text
        client.post(
            f"{address}/outline", data={"stamp": page.split('name="stamp" value="')[1].split('"')[0], "go": go, "title": title}
        )
    desk.address = address
    written = desk.written()
    empty = questions.create(desk.bank.id, "matching", desk.tara.id, clock.now())
    session.commit()
    desk.keys = {session.get(Question, i).key for i in (written, empty)}
    named = session.query(Question).filter_by(bank_id=desk.bank.id, state="ready").first()
    desk.revised = named.key
    entry = dict(session.get(QuestionVersion, named.current_id).source) | {"stem": "Câu viết lại?"}
    questions.write(named.id, entry, 0, desk.tara.id, clock.now())
    draft = drafts.draft(desk.course.course_id, Scope(everywhere=True))
    quiz = draft.activities[0] | {"questions": [*draft.activities[0]["questions"], *sorted(desk.keys)]}
    course_drafts.save_course(
        draft, outline.replace_activity(draft.entry, "kiem-tra", quiz), draft.stamp, desk.tara.id, clock.now()
    )
    session.commit()
    return desk


def standing(session, course_id: int) -> tuple:
    """All that the editor holds of a course: its entry, its lessons, what is written in its bank."""
    session.expire_all()
    draft = session.get(CourseDraft, course_id)
    code = draft.entry["code"]
    written = session.query(Question.key, QuestionDraft.entry).join(QuestionDraft, QuestionDraft.question_id == Question.id)
    texts = session.query(LessonDraft).filter_by(course_id=course_id)
    left_out = {"checked", "checker"}
    return (
        {name: value for name, value in draft.entry.items() if name not in {"code", "review_by"}},
        {lesson.key: (lesson.entry, lesson.body.strip()) for lesson in texts},
        {
            key: {name: value for name, value in entry.items() if name not in left_out}
            for key, entry in written.join(Bank, Bank.id == Question.bank_id).filter(Bank.code == code)
        },
    )


def test_an_unfinished_course_goes_out_and_comes_in_again_with_all_that_is_being_written(client, session, unfinished):
    draft = session.get(CourseDraft, unfinished.course.course_id)
    draft.entry = draft.entry | {"review_by": "2027-06-30"}
    session.commit()
    before = standing(session, unfinished.course.course_id)
    packed = client.get(f"{unfinished.address}/pack.zip").data
    reply = client.post("/authoring/courses/import", data={"file": (BytesIO(packed), "x.zip"), "code": "K79"})
    assert reply.status_code == 302, reply.text
    entry, texts, written = standing(session, int(reply.headers["Location"].rsplit("/", 1)[1]))
    assert (entry, texts) == before[:2]
    assert {key: written[key] for key in before[2]} == before[2]
    assert written[unfinished.revised]["stem"] == "Câu viết lại?"


def test_a_copy_of_an_unfinished_course_has_all_that_is_being_written(client, session, unfinished):
    before = standing(session, unfinished.course.course_id)
    reply = client.post(f"{unfinished.address}/copy", data={"code": "K80"})
    course_id = int(reply.headers["Location"].rsplit("/", 1)[1])
    entry, texts, written = standing(session, course_id)
    assert (entry, texts) == before[:2]
    assert {key: written[key] for key in before[2]} == before[2]
    page = client.get(f"/authoring/courses/{course_id}/quizzes/kiem-tra").text
    assert "Không còn trong ngân hàng" not in page
    assert "Bài tập tình huống" in client.get(f"/authoring/courses/{course_id}").text


def test_a_draft_question_on_disk_is_no_published_content(session, tmp_path):
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    path = folder / "courses" / "k01" / "questions" / "nhap.toml"
    path.write_text('[[question]]\nkey = "k01-nhap"\nkind = "single"\ndraft = true\n')
    with pytest.raises(BrokenPack, match="còn là bản nháp"):
        read_packs(folder, "k01")


def test_a_draft_is_thrown_away_after_it_is_said_what_is_lost(client, session, unfinished):
    page = client.get(f"{unfinished.address}/discard").text
    for lost in (
        "Bài học “Bài chưa viết”: mới thêm",
        "Bài tập “Bài tập tình huống”: mới thêm",
        "Bài kiểm tra “Bài kiểm tra”: đã sửa",
    ):
        assert lost in page
    assert client.post(f"{unfinished.address}/discard", data={"stamp": "0.0"}).status_code == 409
    client.post(f"{unfinished.address}/discard", data={"stamp": page.split('name="stamp" value="')[1].split('"')[0]})
    session.expire_all()
    assert session.get(CourseDraft, unfinished.course.course_id) is None
    assert session.query(AuditEntry).filter_by(act="authoring.discard_course").count() == 1
    assert "không có bản nháp" in client.get(f"{unfinished.address}/discard").text
    assert client.post(f"{unfinished.address}/discard", data={"stamp": "0.0"}).status_code == 409


def test_what_stops_publishing_is_said_of_each_thing_with_the_way_to_it(client, session, unfinished):
    page = html.unescape(client.get(f"{unfinished.address}/publish").text)
    said = page.split('id="kiem-tra"')[1].split("</main>")[0]
    lines = re.findall(r"<li>.*?</li>", said, re.DOTALL)
    assert any("Bài tập “Bài tập tình huống”" in line and f"{unfinished.address}/assignments/" in line for line in lines)
    assert any("Bài học “Bài chưa viết”" in line and f"{unfinished.address}/lessons/" in line for line in lines)
    for machine in (".toml", ".md", "claims", "takes", "evidences", ".."):
        assert machine not in re.sub(r'href="[^"]*"', "", said), machine


def test_what_was_exported_and_loaded_is_exported_the_same(client, login, session, k01, tmp_path):
    login(role="admin")
    packed = zipfile.ZipFile(BytesIO(client.get(f"/authoring/courses/{k01.id}/pack.zip").data))
    for lesson in (CONTENT / "courses" / "k01" / "lessons").glob("*.md"):
        assert packed.read(f"k01/lessons/{lesson.name}").decode() == lesson.read_text()
    first = {
        name.removeprefix("k01/"): packed.read(name).decode() for name in packed.namelist() if not name.startswith("k01/files/")
    }
    first["course.toml"] = first["course.toml"].replace('"K01"', '"K78"')
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    packed.extractall(tmp_path)
    (tmp_path / "k01").rename(folder / "courses" / "k78")
    (folder / "courses" / "k78" / "course.toml").write_text(first["course.toml"])
    content.load(read_packs(folder, "k78"), clock.now())
    session.commit()
    again = session.query(Course).filter_by(code="K78").one()
    packed = zipfile.ZipFile(BytesIO(client.get(f"/authoring/courses/{again.id}/pack.zip").data))
    assert {name.removeprefix("k78/"): packed.read(name).decode() for name in packed.namelist() if "/files/" not in name} == first


def test_minutes_that_a_pack_states_stay_while_somebody_writes(client, login, session, k01):
    login(role="admin")
    address = f"/authoring/courses/{k01.id}/lessons/cchc-la-gi"
    page = client.get(address).text
    shown = re.search(r'<input[^>]*id="minutes"[^>]*value="([^"]*)"', page)[1]
    body = html.unescape(re.search(r'<textarea class="form-control" id="body"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)[1])
    values = {
        "stamp": page.split('name="stamp" value="')[1].split('"')[0],
        "title": "Tên bài",
        "mandatory": "y",
        "minutes": shown,
    }
    answer = client.post(f"{address}/write", data=values | {"body": f"{body}\nThêm vài chữ.\n"}).json
    assert (shown, answer["minutes"]) == ("8", 8)
    assert session.get(LessonDraft, (k01.id, "cchc-la-gi")).entry["minutes"] == 8
