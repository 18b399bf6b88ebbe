"""Rows for tests: plain functions, every argument optional. They flush and never commit.

People known to all: Olga, an officer; Otto, another; Tara, a trainer; Ada, an admin.
"""

from datetime import date
from itertools import count

from lms import clock
from lms.assignments import services as assignments
from lms.courses import services as courses
from lms.courses.models import CourseVersion, Enrolment, LessonVersion
from lms.db import db
from lms.people.models import Account, Assignment, Grant, Identifier, Person, Position, Unit, UnitVersion
from lms.questions import services as questions
from lms.questions.models import QuestionVersion
from lms.quizzes import services as quizzes
from lms.vietnamese import fold, fold_name, name_sort_key, sort_key, split_name

_serial = count(1)
SINCE = date(2025, 7, 1)


def _add(row):
    db.session.add(row)
    db.session.flush()
    return row


def unit(name: str = "", parent: Unit | None = None, kind: str = "commune", code: str = "") -> Unit:
    """A unit with one version, under `parent` (a province of its own when there is none)."""
    n = next(_serial)
    name = name or f"Xã Thử {n}"
    row = _add(Unit(key=f"thu-{n}", kind=kind, path="", rank=n))
    row.path = f"{parent.path if parent else '/'}{row.id}/"
    _add(
        UnitVersion(
            unit_id=row.id, name=name, name_fold=fold(name), name_key=sort_key(name), code=code, place=name,
            parent_id=parent.id if parent else None, since=SINCE, recorded_at=clock.now(),
        )
    )  # fmt: skip
    return row


def person(full_name: str = "Nguyễn Thị Hường", gender: str | None = "F", birth_year: int | None = 1980, **more) -> Person:
    name = split_name(full_name)
    now = clock.now()
    return _add(
        Person(
            full_name=full_name, family=name.family, middle=name.middle, given=name.given, name_key=name_sort_key(full_name),
            name_fold=fold_name(full_name), gender=gender, birth_year=birth_year, created_at=now, updated_at=now, **more,
        )
    )  # fmt: skip


def account(person_: Person | None = None, password_hash: str | None = None, **more) -> Account:
    person_ = person_ or person()
    return _add(
        Account(person_id=person_.id, password_hash=password_hash, created_at=clock.now(), activated_at=clock.now(), **more)
    )


def identifier(person_: Person, value: str, kind: str = "email") -> Identifier:
    return _add(Identifier(person_id=person_.id, kind=kind, value=value, verified_at=clock.now(), since=SINCE))


def grant(person_: Person, role: str, scope: str = "all", scope_id: int | None = None) -> Grant:
    return _add(Grant(person_id=person_.id, role=role, scope=scope, scope_id=scope_id, since=SINCE, at=clock.now()))


def position(code: str = "", name: str = "Đầu mối CCHC cấp xã") -> Position:
    return _add(Position(code=code or f"T{next(_serial)}", name=name, unit_kinds=["commune"]))


def assignment(
    person_: Person, unit_: Unit | None = None, position_: Position | None = None, since: date = SINCE, **more
) -> Assignment:
    return _add(
        Assignment(
            person_id=person_.id, unit_id=(unit_ or unit()).id, position_id=position_.id if position_ else None,
            since=since, recorded_at=clock.now(), **({"title": "Chuyên viên"} | more),
        )
    )  # fmt: skip


def lesson(course_id: int, key: str, title: str = "", **more) -> LessonVersion:
    """A lesson of a course with one text."""
    activity = courses.put_activity(course_id, key, "lesson")
    values = {"html": "<h2>Mở đầu</h2><p>Nội dung bài học.</p>", "files": [], "videos": [], "minutes": 8, "bytes": 600_000} | more
    n = next(_serial)
    return courses.put_lesson_version(
        activity.id, title or f"Bài {key}", source="", policy=1, digest=f"lesson-{n}", at=clock.now(), **values
    )


def course(code: str = "", mandatory: int = 2, electives: int = 0, needed: int = 0, quiz: bool = False, **more) -> CourseVersion:
    """A published course of one module: mandatory lessons, elective lessons of which the rule asks for `needed`, perhaps a quiz.

    A lesson with the same key in a later version of the same code keeps its identity.
    """
    n = next(_serial)
    code = code or f"T{n:02}"
    course_id = courses.put_course(code).id
    activities = []
    for i in range(mandatory + electives):
        text = lesson(course_id, f"bai-{i + 1}")
        activities.append(
            {
                "id": text.activity_id, "key": f"bai-{i + 1}", "kind": "lesson", "title": text.title, "mandatory": i < mandatory,
                "minutes": text.minutes, "bytes": text.bytes, "lesson_version": text.id,
            }
        )  # fmt: skip
    if quiz:
        test = courses.put_activity(course_id, "kiem-tra", "quiz")
        activities.append(
            {
                "id": test.id, "key": "kiem-tra", "kind": "quiz", "title": "Bài kiểm tra", "mandatory": True, "minutes": 15, "bytes": 0,
                "quiz_version": 0,
            }
        )  # fmt: skip
    values = {
        "title": f"Khóa thử {code}", "summary": "Nội dung thử.", "periods": 8, "outcomes": ["Nêu đúng sáu nội dung CCHC."],
        "audience": {"positions": [], "unit_kinds": []}, "prerequisites": [], "rule": {"electives": needed}, "review_by": None,
        "outline": [{"key": "m1", "title": "Chuyên đề 1", "activities": activities}],
        "evidences": [{"competence": "C1.1", "level": 1}], "digest": f"course-{n}",
    } | more  # fmt: skip
    return courses.publish(code, at=clock.now(), **values)


