"""The officer's pages: catalogue, course, lesson."""

from datetime import timedelta

import pytest

from lms import clock, storage
from lms.courses.models import Enrolment, Progress, Result
from lms.library import services as library
from tests import factories

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def officer(login):
    return login()


def ids(version):
    return [a["id"] for a in version.outline[0]["activities"]]


def instrument(key, ended=None):
    return library.put_instrument(
        {
            "key": key, "kind": "Nghị định", "number": f"{key}/NĐ-CP", "issuer": "Chính phủ", "title": "Về một việc", "verified": True,
            "in_force": clock.today() - timedelta(days=900), "ended": ended,
        }
    )  # fmt: skip


def test_catalogue_shows_what_is_meant_for_the_position_first(client, officer, session):
    position = factories.position()
    factories.assignment(officer, position_=position)
    factories.course("A1", title="Khóa của người khác", audience={"positions": ["KHAC"], "unit_kinds": []})
    factories.course("B1", title="Một cửa, một cửa liên thông", audience={"positions": [position.code], "unit_kinds": []})
    session.commit()
    page = client.get("/courses/").text
    assert page.index("Dành cho vị trí của chị Hường") < page.index("Một cửa, một cửa") < page.index("Khóa của người khác")
    assert "8 tiết" in page
    assert "C1.1 lên cấp 1" in page
    found = client.get("/courses/?q=mot+cua").text
    assert "Một cửa, một cửa" in found
    assert "Khóa của người khác" not in found
    assert "Không có khóa nào khớp" in client.get("/courses/?q=xyz").text


def test_catalogue_is_narrowed_by_chips_that_say_how_many_are_left(client, officer, session, queries):
    position = factories.position()
    mine = factories.course("A1", title="Khóa một cửa", audience={"positions": [position.code], "unit_kinds": ["commune"]})
    long = factories.course("B1", title="Khóa thể chế", evidences=[{"competence": "C2.1", "level": 1}])
    factories.course("C1", title="Khóa của sở", audience={"positions": ["KHAC"], "unit_kinds": ["department"]})
    long.minutes = 200
    enrolment = factories.enrolment(officer, mine)
    enrolment.last_at = clock.now()
    session.commit()

    def titles(query):
        page = client.get(f"/courses/?{query}").text
        return [title for title in ("Khóa một cửa", "Khóa thể chế", "Khóa của sở") if title in page]

    page = client.get("/courses/").text
    assert "Chưa học (2)" in page
    assert "Đang học (1)" in page
    assert "Trên 180 phút (1)" in page
    assert titles("state=open") == ["Khóa một cửa"]
    assert titles("area=C2") == ["Khóa thể chế"]
    assert titles("minutes=more") == ["Khóa thể chế"]
    assert titles(f"position={position.code}") == ["Khóa một cửa", "Khóa thể chế"]  # the second is for everybody
    assert titles("kind=department&state=todo") == ["Khóa thể chế", "Khóa của sở"]
    assert "Đang học (1)" in client.get("/courses/?kind=commune&state=todo").text  # counted beside the other groups
    nothing = client.get("/courses/?state=done&q=khoa").text
    assert "Không có khóa nào khớp bộ lọc" in nothing
    assert 'name="state" value="done"' in nothing  # a search keeps what is chosen
    assert titles("state=nonsense&area=%3Cb%3E") == []
    with queries() as count:
        client.get("/courses/?state=open")
    assert len(count) <= 5


def test_a_course_says_what_it_costs_before_one_enrols(client, officer, session):
    version = factories.course(mandatory=3, electives=4, needed=2)
    session.commit()
    url = f"/courses/{version.course_id}"
    page = client.get(url).text
    assert "3 bài bắt buộc + 2 bài tự chọn trong 4 bài" in page
    assert "8 phút · 0,6 MB" in page
    assert f"/courses/lessons/{ids(version)[0]}" not in page  # not open yet
    assert client.post(f"{url}/enrol").location == url
    assert client.post(f"{url}/enrol").location == url
    assert session.query(Enrolment).filter_by(officer_id=officer.id).count() == 1
    assert f"/courses/lessons/{ids(version)[0]}" in client.get(url).text
    assert client.get(f"{url}/resume").location == f"/courses/lessons/{ids(version)[0]}"
    for activity_id in (*ids(version)[:2], *ids(version)[3:4]):
        client.post(f"/courses/lessons/{activity_id}/finish")
    assert "Đã xong 3/5; còn 1 bài bắt buộc và 1 bài tự chọn." in client.get(url).text


def test_a_missing_prerequisite_is_named_and_linked(client, officer, session):
    before = factories.course("K40", mandatory=1)
    after = factories.course("K41", mandatory=1, prerequisites=["K40"])
    session.commit()
    page = client.get(f"/courses/{after.course_id}").text
    assert f'href="/courses/{before.course_id}"' in page
    assert "Khóa này mở sau khi hoàn thành" in page
    refused = client.post(f"/courses/{after.course_id}/enrol")
    assert refused.status_code == 409
    assert "K40 Khóa thử K40" in refused.text


