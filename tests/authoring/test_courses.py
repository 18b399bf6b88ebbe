"""The course editor: outline, settings, lessons, conflicts, pictures."""

import re
import zipfile
from io import BytesIO

import pytest
from PIL import Image

from lms import clock
from lms.authoring.models import CourseDraft, LessonDraft, LessonRevision
from lms.authoring.services import pictures
from lms.courses import services as courses
from lms.courses.models import Course
from lms.courses.queries import version
from lms.library.services import put_instrument
from lms.tracking.models import Competence
from tests import factories


@pytest.fixture
def written(session):
    """A published course of two lessons, and two trainers of it."""
    course = factories.course("K90")
    tara, rita = factories.person("Trần Tara"), factories.person("Lê Rita")
    for person in (tara, rita):
        factories.grant(person, "author", "course", course.course_id)
    session.commit()
    return course, tara, rita


def stamp(page: str) -> str:
    return page.split('name="stamp" value="')[1].split('"')[0]


def act(client, course_id: int, go: str, **data):
    page = client.get(f"/authoring/courses/{course_id}").text
    return client.post(f"/authoring/courses/{course_id}/outline", data={"stamp": stamp(page), "go": go} | data)


def order(session, course_id: int) -> list[list[str]]:
    session.expire_all()
    return [[a["key"] for a in m["activity"]] for m in session.get(CourseDraft, course_id).entry["module"]]


def test_from_nothing_to_an_outline(client, login, session):
    login(role="author")
    reply = client.post("/authoring/courses/new", data={"title": "Tiếp công dân", "code": "K91"})
    course_id = int(reply.headers["Location"].rsplit("/", 1)[1])
    act(client, course_id, "add-module", title="Chuyên đề hai")
    act(client, course_id, "add-lesson:m1", title="Bài mở đầu")
    act(client, course_id, "add-quiz:m1", title="Kiểm tra")
    act(client, course_id, "add-lesson:m1", title="Bài mở đầu")
    assert order(session, course_id) == [["bai-mo-dau", "kiem-tra", "bai-mo-dau-2"], []]
    act(client, course_id, "down:bai-mo-dau-2")
    act(client, course_id, "up:kiem-tra")
    act(client, course_id, "put:bai-mo-dau", module="chuyen-de-hai", before="bai-mo-dau-2")
    act(client, course_id, "up:m:chuyen-de-hai")
    assert order(session, course_id) == [["bai-mo-dau", "bai-mo-dau-2"], ["kiem-tra"]]
    assert "Bài mở đầu" in client.get(f"/authoring/courses/{course_id}").text
    taken = client.post("/authoring/courses/new", data={"title": "Khóa khác", "code": "k91"})
    assert (taken.status_code, 'value="Khóa khác"' in taken.text, "Mã khóa K91 đã có" in taken.text) == (409, True, True)


def test_looking_writes_nothing_and_the_first_change_makes_the_draft(client, login, session, written):
    course, tara, _ = written
    login(tara)
    for page in ("", "/lessons/bai-1", "/lessons/bai-1/view", "/lessons/bai-1/versions", "/settings"):
        assert client.get(f"/authoring/courses/{course.course_id}{page}").status_code == 200
    assert session.get(CourseDraft, course.course_id) is None
    act(client, course.course_id, "down:bai-1")
    assert order(session, course.course_id) == [["bai-2", "bai-1"]]
    assert session.query(LessonDraft).filter_by(course_id=course.course_id).count() == 2
    assert [a["key"] for a in session.get(type(course), course.id).outline[0]["activities"]] == ["bai-1", "bai-2"]


def test_what_officers_have_done_is_not_deleted(client, login, session, written):
    course, tara, _ = written
    olga = factories.person("Lê Thị Olga")
    cycle = factories.enrolment(olga, course)
    courses.finish_lesson(cycle.id, course.outline[0]["activities"][0]["id"], clock.now())
    login(tara)
    refused = act(client, course.course_id, "drop:bai-1")
    assert refused.status_code == 409
    assert "Lê Thị Olga" in refused.text
    act(client, course.course_id, "drop:bai-2")
    assert order(session, course.course_id) == [["bai-1"]]


