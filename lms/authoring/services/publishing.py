"""A draft written out as a pack, checked as packs on disk are, and published by the same code; and what that does to officers inside."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from lms import storage
from lms.authoring.queries import drafts as queries
from lms.authoring.queries.drafts import Draft, Lesson
from lms.authoring.services.checks import stopping
from lms.authoring.services.drafts import discard
from lms.authoring.services.telling import course_published
from lms.clock import local
from lms.content.packs import CoursePack, Known, Problem, digest, named_files, read_course, write_course
from lms.content.services import publish_course
from lms.courses.models import Course
from lms.courses.queries import CachedVersion, version
from lms.courses.services import leave_onboarding
from lms.db import db
from lms.errors import Conflict
from lms.markup import plain
from lms.people.queries import Scope

CHANGED = "Bản nháp vừa được sửa. Hãy xem lại tác động dưới đây rồi bấm Xuất bản lần nữa."
PACKED = {".mp4", ".webm", ".jpg", ".png"}  # what a zip makes no smaller


@dataclass(frozen=True)
class Looked:
    """All that the database says of a draft, read at one moment: equal to what it says later while nobody has changed anything."""

    draft: Draft
    lessons: dict[str, Lesson]
    questions: list[dict[str, Any]]
    known: Known


OF_QUIZ = "bài kiểm tra “"  # how the words about a quiz in course.toml begin
KINDS = {"lessons": ("lesson", "Bài học"), "assignments": ("assignment", "Bài tập"), "questions": ("question", "Câu hỏi")}


@dataclass(frozen=True)
class Fault:
    """One thing that stops publishing, in a sentence. `kind`: what is mended: settings, outline, quiz, lesson, assignment, question; `key`:
    which."""

    text: str
    kind: str
    key: str = ""


@dataclass(frozen=True)
class Checked:
    """A draft as a pack: what is wrong with it, and the digest of what was looked at."""

    problems: list[Fault]
    digest: str
    pack: CoursePack

    @property
    def beside_quizzes(self) -> list[Fault]:
        """What is wrong apart from its quizzes, which are told of with their own words and links."""
        return [fault for fault in self.problems if fault.kind != "quiz"]


@dataclass(frozen=True)
class Effect:
    """What publishing does to officers inside."""

    inside: int
    finished: int
    completing: int
    more: int
    less: int


def look(draft: Draft, today: date) -> Looked:
    """Read what writing out and checking a draft needs; both then go without the database, outside any transaction."""
    return Looked(draft, queries.lessons(draft, today), queries.questions_in_use(draft.code), Known(*queries.known()))


def write_out(looked: Looked, root: Path, drafts: Sequence[Mapping[str, Any]] = ()) -> Path:
    """The draft as a pack in a folder below `root`, with these questions still being written; the folder."""
    draft, found = looked.draft, looked.lessons
    folder = root / "courses" / draft.code.lower()
    named = [(lesson.files, name) for lesson in found.values() for name in named_files(lesson.entry, lesson.body)]
    paths = {name: storage.path(files[name]["digest"]) for files, name in named if name in files}
    used = {name: path for name, path in paths.items() if path.exists()}
    written = {key: (lesson.entry, lesson.body) for key, lesson in found.items()}
    write_course(folder, draft.entry, written, looked.questions, used, drafts)
    return folder


def check(looked: Looked, root: Path) -> Checked:
    """Write the draft out and check it as `flask content check` does."""
    draft, lessons = looked.draft, looked.lessons
    folder = write_out(looked, root)
    pack, sources = read_course(folder, root, looked.known)
    found = [_fault(problem, looked, pack.folder) for source in sources for problem in source.problems]
    empty = [lesson for lesson in lessons.values() if not lesson.body.strip()]
    found += [Fault(f"Bài học “{lesson.entry['title']}”: chưa có nội dung.", "lesson", lesson.key) for lesson in empty]
    if not draft.activities:
        found.append(Fault("Khóa chưa có bài nào.", "outline"))
    if draft.activities and not any(_mandatory(draft, lessons).values()) and draft.entry["required"] == "all":
        text = "Khóa chưa có bài nào bắt buộc nên không biết khi nào hoàn thành. Hãy đặt ít nhất một bài là bắt buộc."
        found.append(Fault(text, "outline"))
    if not draft.entry["summary"]:
        found.append(Fault("Thông tin khóa: chưa có lời giới thiệu.", "settings"))
    return Checked(list(dict.fromkeys(found)), digest(folder), pack)


def _mandatory(draft: Draft, lessons: Mapping[str, Lesson]) -> dict[str, bool]:
    """Key of an activity -> whether it must be done."""
    heads = {a["key"]: lessons[a["key"]].entry if a["kind"] == "lesson" else a for a in draft.activities}
    return {key: head.get("mandatory", True) for key, head in heads.items()}


def _fault(problem: Problem, looked: Looked, folder: Path) -> Fault:
    """A problem of the pack as its author meets it: by the name of the thing."""
    path, message = Path(problem.file), problem.message.removesuffix(".")
    kind, called = KINDS.get(path.parent.name, ("", ""))
    key = path.stem
    if kind == "question":
        text = (folder / "questions" / path.name).read_text(encoding="utf-8").split("\n")[problem.line - 1 :]
        key = next((line.split('"')[1] for line in text if line.startswith("key = ")), "")
    titles = {lesson.key: str(lesson.entry["title"]) for lesson in looked.lessons.values()}
    titles |= {a["key"]: str(a["title"]) for a in looked.draft.activities if "title" in a}
    titles |= {q["key"]: plain(str(q.get("stem") or ""))[:90] for q in looked.questions} if kind == "question" else {}
    if kind:
        return Fault(f"{called} “{titles.get(key) or key}”: {message[:1].lower()}{message[1:]}.", kind, key)
    if message.startswith(OF_QUIZ):
        return Fault(f"{message[0].upper()}{message[1:]}.", "quiz")
    return Fault(f"Thông tin khóa: {message}.", "settings")


def publish(looked: Looked, checked: Checked, drawn: dict[str, dict[str, Any]], by_id: int, at: datetime) -> list[str]:
    """Publish what was looked at, checked and drawn before this transaction began; what stands in the way, in words.

    Anything that changed meanwhile stands in the way: `looked` is read again here.
    """
    draft, today = looked.draft, local(at).date()
    if look(queries.draft(draft.course_id, Scope(everywhere=True)), today) != looked:
        return [CHANGED]
    if wrong := stopping(draft, today) or [fault.text for fault in checked.problems]:
        return wrong
    before = version(draft.current_id).audience if draft.current_id else {}
    try:
        publish_course(checked.pack, checked.digest, at, by_id, drawn)
    except ValueError as problems:
        return list(problems.args[0])
    except Conflict as conflict:
        return [conflict.message]
    stays = draft.entry["audience"] if "onboarding" in draft.entry else None
    leave_onboarding(draft.course_id, before, stays, today - timedelta(days=1))
    course_published(draft.course_id, draft.code, db.session.get_one(Course, draft.course_id).current_id or 0, by_id, at)
    discard(draft)
    db.session.flush()
    return []


def effect(draft: Draft, today: date) -> Effect:
    """How many officers are inside, and to how many the draft brings completion, more or less to do."""
    inside, finished = queries.officers_inside(draft.course_id)
    lessons = queries.lessons(draft, today)
    items = _mandatory(draft, lessons)
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


def zipped(draft: Draft, today: date) -> IO[bytes]:
    """The draft as a pack in a zip, as it stands, finished or not, with the questions being written; with videos on the disk, gone once it is
    closed."""
    with TemporaryDirectory() as root:
        folder = write_out(look(draft, today), Path(root), queries.questions_written(draft.code))
        paths = sorted(p for p in folder.rglob("*") if p.is_file())
        large = sum(path.stat().st_size for path in paths) > 8 * 2**20
        stream: IO[bytes] = TemporaryFile() if large else BytesIO()  # noqa: SIM115  the reply closes it
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in paths:
                packed = zipfile.ZIP_STORED if path.suffix in PACKED else zipfile.ZIP_DEFLATED
                archive.write(path, path.relative_to(folder.parent).as_posix(), packed)
    stream.seek(0)
    return stream
