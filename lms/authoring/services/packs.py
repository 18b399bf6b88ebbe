"""A pack from outside, or a copy of another course, as a draft: read under bounds, checked as packs on disk are."""

import json
import re
import shutil
import zipfile
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select

from lms import storage
from lms.authoring.models import CourseDraft, LessonDraft
from lms.authoring.services import questions
from lms.authoring.services.drafts import own
from lms.content.packs import CoursePack, Known, named_files, read_course
from lms.content.services import mime_of
from lms.courses.models import Course
from lms.courses.services import put_course
from lms.db import db
from lms.errors import Conflict
from lms.people.queries import Scope
from lms.questions.models import Question
from lms.questions.services import put_bank

MEMBER = re.compile(
    r"(?:[\w-]{1,40}/)?((?:course\.toml|lessons/[a-z0-9-]{1,60}\.md|(?:questions|assignments)/[a-z0-9-]{1,60}\.toml|files/[\w][\w.-]{0,99}))"
)
CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}")
MOST_FILES = 1000
LARGEST = 100 * 2**20  # of all files unpacked, without videos
LARGEST_WITH_VIDEOS = 1000 * 2**20
VIDEOS = (".mp4", ".webm")


def unpack(stream: IO[bytes], folder: Path) -> None:
    """Write the files of a zipped pack into a folder. Raises Conflict with words for what is no pack or means harm."""
    try:
        with zipfile.ZipFile(stream) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            others = sum(m.file_size for m in members if not m.filename.endswith(VIDEOS))
            if len(members) > MOST_FILES or others > LARGEST or sum(m.file_size for m in members) > LARGEST_WITH_VIDEOS:
                raise Conflict("Gói quá lớn: nhiều nhất 1.000 tệp; giải nén không quá 100 MB, kể cả video không quá 1.000 MB.")
            for member in members:
                _write(archive, member, folder)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as problem:
        raise Conflict("Không đọc được tệp này như một gói khóa học (.zip).") from problem


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    found = MEMBER.fullmatch(member.filename)
    if found is None:
        raise Conflict(
            f"Gói có tệp lạ: {member.filename[:80]}. Gói chỉ gồm course.toml, lessons/, questions/, assignments/ và files/."
        )
    target = folder / found[1]
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as source, target.open("wb") as written:
        shutil.copyfileobj(source, written, 2**20)  # zipfile itself stops at the size the archive names


def read(folder: Path, root: Path, known: Known) -> tuple[CoursePack, list[str], int]:
    """The pack; what is wrong with it, with file and line; and how much is still to be written, which a draft may lack."""
    pack, sources = read_course(folder, root, known)
    found = [problem for source in sources for problem in source.problems]
    wrong = [f"{Path(p.file).name}, dòng {p.line}: {p.message}" for p in found if not p.unfinished]
    return pack, wrong, sum(p.unfinished for p in found)


def take(pack: CoursePack, code: str, scope: Scope, by_id: int, at: datetime) -> int:
    """Make a draft of a checked pack under that code; the course's id. Its questions become drafts of the bank. `scope`: where the
    person is an author; a course that is new becomes theirs.

    Raises Conflict when somebody is writing on a draft of that course, or when the person may not write there.
    """
    if not CODE.fullmatch(code):
        raise Conflict("Mã khóa gồm chữ hoa và số, ví dụ K13.")
    course = db.session.scalar(select(Course).where(Course.code == code))
    if course is None:
        course = put_course(code)
        if not scope.everywhere:
            own(course.id, by_id, at)
    elif not scope.everywhere and course.id not in scope.course_ids:
        raise Conflict(f"Anh/Chị không có quyền biên soạn khóa {code}.")
    if db.session.get(CourseDraft, course.id):
        raise Conflict(
            f"Khóa {code} đang có bản nháp. Xuất bản hoặc bỏ bản nháp đó ở trang Kiểm tra và xuất bản của khóa, hoặc ghi mã khác."
        )
    entry = json.loads(json.dumps(pack.head | {"code": code}, default=str))
    db.session.add(CourseDraft(course_id=course.id, entry=entry, base_id=course.current_id or 0, revision=1, by_id=by_id, at=at))
    for key, lesson in pack.lessons.items():
        files = {name: _kept(pack.files[name]) for name in named_files(lesson.head, lesson.body) if name in pack.files}
        head = json.loads(json.dumps(lesson.head, default=str))
        db.session.add(
            LessonDraft(course_id=course.id, key=key, entry=head, body=lesson.body, files=files, revision=1, by_id=by_id, at=at)
        )
    bank = put_bank(code, entry["title"])
    newest = {question["key"]: question for question in [*pack.questions, *pack.drafts]}
    for question in newest.values():
        _draft_question(bank.id, json.loads(json.dumps(question, default=str)), by_id, at)
    db.session.flush()
    return course.id


def _kept(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest, size = storage.put_stream(stream)
    return {"digest": digest, "mime": mime_of(path.name), "bytes": size}


def _draft_question(bank_id: int, entry: dict[str, Any], by_id: int, at: datetime) -> None:
    """A wording that differs from the one in use becomes its draft; somebody's open draft is left as it is."""
    row = db.session.scalar(select(Question).where(Question.bank_id == bank_id, Question.key == entry["key"]))
    if row is None:
        row = Question(bank_id=bank_id, key=entry["key"], state="draft", competence="", level=1, kind=entry["kind"])
        db.session.add(row)
        db.session.flush()
    questions.write(row.id, entry, 0, by_id, at)
