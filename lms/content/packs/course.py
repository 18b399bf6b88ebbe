"""A course pack: course.toml, its lessons, questions and files."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lms import grading
from lms.assignments.services import faults
from lms.content.packs.captions import read_captions
from lms.content.packs.source import DAY, FLAG, LIST, NUMBER, TABLE, TEXT, Field, Source

IMAGE = re.compile(r"!\[([^\]]*)\]\(\s*([^)\s]+)")
COURSE = {
    "code": Field(TEXT), "title": Field(TEXT), "summary": Field(TEXT), "periods": Field(NUMBER), "version": Field(NUMBER),
    "outcomes": Field(LIST), "audience": Field(TABLE), "prerequisites": Field(LIST), "review_by": Field(DAY),
    "required": Field((TEXT, TABLE)), "onboarding": Field(TABLE, False), "evidences": Field(LIST), "module": Field(LIST),
}  # fmt: skip
MODULE = {"key": Field(TEXT), "title": Field(TEXT), "activity": Field(LIST)}
LESSON_PLACE = {"kind": Field(TEXT), "key": Field(TEXT)}
QUIZ = LESSON_PLACE | {
    "title": Field(TEXT), "mandatory": Field(FLAG, False), "minutes": Field(NUMBER), "attempts": Field(NUMBER),
    "pass_mark": Field(NUMBER), "method": Field(TEXT), "shuffle": Field(FLAG, False), "review": Field(TEXT),
    "draw": Field(LIST, False), "questions": Field(LIST, False), "points_of": Field(TABLE, False), "per_page": Field(NUMBER, False),
    "breaks": Field(LIST, False), "bands": Field(LIST, False), "closes": Field(DAY, False),
}  # fmt: skip
ASSIGNMENT = {
    "title": Field(TEXT), "minutes": Field(NUMBER), "mandatory": Field(FLAG, False), "days": Field(NUMBER), "attempts": Field(NUMBER),
    "pass_mark": Field(NUMBER), "commend_from": Field(NUMBER, False), "tolerance": Field(NUMBER, False), "two_markers": Field(FLAG, False),
    "takes": Field(LIST), "claims": Field(LIST), "instructions": Field(TEXT), "criteria": Field(LIST), "samples": Field(LIST, False),
}  # fmt: skip
CRITERION = {"key": Field(TEXT), "title": Field(TEXT), "competence": Field(TEXT, False), "levels": Field(LIST)}
CRITERION_LEVEL = {"key": Field(TEXT), "title": Field(TEXT), "points": Field((NUMBER, TEXT)), "description": Field(TEXT)}
SAMPLE = {
    "title": Field(TEXT), "text": Field(TEXT), "levels": Field(TABLE), "comments": Field(TABLE, False), "comment": Field(TEXT, False),
}  # fmt: skip
LESSON = {
    "title": Field(TEXT), "minutes": Field(NUMBER, False), "mandatory": Field(FLAG, False), "citations": Field(LIST),
    "videos": Field(LIST, False), "files": Field(LIST, False),
}  # fmt: skip
CITATION = {"instrument": Field(TEXT), "article": Field(TEXT), "note": Field(TEXT, False)}
VIDEO = {
    "file": Field(TEXT), "minutes": Field(NUMBER), "transcript": Field(TEXT), "title": Field(TEXT, False), "captions": Field(TEXT, False),
}  # fmt: skip
FILE = {"file": Field(TEXT), "title": Field(TEXT)}
QUESTION = {
    "key": Field(TEXT), "kind": Field(TEXT), "competence": Field(TEXT), "level": Field(NUMBER), "cognitive": Field(TEXT),
    "stem": Field(TEXT), "explanation": Field(TEXT), "checked": Field(DAY), "checker": Field(TEXT), "tags": Field(LIST, False),
    "citations": Field(LIST), "options": Field(LIST, False), "scoring": Field(TEXT, False), "shuffle": Field(FLAG, False),
    "answer": Field(FLAG, False), "answers": Field(LIST, False), "unit": Field(TEXT, False), "case": Field(FLAG, False),
    "diacritics": Field(FLAG, False), "pairs": Field(LIST, False), "distractors": Field(LIST, False), "items": Field(LIST, False),
}  # fmt: skip
ALWAYS = {"key", "kind"}  # what a question says from the first moment on
DRAFT = {name: Field(known.kind, name in ALWAYS) for name, known in QUESTION.items()} | {"draft": Field(FLAG)}
COGNITIVE = {"remember", "understand", "apply"}


@dataclass
class LessonPack:
    """A lesson: its head, its Markdown, and the files it shows or offers."""

    head: dict[str, Any]
    body: str


@dataclass
class CoursePack:
    """A course as its pack says; `files`: name -> path of every file a lesson refers to.

    `assignments`: key -> what assignments/<key>.toml says; it also stands in the head, at the activity of that key.
    `drafts`: questions still being written, or written anew; what is published has none.
    """

    folder: Path
    head: dict[str, Any] = field(default_factory=dict)
    lessons: dict[str, LessonPack] = field(default_factory=dict)
    questions: list[dict[str, Any]] = field(default_factory=list)
    drafts: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    assignments: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What other packs define: keys that a course may refer to."""

    instruments: frozenset[str]
    competences: frozenset[str]
    positions: frozenset[str]