def test_deleting_a_lesson_is_asked_about_with_what_would_go(client, login, session, written):
    course, tara, _ = written
    login(tara)
    address = f"/authoring/courses/{course.course_id}/lessons/bai-2"
    client.post(address, data=LESSON | {"stamp": stamp(client.get(address).text), "title": "Bài 2", "body": "Câu viết công phu."})
    asked = act(client, course.course_id, "remove:bai-2").text
    assert "Bài có 4 chữ" in asked
    assert order(session, course.course_id) == [["bai-1", "bai-2"]]
    act(client, course.course_id, "drop:bai-2")
    assert client.get(address).status_code == 404


def test_who_has_studied_a_lesson_is_named_with_the_unit_and_the_rest_are_counted(client, login, session, written):
    course, tara, _ = written
    place = factories.unit(name="Xã Lúa Vàng")
    for n in range(22):
        officer = factories.person(f"Nguyễn Văn A{n:02}")
        factories.assignment(officer, place)
        cycle = factories.enrolment(officer, course)
        courses.finish_lesson(cycle.id, course.outline[0]["activities"][0]["id"], clock.now())
    session.commit()
    login(tara)
    refused = act(client, course.course_id, "drop:bai-1").text
    assert "22 học viên đã học" in refused
    assert refused.count(", Xã Lúa Vàng") == 20
    assert "và 2 người khác" in refused


def test_the_second_on_the_outline_is_told_who_was_first_and_keeps_what_was_typed(client, login, session, written):
    course, tara, rita = written
    address = f"/authoring/courses/{course.course_id}"
    login(rita)
    old = stamp(client.get(address).text)
    login(tara)
    act(client, course.course_id, "add-module", title="Của Tara")
    login(rita)
    late = client.post(f"{address}/outline", data={"stamp": old, "go": "rename:m1", "title": "Của Rita"})
    assert late.status_code == 409
    assert "Trần Tara đã sửa trước" in late.text
    assert 'value="Của Rita"' in late.text
    assert len(order(session, course.course_id)) == 2


def test_what_two_trainers_add_stands_beside_each_other(client, login, session, written):
    course, tara, rita = written
    address = f"/authoring/courses/{course.course_id}"
    login(rita)
    old = stamp(client.get(address).text)
    login(tara)
    act(client, course.course_id, "add-lesson:m1", title="Bài của Tara")
    login(rita)
    for go, title in (("add-lesson:m1", "Bài của Rita"), ("add-quiz:m1", "Kiểm tra của Rita"), ("add-module", "Phần của Rita")):
        assert client.post(f"{address}/outline", data={"stamp": old, "go": go, "title": title}).status_code == 302
    assert order(session, course.course_id) == [["bai-1", "bai-2", "bai-cua-tara", "bai-cua-rita", "kiem-tra-cua-rita"], []]
    assert session.get(LessonDraft, (course.course_id, "bai-cua-rita")) is not None


LESSON = {"title": "Bài một", "body": "## Mở đầu\n\nXin chào.", "mandatory": "y"}


def test_a_pause_in_typing_saves_and_shows(client, login, session, written):
    course, tara, _ = written
    login(tara)
    address = f"/authoring/courses/{course.course_id}/lessons/bai-1"
    opened = stamp(client.get(address).text)
    answer = client.post(f"{address}/write", data=LESSON | {"stamp": opened}).json
    assert "<h2>Mở đầu</h2>" in answer["html"]
    assert answer["message"].startswith("Đã lưu ")
    again = client.post(f"{address}/write", data=LESSON | {"stamp": answer["stamp"], "body": "<script>alert(1)</script>Chữ"})
    assert "<script" not in again.json["html"]
    assert "Chữ" in client.get(address).text
    assert session.query(LessonRevision).filter_by(course_id=course.course_id).count() == 1


