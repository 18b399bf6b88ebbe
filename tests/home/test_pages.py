"""The first page, the guides and the log: what each shows, to whom, and what they refuse."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from lms import clock
from lms.audit import services as audit
from lms.courses.models import Enrolment
from lms.home.views import ACTS, OBJECTS
from lms.quizzes.models import AttemptItem, QuestionReport
from lms.quizzes.services import start
from tests import factories

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ("hoc-vien", "giang-vien", "quan-tri")


def test_the_first_page_of_a_new_officer_leads_to_the_catalogue(client, login):
    login(factories.person("Trần Thị Bưởi"))
    page = client.get("/").text
    assert "Chào chị Bưởi" in page
    assert "Bắt đầu khóa học đầu tiên" in page
    assert 'href="/courses/"' in page


def test_the_first_page_goes_on_with_the_course_due_first(client, login, session):
    officer, today = factories.person(), clock.today()
    late, soon, done = (factories.course(title=title) for title in ("Khóa hạn xa", "Khóa hạn gần", "Khóa đã xong"))
    factories.enrolment(officer, late, due=today + timedelta(days=60))
    factories.enrolment(officer, soon, due=today + timedelta(days=3))
    over = factories.enrolment(officer, done, due=today + timedelta(days=1))
    over.completed_at, over.completion_origin = clock.now(), "here"
    login(officer)
    page = client.get("/").text
    hero = page[page.index('class="hero"') : page.index("</section>", page.index('class="hero"'))]
    assert "Khóa hạn gần" in hero
    assert "còn 3 ngày" in hero
    assert f"/courses/{soon.course_id}/resume" in hero
    assert page.index("Khóa hạn gần</a>") < page.index("Khóa hạn xa</a>") < page.index("Khóa đã xong</a>")
    assert "Sắp đến hạn" in page
    assert "Chờ công nhận" in page


def test_an_overdue_course_is_said_to_be_overdue(client, login):
    officer = factories.person()
    factories.enrolment(officer, factories.course(), due=clock.today() - timedelta(days=2))
    login(officer)
    assert "Quá hạn 2 ngày" in client.get("/").text


def test_the_first_page_shows_nobody_elses_courses(client, login):
    factories.enrolment(factories.person(), factories.course(title="Khóa của người khác"))
    login()
    assert "Khóa của người khác" not in client.get("/").text


def test_a_withdrawn_course_is_not_shown(client, login, session):
    officer = factories.person()
    factories.enrolment(officer, factories.course(title="Khóa đã rút")).withdrawn_at = clock.now()
    login(officer)
    assert "Khóa đã rút" not in client.get("/").text


def waiting(page: str) -> str:
    """The list of what waits for the viewer's roles; empty when nothing does."""
    found = re.search(r'aria-label="Việc chờ xử lý">(.*?)</ul>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


def test_what_waits_is_told_to_those_who_can_do_it(client, login, session):
    learner = factories.person()
    quiz = factories.quiz()
    factories.enrolment(learner, quiz)
    done: Enrolment = factories.enrolment(factories.person(), factories.course())
    done.completed_at, done.completion_origin = clock.now(), "here"
    attempt_id = start(learner.id, quiz.outline[0]["activities"][0]["id"], clock.now())
    item_id = session.query(AttemptItem.id).filter_by(attempt_id=attempt_id, position=1).scalar()
    session.add(QuestionReport(item_id=item_id, officer_id=learner.id, text="Sai đáp án.", at=clock.now()))
    login(learner)
    assert waiting(client.get("/").text) == ""
    login(role="trainer", scope="course", scope_id=done.course_id)
    assert waiting(client.get("/").text) == ""
    login(role="trainer", scope="course", scope_id=quiz.course_id)
    assert "1 câu hỏi được báo lỗi" in waiting(client.get("/").text)
    login(role="admin")
    assert "1 kết quả chờ công nhận" in waiting(client.get("/").text)


def test_the_first_page_costs_few_queries(client, login, queries):
    officer = factories.person()
    for days in range(5):
        factories.enrolment(officer, factories.course(), due=clock.today() + timedelta(days=days))
    login(officer)
    client.get("/")
    with queries() as count:
        assert client.get("/").status_code == 200
    assert len(count) <= 5


def test_a_stranger_is_asked_to_sign_in(client):
    for address in ("/", "/log"):
        reply = client.get(address)
        assert reply.status_code == 302
        assert "/people/sign-in" in reply.location


def test_the_guides_are_open_to_everybody(client):
    page = client.get("/help").text
    for name in GUIDES:
        assert f'href="/help/{name}"' in page
        assert client.get(f"/help/{name}").status_code == 200


@pytest.mark.parametrize("name", ["admin", "..%2Foperations", "hoc-vien.md"])
def test_no_other_file_is_shown_as_a_guide(client, name):
    assert client.get(f"/help/{name}").status_code == 404


@pytest.mark.parametrize("name", GUIDES)
def test_pictures_of_a_guide_exist_are_small_and_described(client, name):
    pictures = re.findall(r"<img[^>]*>", client.get(f"/help/{name}").text)
    assert pictures
    for picture in pictures:
        source, words = (re.search(rf'{attribute}="([^"]*)"', picture) for attribute in ("src", "alt"))
        file = ROOT / "lms" / source[1].split("?")[0].removeprefix("/")
        assert file.stat().st_size <= 80_000
        assert len(words[1]) > 20


@pytest.mark.parametrize("name", GUIDES)
def test_places_a_guide_leads_to_exist(client, name):
    page = client.get(f"/help/{name}").text
    prose = page[page.index('class="prose"') :]
    prose = prose[: prose.index("</main>")]
    for address in set(re.findall(r'href="(/[^"#]*)"', prose)):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("name", GUIDES)
def test_words_on_buttons_in_a_guide_stand_in_a_template_or_form(name):
    """A guide names buttons and menus in bold; one that names a word the interface no longer has sends people astray."""
    sources = [*(ROOT / "lms").rglob("*.html"), *(ROOT / "lms").rglob("*.py"), *(ROOT / "lms" / "static" / "js").glob("*.js")]
    interface = " ".join(file.read_text(encoding="utf-8") for file in sources).replace("&nbsp;", " ")
    # "…" stands for what the page fills in: "Ghi … người", "Làm tiếp lượt …".
    text = (ROOT / "docs" / "vi" / f"{name}.md").read_text(encoding="utf-8")
    steps = re.findall(r"(?:bấm|Bấm|mở|Mở|chọn|ô|nút|mục)(?: nút| mục| ô)? \*\*([^*]+)\*\*", text)
    assert len(steps) > 5
    missing = [part for step in steps for part in step.split("…") if part.strip(" .,:") and part.strip(" .,:") not in interface]
    assert missing == []


def test_the_log_is_for_admins_only(client, login):
    for role in (None, "trainer", "focal_point", "head"):
        login(role=role)
        assert client.get("/log").status_code == 403


def test_the_log_shows_the_newest_act_first_and_filters_by_its_beginning(client, login, session):
    person = login(role="admin")
    audit.record(person.id, "people.import", "operation", 7, clock.now(), rows=3)
    audit.record(person.id, "rosters.export", "roster", "all", clock.now(), rows=10)
    session.commit()
    page = client.get("/log").text
    assert page.index("Xuất danh sách hoàn thành") < page.index("Tải lên danh sách")
    page = client.get("/log?act=rosters").text
    assert "Xuất danh sách hoàn thành" in page
    assert "Tải lên danh sách" not in page
    assert "Chưa có việc nào khớp" in client.get("/log?act=không-có").text


def test_every_act_that_is_noted_has_vietnamese_words():
    source = "\n".join(path.read_text() for path in (ROOT / "lms").rglob("*.py"))
    noted = re.findall(r'record\(\s*[^"()]*(?:\([^()]*\)[^"()]*)?"([a-z_]+\.[a-z_]+)", "([a-z_]+)"', source)
    assert len(noted) > 20
    assert {act for act, _ in noted} <= set(ACTS)
    assert {kind for _, kind in noted} <= set(OBJECTS)
    assert {f"people.import_{state}" for state in ("confirmed", "reversed")} | {"people.use_slip", "people.use_reset"} <= set(
        ACTS
    )


def test_the_log_shows_words_and_no_codes(client, login, session):
    person = login(role="admin")
    audit.record(person.id, "people.give_role", "person", 7, clock.now(), role="head", scope="unit", scope_id=3)
    audit.record(person.id, "people.edit", "person", 7, clock.now(), before={"full_name": "Lê An", "gender": "F"})
    audit.record(person.id, "people.unit_event", "unit_event", 1, clock.now(), what="merge", units=[3, 4])
    audit.record(person.id, "people.assign", "person", 7, clock.now(), assignment=5, unit=3, since="2026-07-01")
    session.commit()
    page = re.sub(r"<[^>]+>", "", client.get("/log").text)
    said = (
        "Giao vai trò",
        "vai trò: Thủ trưởng đơn vị",
        "giới tính Nữ",
        "việc: Sáp nhập, hợp nhất",
        "đơn vị số: 3, 4",
        "từ ngày: 01/07/2026",
    )
    assert [text for text in said if text not in page] == []
    assert [code for code in ("people.give_role", "people.edit", "scope", "merge", "gender") if code in page] == []


def test_the_log_pages_on(client, login, session):
    person = login(role="admin")
    for n in range(55):
        audit.record(person.id, "people.import", "operation", f"lan-{n:02}", clock.now())
    session.commit()
    page = client.get("/log?act=people").text
    assert "lan-54" in page
    assert "lan-04" not in page
    older = re.search(r'href="(/log\?[^"]*before=[^"]*)"', page)
    page = client.get(older[1].replace("&amp;", "&")).text
    assert "lan-04" in page
    assert "lan-05" not in page
    assert "Cũ hơn" not in page


def test_a_wrong_page_of_the_log_is_the_first(client, login):
    login(role="admin")
    assert client.get("/log?before=abc").status_code == 200
