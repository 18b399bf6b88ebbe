"""Videos of a lesson: added and changed in the browser, with what is said in words; kept by publishing, export and import."""

import zipfile
from io import BytesIO

import pytest
from PIL import Image

from lms import clock
from lms.authoring.models import LessonDraft
from lms.content import services as content
from lms.content.packs import read_captions
from lms.courses.models import Activity, Course, CourseVersion, LessonVersion
from tests import factories
from tests.authoring.films import LESSON, WORDS, mp4, pack, stamp

SRT = "1\r\n00:00:00,000 --> 00:00:04,000\r\nChào anh/chị.\r\n"


def newest(session, key: str = "bai-1") -> LessonVersion:
    session.expire_all()
    return (
        session.query(LessonVersion).join(Activity, Activity.id == LessonVersion.activity_id).filter(Activity.key == key)
        .order_by(LessonVersion.id.desc()).first()
    )  # fmt: skip


def test_captions_of_a_published_video_are_carried_into_the_draft_and_out_again(client, login, session, published):
    login(role="admin")
    address = f"/authoring/courses/{published.id}"
    opened = stamp(client.get(f"{address}/lessons/bai-1").text)
    client.post(f"{address}/lessons/bai-1", data={"stamp": opened, "title": "Bài một", "body": "Xem kỹ video."})
    draft = session.get(LessonDraft, (published.id, "bai-1"))
    assert (
        draft.entry["videos"][0] | {"file": "chao.mp4", "captions": "chao.vtt", "title": "Lời chào"} == draft.entry["videos"][0]
    )
    assert set(draft.files) == {"chao.mp4", "chao.vtt"}
    packed = client.get(f"{address}/pack.zip").data
    assert zipfile.ZipFile(BytesIO(packed)).read("k95/files/chao.vtt").decode() == WORDS
    seen = client.get(f"{address}/publish").text
    assert "chao" not in seen
    client.post(f"{address}/copy", data={"code": "K96"})
    copied = session.query(LessonDraft).join(Course, Course.id == LessonDraft.course_id).filter(Course.code == "K96").one()
    assert set(copied.files) == {"chao.mp4", "chao.vtt"}


def test_officers_see_the_captions_and_get_new_ones_when_only_they_changed(client, login, session, published, tmp_path):
    olga = factories.person()
    factories.enrolment(olga, session.get_one(CourseVersion, published.current_id))
    login(olga)
    page = client.get(f"/courses/lessons/{newest(session).activity_id}").text
    source = page.split('<track kind="captions"')[1].split('src="')[1].split('"')[0]
    shown = client.get(source)
    assert shown.data.decode() == WORDS
    assert shown.mimetype == "text/vtt"
    shown.close()
    assert "Lời chào · 2 phút" in page
    old = newest(session).id
    read, _ = pack(tmp_path, words=WORDS.replace("Hôm nay", "Bài này"))
    content.publish_course(read, "2" * 64, clock.now(), None)
    assert newest(session).id != old


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Chào", "dạng WebVTT"),
        ("WEBVTT\n", "chưa có đoạn nào"),
        ("WEBVTT\n\n0:01 --> 0:02\nChào\n", "dòng 3: chưa đọc được thời gian “0:01 --> 0:02”"),
        ("WEBVTT\n\n00:05.000 --> 00:02.000\nChào\n", "dòng 3: đoạn kết thúc trước khi bắt đầu"),
        ("WEBVTT\n\n00:05.000 --> 00:06.000\nA\n\n00:01.000 --> 00:02.000\nB\n", "dòng 6: đoạn này bắt đầu trước đoạn trên"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n\nChào\n", "dòng 3: đoạn này chưa có lời"),
        ("WEBVTT\n\nmột\nhai\n", "dòng 3: thiếu thời gian"),
    ],
)
def test_captions_that_no_player_shows_are_refused_in_words(text, fault):
    assert fault in " ".join(read_captions(text)[1])


def test_captions_without_their_first_line_or_as_subrip_are_taken():
    assert read_captions(WORDS) == (WORDS, [])
    assert read_captions(WORDS.removeprefix("WEBVTT\n\n")) == (WORDS, [])
    assert read_captions("\ufeff" + SRT) == ("WEBVTT\n\n1\n00:00:00.000 --> 00:00:04.000\nChào anh/chị.\n", [])
    notes = "WEBVTT - tiêu đề\n\nNOTE ghi chú\n\n01:00:00.000 --> 01:00:01.500 line:0\nChào.\n"
    assert read_captions(notes) == (notes, [])


def test_a_pack_with_broken_captions_or_without_the_words_is_refused(tmp_path):
    _, sources = pack(tmp_path, LESSON.replace('"Chào anh/chị."', '""'), words="Chào")
    said = " ".join(str(p) for source in sources for p in source.problems)
    assert "phụ đề chao.vtt: phụ đề phải ở dạng WebVTT" in said
    assert "chưa có lời" in said


def send(client, address: str, data: bytes, name: str = "Giới thiệu.mp4", **more):
    return client.post(f"{address}/videos", data={"file": (BytesIO(data), name)} | more)