def test_minutes_are_estimated_until_somebody_sets_them(client, login, session, written):
    course, tara, _ = written
    login(tara)
    address = f"/authoring/courses/{course.course_id}/lessons/bai-1"
    page = client.get(address).text
    assert 'name="minutes" inputmode="numeric" maxlength="3" size="6" value="8"' in page  # as the pack says
    assert "Ước tính: <span data-estimate>1</span> phút" in page
    sent = LESSON | {"body": "Xin chào. " * 400, "minutes": "25"}
    answer = client.post(f"{address}/write", data=sent | {"stamp": stamp(page)}).json
    assert (answer["minutes"], answer["estimate"] > 1) == (25, True)
    entry = session.get(LessonDraft, (course.course_id, "bai-1")).entry
    assert entry["minutes"] == 25
    assert "25 phút" in client.get(f"{address}/view").text
    assert client.post(f"{address}/write", data=sent | {"stamp": answer["stamp"], "minutes": "0"}).status_code == 422
    wrong = client.post(address, data=sent | {"stamp": answer["stamp"], "minutes": "9999"})
    assert "Ghi từ 1 đến 600, hoặc để trống." in wrong.text
    empty = client.post(f"{address}/write", data=sent | {"stamp": answer["stamp"], "minutes": ""}).json
    assert empty["minutes"] == empty["estimate"] == answer["estimate"]
    session.expire_all()
    assert "minutes" not in session.get(LessonDraft, (course.course_id, "bai-1")).entry
    assert f"{answer['estimate']} phút" in client.get(f"{address}/view").text
    versions = client.get(f"{address}/versions").text
    assert "Thời lượng: 8 phút" in versions
    assert "Thời lượng: theo ước tính" in versions


def test_two_trainers_on_one_lesson(client, login, session, written):
    course, tara, rita = written
    address = f"/authoring/courses/{course.course_id}/lessons/bai-1"
    login(tara)
    opened = stamp(client.get(address).text)
    client.post(address, data=LESSON | {"stamp": opened, "body": "Câu của Tara."})
    login(rita)
    assert client.post(f"{address}/write", data=LESSON | {"stamp": opened, "body": "Câu của Rita."}).status_code == 409
    late = client.post(address, data=LESSON | {"stamp": opened, "body": "Câu của Rita."})
    assert late.status_code == 409
    assert "Trần Tara đã sửa trước" in late.text
    assert "Câu của Tara." in late.text
    assert "Câu của Rita." in late.text
    client.post(address, data=LESSON | {"stamp": stamp(late.text), "body": "Câu của Tara và Rita."})
    assert session.get(LessonDraft, (course.course_id, "bai-1")).body == "Câu của Tara và Rita.\n"
    earlier = client.get(f"{address}/versions").text
    assert "Câu của Tara." in re.sub("<[^>]+>", "", earlier)
    number = earlier.split('name="version" value="')[1].split('"')[0]
    client.post(f"{address}/restore", data={"version": number})
    session.expire_all()
    assert session.get(LessonDraft, (course.course_id, "bai-1")).body == "Câu của Tara.\n"


def picture(width: int, height: int, kind: str = "JPEG") -> BytesIO:
    stream = BytesIO()
    Image.new("RGB", (width, height), "navy").save(stream, kind)
    stream.seek(0)
    return stream


def test_a_large_picture_is_made_small_and_shown(client, login, session, written):
    course, tara, _ = written
    login(tara)
    address = f"/authoring/courses/{course.course_id}/lessons/bai-1"
    sent = client.post(
        f"{address}/files", data={"file": (picture(4000, 3000), "Ảnh Một cửa.jpg")}, headers={"Accept": "application/json"}
    )
    name = sent.json["name"]
    assert name == "anh-mot-cua.jpg"
    page = client.post(f"{address}/write", data=LESSON | {"stamp": stamp(client.get(address).text), "body": f"![Quầy]({name})"})
    source = page.json["html"].split('src="')[1].split('"')[0]
    shown = client.get(source)
    with Image.open(BytesIO(shown.data)) as kept:
        assert kept.size == (1600, 1200)
    shown.close()