def read_course(folder: Path, root: Path, known: Known) -> tuple[CoursePack, list[Source]]:
    """Read and check one course; what is wrong is noted in the sources it returns."""
    pack = CoursePack(folder)
    head = Source(folder / "course.toml", root)
    sources = [head]
    for path in sorted((folder / "lessons").glob("*.md")):
        source = Source(path, root)
        sources.append(source)
        _read_lesson(pack, source, path.stem, known)
    for path in sorted((folder / "questions").glob("*.toml")):
        source = Source(path, root)
        sources.append(source)
        _read_questions(pack, source, known)
    for path in sorted((folder / "assignments").glob("*.toml")):
        source = Source(path, root)
        sources.append(source)
        _read_assignment(pack, source, path.stem, known)
    if head.data:
        pack.head = head.data
        if head.check(1, head.data, COURSE):
            _check_course(pack, head, known)
            _put_assignments(pack)
    return pack, sources


def _read_assignment(pack: CoursePack, source: Source, key: str, known: Known) -> None:
    if not source.check(1, source.data, ASSIGNMENT):
        return
    for table, fields in (("criteria", CRITERION), ("criteria.levels", CRITERION_LEVEL), ("samples", SAMPLE)):
        for line, entry in source.tables(table):
            source.check(line, entry, fields)
    if source.problems:
        return
    entry = source.data
    named = [*entry["claims"], *(c for c in entry["criteria"] if "competence" in c)]
    if any(c.get("competence") not in known.competences for c in named):
        source.problem(source.line_of("claims"), "bài tập chỉ ghi năng lực có trong khung năng lực")
    if any(claim.get("level") not in range(1, 6) for claim in entry["claims"]):
        source.problem(source.line_of("claims"), "năng lực mà bài đạt thể hiện phải có cấp độ từ 1 đến 5")
    for fault in faults(entry):
        source.unfinished(1, fault.removesuffix("."))
    if all(problem.unfinished for problem in source.problems):
        pack.assignments[key] = entry


def _put_assignments(pack: CoursePack) -> None:
    """What the files of assignments say, at their places in the outline: from here on an assignment is one entry, as a quiz is."""
    for module in pack.head["module"]:
        module["activity"] = [
            activity | pack.assignments[activity["key"]]
            if activity.get("kind") == "assignment" and activity.get("key") in pack.assignments
            else activity
            for activity in module.get("activity", [])
        ]


def _read_lesson(pack: CoursePack, source: Source, key: str, known: Known) -> None:
    if not source.check(1, source.data, LESSON):
        return
    pack.lessons[key] = LessonPack(source.data, source.body)
    _check_citations(
        source, source.line_of("citations") if not source.tables("citations") else 1, source.data["citations"], known
    )
    for table, fields in (("videos", VIDEO), ("files", FILE)):
        for line, entry in source.tables(table):
            if source.check(line, entry, fields):
                _need_file(pack, source, line, entry["file"])
                if fields is VIDEO:
                    _check_video(pack, source, line, entry)
    for found in IMAGE.finditer(source.body):
        line = source.body_line + source.body[: found.start()].count("\n")
        if not found[1].strip():
            source.unfinished(line, f"hình “{found[2]}” thiếu lời mô tả")
        _need_file(pack, source, line, found[2])