def test_finishing_leads_on_and_the_last_lesson_completes_the_course(client, officer, session):
    version = factories.course(mandatory=2)
    first, second = ids(version)
    factories.enrolment(officer, version)
    session.commit()
    page = client.get(f"/courses/lessons/{first}").text
    assert "Xong, sang bài 2" in page
    assert client.post(f"/courses/lessons/{first}/finish").location == f"/courses/lessons/{second}"
    assert client.get(f"/courses/{version.course_id}/resume").location == f"/courses/lessons/{second}"
    assert client.post(f"/courses/lessons/{second}/finish").location == f"/courses/{version.course_id}"
    assert "Anh/Chị đã hoàn thành khóa" in client.get(f"/courses/{version.course_id}").text
    client.post(f"/courses/lessons/{second}/finish")
    assert session.query(Result).filter_by(officer_id=officer.id).count() == 2


def test_a_lesson_shows_what_it_rests_on_and_warns_when_that_is_out_of_force(client, officer, session):
    version = factories.course(mandatory=1)
    lesson_version = version.outline[0]["activities"][0]["lesson_version"]
    instrument("118")
    factories.enrolment(officer, version)
    library.cite("lesson_version", lesson_version, [{"instrument": "118", "article": "Điều 5"}])
    session.commit()
    url = f"/courses/lessons/{ids(version)[0]}"
    page = client.get(url).text
    assert "Nghị định 118/NĐ-CP</a>, Điều 5" in page
    assert "Còn hiệu lực" in page
    assert "Có căn cứ đã hết hiệu lực" not in page
    instrument("118", ended=clock.today() - timedelta(days=1))
    session.commit()
    page = client.get(url).text
    assert "Có căn cứ đã hết hiệu lực" in page
    assert "có hiệu lực đến hết" in page


def test_the_place_is_kept(client, officer, session):
    version = factories.course(mandatory=1)
    enrolment = factories.enrolment(officer, version)
    session.commit()
    url = f"/courses/lessons/{ids(version)[0]}"
    assert client.post(f"{url}/place", data={"place": "420"}).status_code == 204
    assert 'data-place="420"' in client.get(url).text
    client.post(f"{url}/place", data={"place": "99999"})
    client.post(f"{url}/place", data={"place": "hỏng"})
    session.expire_all()
    assert session.get(Progress, (enrolment.id, ids(version)[0])).place == 0
    assert session.get(Progress, (enrolment.id, ids(version)[0])).done_at is None


def test_lessons_of_a_course_one_is_not_in(client, officer, session):
    version = factories.course(mandatory=1)
    factories.enrolment(factories.person(), version)
    session.commit()
    url = f"/courses/lessons/{ids(version)[0]}"
    assert client.get(url).status_code == 404
    assert client.post(f"{url}/finish").status_code == 404
    assert client.post(f"{url}/place", data={"place": "1"}).status_code == 404
    assert session.query(Result).count() == 0


def test_files_belong_to_the_lesson_and_to_those_who_may_study_it(client, login, session):
    paper, picture, stray = storage.put(b"<script>1</script>"), storage.put(PNG), storage.put(PNG + b"!")
    fake = storage.put(b"<svg onload=alert(1)>")
    common = {"title": "Biểu mẫu", "bytes": 18}
    files = [
        {"digest": paper, "name": "bieu-mau.html", "mime": "text/html", "inline": False, **common},
        {"digest": picture, "name": "so-do.png", "mime": "image/png", "inline": True, **common},
        {"digest": fake, "name": "gia.png", "mime": "image/png", "inline": True, **common},
    ]
    course_id = factories.courses.put_course("F1").id
    text = factories.lesson(course_id, "bai-1", files=files)
    outline = [
        {
            "key": "m1", "title": "M", "activities": [
                {"id": text.activity_id, "key": "bai-1", "kind": "lesson", "title": "Bài", "mandatory": True, "minutes": 8, "bytes": 1,
                 "lesson_version": text.id}
            ],
        }
    ]  # fmt: skip
    version = factories.course("F1", outline=outline)
    olga = login()
    factories.enrolment(olga, version)
    session.commit()
    base = f"/courses/lessons/{text.activity_id}/files"
    with client.get(f"{base}/{paper}/bieu-mau.html") as reply:
        assert reply.headers["Content-Disposition"].startswith("attachment")
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.mimetype == "application/octet-stream"
    assert client.get(f"{base}/{stray}/x").status_code == 404
    with client.get(f"/courses/media/{picture}/so-do.png") as shown:
        assert (shown.mimetype, "immutable" in shown.headers["Cache-Control"]) == ("image/png", True)
    for digest in (paper, stray, fake, "x"):
        assert client.get(f"/courses/media/{digest}/so-do.png").status_code == 404
    login(factories.person("Trần Văn Đạt", "M"))
    assert client.get(f"{base}/{paper}/bieu-mau.html").status_code == 404


@pytest.mark.parametrize("page", ["/courses/{course}", "/courses/lessons/{lesson}", "/courses/"])
def test_pages_take_at_most_five_queries_and_forty_kilobytes(client, officer, session, queries, page):
    version = factories.course("Q1", mandatory=6, electives=2, needed=1, quiz=True)
    factories.enrolment(officer, version)
    session.commit()
    url = page.format(course=version.course_id, lesson=ids(version)[2])
    client.get(url)
    with queries() as count:
        reply = client.get(url)
    assert reply.status_code == 200
    assert len(count) <= 5, count.statements
    assert len(reply.data) <= 40_000