def test_a_diagram_keeps_its_sharp_edges_and_a_photograph_is_packed_tight():
    assert pictures.made_small(picture(300, 200, "PNG").read())[1] == "png"
    assert pictures.made_small(picture(300, 200, "JPEG").read())[1] == "jpg"


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"<svg onload=alert(1)>", "a.png", "Không đọc được"),
        (b"MZ", "virus.exe", "chưa dùng được"),
        (b"x" * 20_000, "a.jpg", "quá mức"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(client, login, written, monkeypatch, data, name, words):
    monkeypatch.setattr(pictures, "LARGEST", 10_000)
    course, tara, _ = written
    login(tara)
    address = f"/authoring/courses/{course.course_id}/lessons/bai-1/files"
    refused = client.post(address, data={"file": (BytesIO(data), name)}, headers={"Accept": "application/json"})
    assert (refused.status_code, words in refused.json["message"]) == (409, True)
    page = client.post(address, data={"file": (BytesIO(data), name)}, follow_redirects=True).text
    assert words in page
    assert 'id="body"' in page


def test_a_decompression_bomb_is_refused_before_it_is_unpacked(client, login, written):
    course, tara, _ = written
    stream = BytesIO()
    Image.new("1", (20_000, 20_000)).save(stream, "PNG")
    stream.seek(0)
    login(tara)
    refused = client.post(
        f"/authoring/courses/{course.course_id}/lessons/bai-1/files", data={"file": (stream, "bom.png")}, follow_redirects=True
    )
    assert "20000 × 20000" in refused.text


def test_publishing_states_its_effect_and_keeps_what_is_done(client, login, session, written):
    course, tara, _ = written
    put_instrument({"key": "nq-76", "kind": "Nghị quyết", "number": "76", "issuer": "CP", "title": "x", "verified": True})
    if not session.query(Competence).filter_by(code="C1.1").first():
        session.add(Competence(code="C1.1", area_code="N1", area_name="N", name="Kế hoạch", levels=["a"] * 5, rank=1))
    olga = factories.person("Lê Thị Olga")
    cycle = factories.enrolment(olga, course)
    courses.finish_lesson(cycle.id, course.outline[0]["activities"][0]["id"], clock.now())
    factories.grant(tara, "publisher", "course", course.course_id)
    login(tara)
    address = f"/authoring/courses/{course.course_id}"
    act(client, course.course_id, "drop:bai-2")
    act(client, course.course_id, "add-lesson:m1", title="Bài mới")
    before = client.get(f"{address}/publish").text
    assert "Bài học “Bài mới”: chưa có nội dung." in before
    assert "chưa dẫn căn cứ nào" in before
    for key in ("bai-1", "bai-moi"):
        data = LESSON | {"stamp": stamp(client.get(f"{address}/lessons/{key}").text), "instrument": "nq-76", "article": "Mục I"}
        assert client.post(f"{address}/lessons/{key}", data=data).status_code == 302
    values = {
        "title": "Khóa sửa", "summary": "Lời giới thiệu.", "periods": "8", "outcomes": "Nêu được.", "review_by": "30/06/2027",
        "electives": "0", "evidences": "C1.1 1",
    }  # fmt: skip
    saved = client.post(f"{address}/settings", data=values | {"stamp": stamp(client.get(f"{address}/settings").text)})
    assert saved.status_code == 302, saved.text
    page = client.get(f"{address}/publish").text
    assert "điều cần bổ sung" not in page, page.split("điều cần bổ sung")[1][:400]
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert client.post(f"{address}/publish", data={"seen": "0" * 64}).status_code == 409
    assert client.post(f"{address}/publish", data={"seen": seen}).status_code == 302
    session.expire_all()
    new = version(session.get(Course, course.course_id).current_id)
    assert (new.title, [a["key"] for a in new.activities]) == ("Khóa sửa", ["bai-1", "bai-moi"])
    assert session.get(CourseDraft, course.course_id) is None
    assert (cycle.version_id, cycle.done_count, cycle.need_count) == (new.id, 1, 2)
    archive = zipfile.ZipFile(BytesIO(client.get(f"{address}/pack.zip").data))
    assert "k90/lessons/bai-moi.md" in archive.namelist()


def test_one_wrong_picture_is_said_once(client, login, written):
    course, tara, _ = written
    login(tara)
    address = f"/authoring/courses/{course.course_id}/lessons/bai-1"
    opened = stamp(client.get(address).text)
    for source in ("https://vidu.example/a.png", "khong-co.png"):
        sent = {"stamp": opened, "title": "Bài một", "body": f"![Sơ đồ]({source})", "mandatory": "y"}
        answer = client.post(f"{address}/write", data=sent).json
        opened = answer["stamp"]
        assert len(answer["problems"]) == 1, answer["problems"]