def named_files(head: Mapping[str, Any], body: str) -> set[str]:
    """Names of the files that a lesson shows, plays or offers."""
    entries = [*head.get("files", []), *head.get("videos", [])]
    captions = {e["captions"] for e in entries if e.get("captions")}
    return {found[2] for found in IMAGE.finditer(body)} | {e["file"] for e in entries} | captions


def _check_video(pack: CoursePack, source: Source, line: int, video: Mapping[str, Any]) -> None:
    if not video["transcript"].strip():
        source.unfinished(line, f"video “{video['file']}” chưa có lời cho người không nghe được")
    if "captions" not in video:
        return
    _need_file(pack, source, line, video["captions"])
    if path := pack.files.get(video["captions"]):
        faults = read_captions(path.read_text(encoding="utf-8", errors="replace"))[1]
        for fault in faults:
            source.unfinished(line, f"phụ đề {video['captions']}: {fault}")


def _need_file(pack: CoursePack, source: Source, line: int, name: str) -> None:
    path = pack.folder / "files" / name
    if Path(name).name != name or not path.is_file():
        source.unfinished(line, f"chưa có tệp “{name}”")
        return
    pack.files[name] = path


def _check_citations(source: Source, line: int, citations: list[Any], known: Known) -> None:
    if not citations:
        source.unfinished(line, "chưa dẫn căn cứ nào")
    for citation in citations:
        if not isinstance(citation, Mapping):
            source.problem(line, "căn cứ phải là bảng có instrument và article")
        elif citation.get("instrument") == "":
            source.unfinished(line, "có căn cứ chưa chọn văn bản")
        elif source.check(line, citation, CITATION) and citation["instrument"] not in known.instruments:
            source.problem(line, f"thư viện không có văn bản “{citation['instrument']}”")


def _read_questions(pack: CoursePack, source: Source, known: Known) -> None:
    seen = {q["key"] for q in pack.questions}
    for line, entry in source.tables("question"):
        if "draft" in entry:
            _read_draft(pack, source, line, entry, known)
            continue
        if not source.check(line, entry, QUESTION):
            continue
        if entry["key"] in seen:
            source.problem(line, f"mã câu hỏi “{entry['key']}” đã dùng")
        if entry["competence"] not in known.competences or not 1 <= entry["level"] <= 5:
            source.problem(line, f"khung năng lực không có {entry['competence']} cấp {entry['level']}")
        if entry["cognitive"] not in COGNITIVE:
            source.problem(line, f"mức nhận thức phải là một trong {', '.join(sorted(COGNITIVE))}")
        _check_citations(source, line, entry["citations"], known)
        for fault in grading.check(grading.spec_from_source(entry, entry["key"])):
            source.problem(line, fault.message.removesuffix("."))
        seen.add(entry["key"])
        pack.questions.append(entry)


def _read_draft(pack: CoursePack, source: Source, line: int, entry: dict[str, Any], known: Known) -> None:
    """A question still being written: only what the editor could not show is an error of its own."""
    if not source.check(line, entry, DRAFT):
        return
    if entry["key"] in {q["key"] for q in pack.drafts} or entry["kind"] not in grading.KINDS:
        source.problem(line, f"bản nháp “{entry['key']}” ghi hai lần hoặc sai loại câu hỏi")
    rows = [row for name in ("options", "answers", "pairs", "items") for row in entry.get(name, [])]
    if not all(isinstance(row, Mapping) for row in rows) or not 1 <= entry.get("level", 1) <= 5:
        source.problem(line, f"bản nháp “{entry['key']}” có phương án hoặc cấp độ chưa đúng")
    if entry.get("competence") and entry["competence"] not in known.competences:
        source.problem(line, f"khung năng lực không có {entry['competence']}")
    _check_citations(source, line, entry.get("citations", []), known)
    source.unfinished(line, f"câu hỏi “{entry['key']}” còn là bản nháp")
    pack.drafts.append({name: value for name, value in entry.items() if name != "draft"})


