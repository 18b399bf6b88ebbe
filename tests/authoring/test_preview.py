"""A draft seen with an officer's eyes: on the officers' own pages, for any position."""

import pytest

from lms import clock
from lms.authoring.models import LessonDraft
from lms.courses import services as courses
from lms.tracking import services as tracking
from lms.tracking.models import Competence
from tests import factories
from tests.authoring.films import stamp


@pytest.fixture
def seats(session):
    """Two positions: one needs C1.1 at level 3, core; the other does not need it."""
    if not session.query(Competence).filter_by(code="C1.1").first():
        session.add(Competence(code="C1.1", area_code="N1", area_name="N", name="Lập kế hoạch", levels=["a"] * 5, rank=1))
        session.flush()
    first, second = factories.position("VX1", "Chuyên viên"), factories.position("VX2", "Đầu mối")
    tracking.put_requirements(position_code="VX1", required={"C1.1": 3}, core=["C1.1"], since=clock.today())
    session.commit()
    return first, second


def settings(client, address: str, **more):
    values = {
        "title": "Khóa có video", "summary": "Có video.", "periods": "1", "outcomes": "Nêu được.", "review_by": "30/06/2027",
        "electives": "0", "evidences": "C1.1 2",
    }  # fmt: skip
    return client.post(f"{address}/settings", data=values | {"stamp": stamp(client.get(f"{address}/settings").text)} | more)


def test_each_position_is_told_what_the_course_is_to_it(client, login, session, published, seats):
    login(role="admin")
    address = f"/authoring/courses/{published.id}"
    assert settings(client, address, positions=["VX1"]).status_code == 302
    meant = client.get(f"{address}/view?position=VX1").text
    assert "khóa dành cho mình" in meant
    assert settings(client, address, positions=["VX1"], onboarding="30").status_code == 302
    assert "bắt buộc với người mới được phân công" in client.get(f"{address}/view?position=VX1").text
    assert "vị trí này cần cấp 3, năng lực cốt lõi; khóa ghi nhận đến cấp 2" in meant
    other = client.get(f"{address}/view?position=VX2").text
    assert "khóa khác, học thêm nếu muốn" in other
    assert "vị trí này không yêu cầu" in other
    courses.put_rule(published.id, "audience", {"positions": ["VX2"], "unit_kinds": []}, 45, clock.today())
    session.commit()
    ruled = client.get(f"{address}/lessons/bai-1/view?position=VX2").text
    assert "là bắt buộc" in ruled
    assert "hạn 45 ngày" in ruled


def test_the_lesson_is_the_officers_own_page_with_everything_of_the_draft(client, login, session, published):
    login(role="admin")
    address = f"/authoring/courses/{published.id}"
    opened = stamp(client.get(f"{address}/lessons/bai-1").text)
    data = {"stamp": opened, "title": "Bài sửa", "body": "Nháp chưa ai thấy.", "instrument": "nq-76", "article": "Mục II"}
    client.post(f"{address}/lessons/bai-1", data=data)
    page = client.get(f"{address}/lessons/bai-1/view").text
    for shown in (
        "Bài 1/1",
        "Bài sửa",
        "Nháp chưa ai thấy.",
        "Lời chào · 2 phút",
        '<track kind="captions"',
        "Mục II",
        "Còn hiệu lực",
    ):
        assert shown in page
    assert "data-save-url" not in page
    video = page.split("<video")[1].split('src="')[1].split('"')[0]
    played = client.get(video, headers={"Range": "bytes=0-15"})
    assert (played.status_code, played.mimetype, len(played.data)) == (206, "video/mp4", 16)
    played.close()
    assert "minutes" not in session.get(LessonDraft, (published.id, "bai-1")).entry  # nobody set them: they follow the text
    assert "3 phút" in page
