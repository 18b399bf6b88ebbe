"""A draft written out as a pack, checked as packs on disk are, and published by the same code; and what that does to officers inside."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from lms import storage
from lms.authoring.queries import drafts as queries
from lms.authoring.queries.drafts import Draft, Lesson
from lms.authoring.services.checks import stopping
from lms.authoring.services.drafts import discard
from lms.content.packs import CoursePack, Known, Problem, digest, read_course, write_course
from lms.content.services import publish_course
from lms.courses.queries import CachedVersion, version
from lms.db import db

OF_QUIZ = "Khóa học: bài kiểm tra “"  # how the words about a quiz in course.toml begin


@dataclass(frozen=True)
class Checked:
    """A draft as a pack: what is wrong with it in words, and the digest of what was looked at."""

    problems: list[str]
    digest: str
    pack: CoursePack

    @property
    def beside_quizzes(self) -> list[str]:
        """What is wrong apart from its quizzes, which are told of with their own words and links."""
        return [problem for problem in self.problems if not problem.startswith(OF_QUIZ)]


@dataclass(frozen=True)
class Effect:
    """What publishing does to officers inside."""

    inside: int
    finished: int
    completing: int
    more: int
    less: int


def write_out(draft: Draft, root: Path, today: date) -> Path:
    """The draft as a pack in a folder below `root`; the folder."""
    folder = root / "courses" / draft.code.lower()
    found = queries.lessons(draft, today)
    files = {name: storage.path(f["digest"]) for lesson in found.values() for name, f in lesson.files.items()}
    used = {name: path for name, path in files.items() if path.exists()}
    written = {key: (lesson.entry, lesson.body) for key, lesson in found.items()}
    write_course(folder, draft.entry, written, queries.questions_in_use(draft.code), used)
    return folder


def check(draft: Draft, root: Path, today: date) -> Checked:
    """Write the draft out and check it as `flask content check` does."""
    folder = write_out(draft, root, today)
    pack, sources = read_course(folder, root, Known(*queries.known()))
    lessons = queries.lessons(draft, today)
    found = [_words(problem, lessons, pack.folder) for source in sources for problem in source.problems]
    found += [f"Bài “{lesson.entry['title']}” chưa có nội dung." for lesson in lessons.values() if not lesson.body.strip()]
    if not draft.activities:
        found.append("Khóa chưa có bài nào.")
    if not draft.entry["summary"]:
        found.append("Thông tin khóa: chưa có lời giới thiệu.")
    return Checked(list(dict.fromkeys(found)), digest(folder), pack)


def _words(problem: Problem, lessons: Mapping[str, Lesson], folder: Path) -> str:
    path = Path(problem.file)
    if path.parent.name == "lessons" and path.stem in lessons:
        return f"Bài “{lessons[path.stem].entry['title']}”: {problem.message}."
    if path.parent.name == "questions":
        text = (folder / "questions" / path.name).read_text(encoding="utf-8").split("\n")[problem.line - 1 :]
        key = next((line.split('"')[1] for line in text if line.startswith("key = ")), "")
        return f"Câu hỏi {key}: {problem.message}."
    return f"Khóa học: {problem.message}."


def publish(draft: Draft, seen: str, by_id: int, at: datetime, today: date) -> list[str]:
    """Publish the draft when it still is what was seen and nothing is wrong with it; else what stands in the way, in words."""
    with TemporaryDirectory() as root:
        checked = check(draft, Path(root), today)
        if checked.digest != seen:
            return ["Bản nháp vừa được sửa. Hãy xem lại tác động dưới đây rồi bấm Xuất bản lần nữa."]
        if wrong := checked.beside_quizzes + stopping(draft, today) or checked.problems:
            return wrong
        try:
            publish_course(checked.pack, checked.digest, at, by_id)
        except ValueError as problems:
            return list(problems.args[0])
    discard(draft)
    db.session.flush()
    return []


def effect(draft: Draft, today: date) -> Effect:
    """How many officers are inside, and to how many the draft brings completion, more or less to do."""
    inside, finished = queries.officers_inside(draft.course_id)
    lessons = queries.lessons(draft, today)
    items = {a["key"]: (lessons[a["key"]].entry if a["kind"] == "lesson" else a).get("mandatory", True) for a in draft.activities}
    required = draft.entry["required"]
    electives = 0 if required == "all" else int(required.get("electives", 0))
    old = version(draft.current_id) if draft.current_id else None
    left = [(_left_in(old, done), _left(items, electives, done)) for done in inside.values()]
    return Effect(
        len(inside), finished, sum(new == 0 for _, new in left), sum(new > before for before, new in left),
        sum(0 < new < before for before, new in left),
    )  # fmt: skip


def _left(items: Mapping[str, bool], electives: int, done: set[str]) -> int:
    mandatory = {key for key, must in items.items() if must}
    chosen = len((items.keys() - mandatory) & done)
    return len(mandatory - done) + max(electives - chosen, 0)


def _left_in(old: CachedVersion | None, done: set[str]) -> int:
    if old is None:
        return 0
    return _left({a["key"]: a["mandatory"] for a in old.activities}, old.electives_needed, done)


def zipped(draft: Draft, today: date) -> bytes:
    """The draft as a pack in a zip, as it stands, finished or not."""
    stream = io.BytesIO()
    with TemporaryDirectory() as root, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        folder = write_out(draft, Path(root), today)
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.write(path, path.relative_to(folder.parent).as_posix())
    return stream.getvalue()