def _check_course(pack: CoursePack, source: Source, known: Known) -> None:
    head = pack.head
    if head["code"] in head["prerequisites"]:
        source.problem(source.line_of("prerequisites"), "khóa học không thể đòi hỏi chính nó")
    for position in head["audience"].get("positions", []):
        if position not in known.positions:
            source.problem(source.line_of("audience"), f"không có vị trí “{position}”")
    for line, evidence in source.tables("evidences"):
        if evidence.get("competence") not in known.competences or evidence.get("level") not in range(1, 6):
            source.problem(line, "năng lực mà khóa ghi nhận phải có trong khung năng lực, cấp độ từ 1 đến 5")
    for line, module in source.tables("module"):
        source.check(line, module, MODULE)
    placed: Counter[str] = Counter()
    for line, activity in source.tables("module.activity"):
        placed[activity.get("key", "")] += 1
        _check_activity(pack, source, line, activity)
    for key, times in placed.items():
        if times > 1:
            source.problem(1, f"hoạt động “{key}” xuất hiện {times} lần")
    for key in pack.lessons.keys() - placed.keys():
        source.problem(1, f"bài học lessons/{key}.md không nằm trong chuyên đề nào")
    for key in pack.assignments.keys() - placed.keys():
        source.problem(1, f"bài tập assignments/{key}.toml không nằm trong chuyên đề nào")
    _check_rule(source, head["required"], electives(pack))


def electives(pack: CoursePack) -> int:
    """How many activities of the course are not mandatory."""
    entries = [activity for module in pack.head["module"] for activity in module.get("activity", [])]
    return sum(not _head_of(pack, e).get("mandatory", True) for e in entries)


def _head_of(pack: CoursePack, entry: dict[str, Any]) -> dict[str, Any]:
    """Where it is said whether an activity is mandatory: in the lesson's or assignment's own file, or at its place."""
    if entry.get("kind") == "lesson" and entry.get("key") in pack.lessons:
        return pack.lessons[entry["key"]].head
    return pack.assignments.get(entry["key"], entry) if entry.get("kind") == "assignment" and "key" in entry else entry


def _check_rule(source: Source, rule: Any, offered: int) -> None:
    wanted = rule.get("electives") if isinstance(rule, dict) else 0
    if rule != "all" and not isinstance(wanted, int):
        source.problem(source.line_of("required"), "required là “all” hoặc { electives = n }")
    elif wanted and wanted > offered:
        source.unfinished(source.line_of("required"), f"đòi {wanted} bài tự chọn nhưng chỉ có {offered}")


def _check_activity(pack: CoursePack, source: Source, line: int, activity: dict[str, Any]) -> None:
    kind = activity.get("kind")
    if kind == "lesson":
        if source.check(line, activity, LESSON_PLACE) and activity["key"] not in pack.lessons:
            source.problem(line, f"không có lessons/{activity['key']}.md, hoặc tệp còn lỗi")
    elif kind == "quiz":
        if source.check(line, activity, QUIZ):
            _check_paper(pack, source, line, activity)
    elif kind == "assignment":
        if source.check(line, activity, LESSON_PLACE) and activity["key"] not in pack.assignments:
            source.problem(line, f"không có assignments/{activity['key']}.toml, hoặc tệp còn lỗi")
    else:
        source.problem(line, "kind phải là “lesson”, “quiz” hoặc “assignment”")


def _check_paper(pack: CoursePack, source: Source, line: int, quiz: dict[str, Any]) -> None:
    if not quiz.get("draw") and not quiz.get("questions"):
        source.unfinished(line, f"bài kiểm tra “{quiz['title']}” chưa có câu hỏi: ghi questions, draw, hoặc cả hai")
    for problem in grading.paper_problems(quiz):
        source.unfinished(line, f"bài kiểm tra “{quiz['title']}”: {problem.removesuffix('.')}")
    named = quiz.get("questions", [])
    pool = Counter((q["competence"], q["level"]) for q in pack.questions if q["key"] not in named)
    for draw in quiz.get("draw", []):
        have, want = pool[draw.get("competence"), draw.get("level")], draw.get("count", 0)
        if want < 1 or have < want:
            where = f"{draw.get('competence')} cấp {draw.get('level')}"
            source.unfinished(line, f"bài kiểm tra “{quiz['title']}” cần {want} câu {where}, ngân hàng có {have}")
    keys = {q["key"] for q in pack.questions}
    for key in quiz.get("questions", []):
        if key not in keys:
            source.unfinished(line, f"bài kiểm tra “{quiz['title']}”: không có câu hỏi “{key}”")