def enrolment(officer: Person, version: CourseVersion, **more) -> Enrolment:
    """The officer's open cycle in a course."""
    return courses.enrol(officer.id, version.course_id, **({"origin": "admin", "at": clock.now()} | more))


ANSWERS = {
    "single": {"options": [{"key": "a", "text": "Sáu nội dung", "correct": True}, {"key": "b", "text": "Bốn nội dung"}]},
    "multiple": {
        "options": [
            {"key": "a", "text": "Cải cách thể chế", "correct": True}, {"key": "b", "text": "Cải cách thủ tục", "correct": True},
            {"key": "c", "text": "Cải cách tư pháp"}, {"key": "d", "text": "Cải cách tiền lương"},
        ]
    },
    "truefalse": {"answer": True},
    "numerical": {"answers": [{"value": "1234.5", "tolerance": "0.5"}], "unit": "hồ sơ"},
    "short": {"answers": [{"text": "một cửa"}]},
    "matching": {
        "pairs": [{"key": "p1", "left": "Bộ phận Một cửa", "right": "tiếp nhận"}, {"key": "p2", "left": "Phòng", "right": "thẩm định"}],
        "distractors": ["công bố"],
    },
    "ordering": {"items": [{"key": "i1", "text": "Tiếp nhận"}, {"key": "i2", "text": "Thẩm định"}, {"key": "i3", "text": "Trả"}]},
}  # fmt: skip


def question(bank_code: str, key: str = "", kind: str = "single", **more) -> QuestionVersion:
    """A ready question of a bank, made when there is none of that code; another entry with the same key is a new version."""
    entry = {
        "key": key or f"q{next(_serial)}", "kind": kind, "competence": "C1.1", "level": 1, "cognitive": "remember",
        "stem": f"Câu hỏi {kind}?", "explanation": f"Giải thích {kind}.", "checked": SINCE, "checker": "Ban biên soạn", "citations": [],
    }  # fmt: skip
    bank = questions.put_bank(bank_code, f"Ngân hàng {bank_code}")
    return questions.put_question(bank.id, entry | ANSWERS[kind] | more, clock.now(), None)


def quiz(kinds: tuple[str, ...] = ("single", "single"), title: str = "Bài kiểm tra", **settings) -> CourseVersion:
    """A published course of nothing but a quiz, which asks one question of each kind in that order; settings as the quiz's."""
    code = f"Q{next(_serial):02}"
    keys = [question(code, kind=kind).source["key"] for kind in kinds]
    test = courses.put_activity(courses.put_course(code).id, "kiem-tra", "quiz")
    rules = {"minutes": 15, "attempts": 3, "pass_mark": 60, "shuffle": False} | settings
    if "draw" not in rules:
        rules["questions"] = keys
    version = quizzes.put_quiz_version(test.id, questions.put_bank(code, code).id, title, rules, clock.now(), None)
    entry = {
        "id": test.id, "key": "kiem-tra", "kind": "quiz", "title": title, "mandatory": True, "minutes": 15, "bytes": 0,
        "quiz_version": version.id,
    }  # fmt: skip
    return course(code, mandatory=0, outline=[{"key": "m1", "title": "Chuyên đề 1", "activities": [entry]}])


STEPS = [("m1", "Chưa đạt", 0), ("m2", "Cơ bản", 1), ("m3", "Khá", 2), ("m4", "Tốt", 3)]
RUBRIC = [
    {
        "key": key, "title": title, "competence": competence,
        "levels": [{"key": k, "title": t, "points": p, "description": f"{title}: {t.lower()}"} for k, t, p in STEPS],
    }
    for key, title, competence in (("the-thuc", "Thể thức", "C7.1"), ("nhiem-vu", "Nhiệm vụ", "C1.1"))
]  # fmt: skip


def assignment_entry(**more) -> dict:
    """What a pack says of an assignment with a rubric of two criteria, six points."""
    return {
        "kind": "assignment", "key": "bai-tap", "title": "Soạn kế hoạch", "minutes": 90, "days": 14, "attempts": 2, "pass_mark": 60,
        "commend_from": 85, "tolerance": 20, "takes": ["text", "files", "paper"], "instructions": "Soạn **kế hoạch** CCHC của xã.",
        "claims": [{"competence": "C7.1", "level": 3}, {"competence": "C1.1", "level": 3}], "criteria": RUBRIC,
        "samples": [{"title": "Bài mẫu", "text": "## Kế hoạch", "levels": {"the-thuc": "m4", "nhiem-vu": "m3"}, "comment": "Tốt."}],
    } | more  # fmt: skip


def task(mandatory: bool = True, **more) -> CourseVersion:
    """A published course of nothing but an assignment; `more`: fields of its entry."""
    code = f"A{next(_serial):02}"
    work = courses.put_activity(courses.put_course(code).id, "bai-tap", "assignment")
    version = assignments.put_assignment_version(work.id, assignment_entry(**more), clock.now(), None)
    entry = {
        "id": work.id, "key": "bai-tap", "kind": "assignment", "title": version.title, "mandatory": mandatory, "minutes": 90, "bytes": 0,
        "assignment_version": version.id,
    }  # fmt: skip
    text = lesson(work.course_id, "bai-1")
    first = {
        "id": text.activity_id, "key": "bai-1", "kind": "lesson", "title": text.title, "mandatory": not mandatory, "minutes": 8,
        "bytes": 0, "lesson_version": text.id,
    }  # fmt: skip
    outline = [{"key": "m1", "title": "Chuyên đề 1", "activities": [entry] if mandatory else [first, entry]}]
    return course(
        code, mandatory=0, outline=outline,
        evidences=[{"competence": "C7.1", "level": 3}, {"competence": "C1.1", "level": 3}, {"competence": "C6.2", "level": 2}],
    )  # fmt: skip
