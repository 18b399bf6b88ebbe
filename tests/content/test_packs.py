"""A broken pack is refused whole, with file and line; the same text loaded twice changes nothing."""

import shutil
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms import clock
from lms.assignments.models import AssignmentVersion
from lms.content import services
from lms.content.packs import BrokenPack, read_packs
from lms.courses.models import Course, CourseVersion, LessonVersion
from lms.db import db
from lms.library.models import Citation, Instrument
from lms.people.models import Unit
from lms.questions.models import Question, QuestionVersion
from lms.questions.services import put_question
from lms.quizzes.models import QuizVersion
from lms.tracking.models import Competence, Requirement

CONTENT = Path(__file__).resolve().parents[2] / "content"
WORK = "courses/k12/assignments"


@pytest.fixture
def packs_folder(tmp_path):
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    return folder


def problems_after(folder: Path, file: str, old: str, new: str) -> list[str]:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(BrokenPack) as broken:
        read_packs(folder)
    return [str(problem) for problem in broken.value.problems]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("competence/indicators.toml", '"12-14"]', '"14-12"]', "cần các ngày cuối kỳ"),
        ("competence/indicators.toml", '"C7.1"]', '"C7.9"]', "CT3: không có năng lực hoặc vị trí C7.9"),
        ("courses/k01/course.toml", 'code = "K01"', 'code = "K01', "TOML chưa đúng cú pháp"),
        ("courses/k01/course.toml", "prerequisites = []", 'prerequisites = ["K01"]', "không thể đòi hỏi chính nó"),
        ("courses/k01/course.toml", "pass_mark", "pass_marc", "không có trường “pass_marc”"),
        ("courses/k01/course.toml", "count = 5", "count = 500", "ngân hàng có 26"),
        ("courses/k01/questions/c11.toml", 'competence = "C1.1"', 'competence = "C9.9"', "khung năng lực không có C9.9"),
        ("courses/k01/questions/c11.toml", "correct = true", "correct = false", "đúng"),
        ("courses/k01/questions/c11.toml", 'instrument = "nq-76-2021"', 'instrument = "nq-77-2021"', "thư viện không có văn bản"),
        ("courses/k01/lessons/cchc-la-gi.md", "title =", "titel =", "thiếu “title”"),
        ("courses/k12/course.toml", 'key = "ke-hoach-cchc-xa"', 'key = "ke-hoach"', "không có assignments/ke-hoach.toml"),
        (f"{WORK}/ke-hoach-cchc-xa.toml", "points = 8", "points = 80", "Điểm phải tăng dần"),
        (f"{WORK}/ke-hoach-cchc-xa.toml", 'competence = "C7.1"', 'competence = "C9.9"', "năng lực có trong khung năng lực"),
        (f"{WORK}/ke-hoach-cchc-xa.toml", "tolerance =", "toleranse =", "không có trường “toleranse”"),
        (f"{WORK}/ke-hoach-cchc-xa.toml", 'the-thuc = "m4", van-phong', "van-phong", "chưa chấm tiêu chí"),
        (f"{WORK}/ke-hoach-cchc-xa.toml", 'takes = ["text"', 'takes = ["video"', "Chưa chọn đúng cách nộp bài"),
        ("library/instruments.toml", 'replaces = ["', 'replaces = ["khong-co", "', "không có văn bản “khong-co”"),
        ("units/units.toml", 'parent = "dong-thap"', 'parent = "dong-thab"', "không có đơn vị cha"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(packs_folder, file, old, new, said):
    line = packs_folder.joinpath(file).read_text().split(old)[0].count("\n") + 1
    found = [p for p in problems_after(packs_folder, file, old, new) if said in p]
    assert found
    name, number, _ = found[0].split(":", 2)
    assert name == file
    assert int(number) <= line  # the line of the fault, or of the entry it stands in


def test_a_missing_picture_and_nfd_text_are_named(packs_folder):
    lesson = packs_folder / "courses/k01/lessons/cchc-la-gi.md"
    lesson.write_text(lesson.read_text() + "\n![Sơ đồ](khong-co.png)\n\n" + unicodedata.normalize("NFD", "cải") + "\n")
    with pytest.raises(BrokenPack) as broken:
        read_packs(packs_folder)
    said = " ".join(p.message for p in broken.value.problems)
    assert "khong-co.png" in said
    assert "NFC" in said


def counted() -> list[int]:
    tables = (
        Unit,
        Instrument,
        Competence,
        Requirement,
        Question,
        QuestionVersion,
        CourseVersion,
        LessonVersion,
        QuizVersion,
        Citation,
    )
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_loading_twice_changes_nothing(session):
    packs = read_packs(CONTENT)
    services.load(packs, clock.now())
    first = counted()
    assert first[0] >= 103  # the province, its 102 communes, its departments
    assert first[4] >= 100
    again = services.load(packs, clock.now())
    assert again.counts["unchanged"] == len(packs.digests)
    assert counted() == first


def test_a_changed_question_becomes_a_version_and_the_old_one_stays(session, packs_folder):
    services.load(read_packs(CONTENT), clock.now())
    before = counted()
    path = packs_folder / "courses/k01/questions/c11.toml"
    path.write_text(path.read_text().replace('checker = "Ban biên soạn"', 'checker = "Tổ rà soát"', 1))
    services.load(read_packs(packs_folder), clock.now())
    after = counted()
    assert after[4] == before[4]
    assert after[5] == before[5] + 1
    changed = db.session.scalars(select(QuestionVersion).where(QuestionVersion.number == 2)).one()
    assert changed.checker == "Tổ rà soát"


def test_a_course_changed_on_the_web_is_reported_and_left(session, packs_folder):
    services.load(read_packs(CONTENT), clock.now())
    of_k01 = select(CourseVersion).join(Course, Course.id == CourseVersion.course_id).where(Course.code == "K01")
    db.session.scalars(of_k01).one().digest = "sửa trên web"
    path = packs_folder / "courses/k01/course.toml"
    path.write_text(path.read_text().replace("periods = 8", "periods = 9"))
    report = services.load(read_packs(packs_folder), clock.now())
    assert report.differs == ["courses/k01"]
    assert [version.periods for version in db.session.scalars(of_k01)] == [8]
    services.load(read_packs(packs_folder), clock.now(), overwrite=True)
    assert 9 in [version.periods for version in db.session.scalars(of_k01)]


def test_questions_written_or_revised_on_the_web_are_reported_and_left(session, packs_folder):
    """A pack that comes anew with the next release of the program takes nothing from what trainers wrote."""
    services.load(read_packs(CONTENT), clock.now())
    of_k01 = (
        select(QuestionVersion).join(Question, Question.current_id == QuestionVersion.id).where(Question.key.startswith("k01-"))
    )
    version = db.session.scalars(of_k01.order_by(Question.id)).first()
    question = db.session.get_one(Question, version.question_id)
    day = {"checked": clock.today(), "checker": "Lê Rita"}
    put_question(question.bank_id, version.source | day | {"stem": "Sửa trên web?"}, clock.now(), None, origin="web")
    put_question(question.bank_id, version.source | day | {"key": "k01-w1"}, clock.now(), None, origin="web")
    path = packs_folder / "courses/k01/course.toml"
    path.write_text(path.read_text().replace("periods = 8", "periods = 9"))
    report = services.load(read_packs(packs_folder), clock.now())
    assert report.differs == [f"courses/k01, câu {question.key}"]
    assert db.session.get_one(QuestionVersion, question.current_id).source["stem"] == "Sửa trên web?"
    assert db.session.scalar(select(Question.state).where(Question.key == "k01-w1")) == "ready"
    assert 9 in db.session.scalars(select(CourseVersion.periods)).all()
    path.write_text(path.read_text().replace("periods = 9", "periods = 10"))
    services.load(read_packs(packs_folder), clock.now(), overwrite=True)
    assert db.session.get_one(QuestionVersion, question.current_id).source["stem"] == version.source["stem"]


def test_an_assignment_is_loaded_once_and_its_course_leads_to_it(session):
    packs = read_packs(CONTENT, "k12")
    services.load(packs, clock.now())
    services.load(packs, clock.now(), overwrite=True)
    work = db.session.scalars(select(AssignmentVersion)).one()
    assert work.number == 1
    assert "<table" in work.html["instructions"]
    assert len(work.html["samples"]) == 3
    course = db.session.scalars(select(Course).where(Course.code == "K12")).one()
    outline = db.session.get_one(CourseVersion, course.current_id).outline
    entry = next(a for m in outline for a in m["activities"] if a["kind"] == "assignment")
    assert (entry["assignment_version"], entry["mandatory"], entry["minutes"]) == (work.id, False, 180)


def test_required_levels_hold_from_the_day_the_pack_says_and_change_from_the_day_of_loading(session, packs_folder):
    services.load(read_packs(packs_folder), clock.now())
    assert set(session.scalars(select(Requirement.since))) == {date(2025, 7, 1)}
    path = packs_folder / "competence/positions.toml"
    path.write_text(path.read_text().replace('"C1.1" = 4', '"C1.1" = 3', 1))
    services.load(read_packs(packs_folder), clock.now())
    changed = session.execute(select(Requirement.level, Requirement.since).where(Requirement.since != date(2025, 7, 1))).all()
    assert changed == [(3, clock.today())]
    ended = session.execute(select(Requirement.level, Requirement.until).where(Requirement.until.is_not(None))).all()
    assert ended == [(4, clock.today() - timedelta(days=1))]