def test_the_script_that_shows_progress_is_answered_in_its_way(client, login, session, published):
    login(role="admin")
    address = f"/authoring/courses/{published.id}/lessons/bai-1"
    script = {"headers": {"Accept": "application/json"}}

    def sent(name: str, data: bytes, **more):
        return client.post(f"{address}/videos", data={"file": (BytesIO(data), name)} | more, **script)

    assert sent("Giới thiệu.mp4", mp4(60), minutes="9999").json["message"] == "Ghi từ 1 đến 600."
    refused = sent("Giới thiệu.mp4", b"no film")
    assert (refused.status_code, bool(refused.json["message"])) == (409, True)
    added = sent("Giới thiệu.mp4", mp4(60))
    assert (added.status_code, added.json) == (200, {"href": f"{address}/videos#video-gioi-thieu.mp4"})
    assert "Đã thêm video, 1 phút." in client.get(f"{address}/videos").text


def test_a_video_is_added_told_in_words_given_captions_and_published(client, login, session, published):
    login(role="admin")
    address = f"/authoring/courses/{published.id}/lessons/bai-1"
    assert send(client, address, mp4(290), title="Giới thiệu").status_code == 302
    page = client.get(f"{address}/videos").text
    assert "Chưa có phụ đề" in page
    assert "Chưa có lời" in page
    assert "video “gioi-thieu.mp4” chưa có lời" in client.get(f"/authoring/courses/{published.id}/publish").text
    data = {"stamp": stamp(page), "title": "Giới thiệu", "minutes": "5", "transcript": "Xin chào."}
    refused = client.post(f"{address}/videos/gioi-thieu.mp4", data=data | {"captions": "Xin chào"})
    assert refused.status_code == 422
    assert "dạng WebVTT" in refused.text
    assert "Xin chào" in refused.text
    file = {"captions_file": (BytesIO(SRT.encode()), "a.srt")}
    assert client.post(f"{address}/videos/gioi-thieu.mp4", data=data | file).status_code == 302
    played = client.get(client.get(f"{address}/videos").text.split('src="')[-1].split('"')[0])
    assert played.data.startswith(b"WEBVTT\n\n1\n00:00:00.000 -->")
    played.close()
    seen = client.get(f"/authoring/courses/{published.id}/publish").text.split('name="seen" value="')[1].split('"')[0]
    assert client.post(f"/authoring/courses/{published.id}/publish", data={"seen": seen}).status_code == 302
    new = newest(session)
    assert [(v["name"], v["minutes"], "track" in v) for v in new.videos] == [("chao.mp4", 2, True), ("gioi-thieu.mp4", 5, True)]
    assert new.minutes >= 7


def test_videos_are_put_in_order_and_taken_away(client, login, session, published):
    login(role="admin")
    address = f"/authoring/courses/{published.id}/lessons/bai-1"
    send(client, address, mp4(60))
    for go, left in (("up", ["gioi-thieu.mp4", "chao.mp4"]), ("drop", ["chao.mp4"])):
        page = client.get(f"{address}/videos").text
        client.post(f"{address}/videos/gioi-thieu.mp4", data={"stamp": stamp(page), "go": go})
        session.expire_all()
        assert [v["file"] for v in session.get(LessonDraft, (published.id, "bai-1")).entry["videos"]] == left


def test_the_second_on_a_video_is_told(client, login, session, published):
    login(role="admin")
    address = f"/authoring/courses/{published.id}/lessons/bai-1"
    page = client.get(f"{address}/videos").text
    client.post(address, data={"stamp": stamp(client.get(address).text), "title": "Bài một", "body": "Đã sửa."})
    late = client.post(f"{address}/videos/chao.mp4", data={"stamp": stamp(page), "title": "Của tôi", "transcript": "A"})
    assert late.status_code == 409
    assert "đã sửa trước" in late.text
    assert 'value="Của tôi"' in late.text


@pytest.mark.parametrize("data", [b"", b"MZ", mp4(1).replace(b"isom", b"qt  "), b"\x1aE\xdf\xa3matroska"])
def test_what_no_browser_plays_is_refused_in_words(client, login, published, data):
    login(role="admin")
    refused = send(client, f"/authoring/courses/{published.id}/lessons/bai-1", data)
    assert refused.status_code == 409
    assert 'id="ten-moi"' in refused.text
    assert "MP4 hoặc WebM" in refused.text


def test_one_name_is_one_file_in_a_course(client, login, session, published):
    """Two lessons, each with a picture that the clipboard called image.png."""
    login(role="admin")
    address = f"/authoring/courses/{published.id}"
    page = client.get(address).text
    client.post(f"{address}/outline", data={"stamp": stamp(page), "go": "add-lesson:m1", "title": "Bài hai"})
    names = []
    for key, colour in (("bai-1", "navy"), ("bai-hai", "teal")):
        picture = BytesIO()
        Image.new("RGB", (20, 20), colour).save(picture, "PNG")
        picture.seek(0)
        sent = client.post(
            f"{address}/lessons/{key}/files", data={"file": (picture, "image.png")}, headers={"Accept": "application/json"}
        )
        names.append(sent.json["name"])
    assert len(set(names)) == 2
