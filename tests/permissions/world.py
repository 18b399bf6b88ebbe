"""A small world in which every route has a record to ask for: one's own, another officer's, another unit's, another course's.

Commune A holds Olga (officer) and the focal point and head of A; commune B holds Otto. Tara teaches course 1 only, Ada administers all.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lms import clock
from lms.assignments import services as assignments
from lms.authoring.queries import drafts, picking
from lms.authoring.services import questions as authoring
from lms.authoring.services import trying
from lms.certificates import services as certificates
from lms.certificates.models import Certificate
from lms.certificates.services import Paper
from lms.courses import services as courses
from lms.courses.models import Activity, Course, CourseVersion, EnrolmentRule
from lms.courses.queries import study, version
from lms.db import db
from lms.jobs.models import Job
from lms.library.services import put_instrument
from lms.notices.models import Notice
from lms.people.models import ImportOperation, ImportRow, Person, Unit
from lms.people.queries import Scope
from lms.questions.models import Question
from lms.questions.services import put_bank
from lms.quizzes import services as quizzes
from lms.quizzes.models import Allowance, AttemptItem, QuestionReport
from lms.recognitions import services as recognitions
from lms.tracking import services as tracking
from lms.tracking.models import Award, Calibration, Evidence, Snapshot
from tests import factories

COUNTS = {"new": 0, "changed": 0, "same": 0, "error": 1, "ask": 0, "columns": {}, "unknown": [], "encoding": "unicode"}
ROLES = ("anonymous", "officer", "trainer", "focal_point", "head", "admin")


@dataclass
class World:
    """People by role, and the ids that fill a route's parameters: `own` where the role may, `foreign` where it may not."""

    people: dict[str, Person] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    foreign: dict[str, Any] = field(default_factory=dict)


def build() -> World:
    """Make the world in the test's session."""
    world = World()
    province = factories.unit("Tỉnh Thử", kind="province")
    commune_a, commune_b = factories.unit("Xã A", province), factories.unit("Xã B", province)
    position = factories.position()
    names = {
        "officer": "Lê Thị Olga",
        "focal_point": "Phạm Thị Đầu",
        "head": "Huỳnh Văn Trưởng",
        "trainer": "Trần Tara",
        "admin": "Võ Thị Ada",
    }
    for role, name in names.items():
        world.people[role] = factories.person(name)
        factories.assignment(world.people[role], commune_a, position)
    otto = world.people["otto"] = factories.person("Đỗ Văn Otto", "M")
    factories.assignment(otto, commune_b, position)
    first, second = factories.quiz(), factories.quiz()
    factories.grant(world.people["trainer"], "trainer", "course", first.course_id)
    factories.grant(world.people["focal_point"], "focal_point", "unit", commune_a.id)
    factories.grant(world.people["head"], "head", "unit", commune_a.id)
    factories.grant(world.people["admin"], "admin")
    tasks = factories.task(), factories.task()
    factories.grant(world.people["trainer"], "trainer", "course", tasks[0].course_id)
    world.own = records(world.people["officer"], world.people["admin"], first.course_id, commune_a)
    world.own |= tries(first.course_id, world.people["trainer"])
    world.foreign = records(otto, world.people["admin"], second.course_id, commune_b)
    for mine, task, officer in ((world.own, tasks[0], world.people["officer"]), (world.foreign, tasks[1], otto)):
        mine |= work(officer, world.people["admin"], task)
        mine["recognition_id"] = _recognition(officer, world.people["admin"])
    world.foreign |= tries(second.course_id, world.people["admin"])
    db.session.commit()
    return world


def tries(course_id: int, writer: Person) -> dict[str, int]:
    """A try of the course's quiz that goes on, and that of another quiz that was handed in."""
    draft = drafts.draft(course_id, Scope(everywhere=True))
    bank_id, at = picking.bank_id_of(draft.code), clock.now()
    going, ended = (
        trying.start_try(course_id, draft.activities[0] | {"key": key}, bank_id, writer.id, at) for key in ("kiem-tra", "khac")
    )
    trying.end_try(ended, at)
    return {"try_id": going, "tried_id": ended}


def records(officer: Person, admin: Person, course_id: int, unit: Unit) -> dict[str, Any]:
    """Everything of one officer in one course that an address can name."""
    at = clock.now()
    activity = db.session.query(Activity).filter_by(course_id=course_id).one()
    lesson_course = factories.course()
    lesson = db.session.query(Activity).filter_by(course_id=lesson_course.course_id).first()
    cycle = courses.enrol(officer.id, course_id, "admin", at - timedelta(hours=1))
    courses.enrol(officer.id, lesson_course.course_id, "admin", at)
    attempt_id = quizzes.start(officer.id, activity.id, at - timedelta(minutes=30))
    quizzes.submit(officer.id, attempt_id, at - timedelta(minutes=5))
    going = quizzes.start(officer.id, activity.id, at)
    item = db.session.query(AttemptItem.id).filter_by(attempt_id=attempt_id, position=1).scalar()
    report = _add(QuestionReport(item_id=item, officer_id=officer.id, text="Sai", at=at))
    allowance = _add(Allowance(person_id=officer.id, activity_id=activity.id, percent=50, reason="", by_id=admin.id, at=at))
    courses.complete(cycle.id, version(cycle.version_id), at, at)
    paper = Paper("1/QĐ", at.date(), "GIÁM ĐỐC", "Ai đó", f"T{officer.id}", "SỞ", "TỈNH", "Đồng Tháp")
    certificate_id = certificates.approve(certificates.decide(paper, admin.id, at), [cycle.id], "http://localhost", admin.id, at)[
        0
    ]
    operation = _add(ImportOperation(filename="x.xlsx", digest="0" * 64, state="staged", counts=COUNTS, by_id=admin.id, at=at))
    row = _add(ImportRow(operation_id=operation.id, sheet="S", line=2, action="error", data={}))
    rule = _add(
        EnrolmentRule(course_id=course_id, kind="audience", audience={"positions": [], "unit_kinds": []}, days=9, since=at.date())
    )
    code = db.session.get_one(Course, course_id).code
    practised = quizzes.practice.begin(officer.id, [factories.question(f"{code}-L").id for _ in "ab"], "practice", "C1.1", at)
    bank_id = put_bank(code, code).id
    question_id = db.session.query(Question.id).filter_by(bank_id=bank_id).first()[0]
    authoring.write(question_id, {"kind": "single", "stem": "Bản sửa?"}, 0, admin.id, at)
    put_instrument({"key": "vb-1", "kind": "Luật", "number": "1", "issuer": "QH", "title": "Luật", "verified": True})
    return {
        "award_id": _award(officer.id, at), "number": _calibration(at), "preview_id": _preview(admin, at), "snapshot_id": _snapshot(admin, at),
        "person_id": officer.id, "attempt_id": attempt_id, "going_id": going, "position": 1, "practice_id": practised.id, "place": 1,
        "bank_id": bank_id, "question_id": question_id, "certificate_id": certificate_id,
        "job_id": _add(Job(kind="none", title="Việc", owner_id=officer.id, payload={}, state="done", created_at=at)).id,
        "notice_id": _add(Notice(person_id=officer.id, kind="x", about="y", text="Tin", at=at)).id,
        "activity_id": activity.id, "lesson_id": lesson.id, "course_id": course_id, "unit_id": unit.id, "report_id": report.id,
        "allowance_id": allowance.id, "operation_id": operation.id, "row_id": row.id, "rule_id": rule.id,
        "assignment_id": factories.assignment(officer, unit, factories.position(), main=False).id,
        "grant_id": factories.grant(officer, "trainer", "course", course_id).id if officer.given == "Otto" else 0,
        "code": db.session.get_one(Certificate, certificate_id).code, "key": "vb-1",
        "lesson_key": "bai-1", "quiz_key": "kiem-tra", "competence": "C1.1", "name": "hoc-vien", "video_name": "phim.mp4", "digest": "0" * 64,
        "secret": "khong-co-that",
    }  # fmt: skip


def _award(officer_id, at):
    """A level of the officer on evidence of nothing but its own words."""
    competence = tracking.put_competence("C1.1", "N1", "Tham mưu", "Xây dựng kế hoạch CCHC", list("abcde"), 0)
    same = {"officer_id": officer_id, "competence_id": competence.id, "level": 1, "policy": 2}
    proof = Evidence(**same, result_n=10**6, source_kind="recognition", source_id=1, occurred_at=at, recorded_at=at)
    return _add(Award(**same, evidence_id=_add(proof).id, awarded_at=at, recorded_at=at)).id


def _recognition(officer: Person, admin: Person) -> int:
    """A decision that names the officer."""
    at = clock.now()
    scan = {"name": "qd.pdf", "digest": "1" * 64, "mime": "application/pdf", "bytes": 9}
    paper = recognitions.Paper("trainer", str(officer.id), "QĐ-SNV", at.date(), "Sở Nội vụ", "Cử báo cáo viên", [scan])
    return recognitions.enter(paper, [(officer.id, "C1.1", 4)], Scope(everywhere=True), admin.id, at).id


def work(officer: Person, admin: Person, task: CourseVersion) -> dict[str, Any]:
    """An assignment with a submission that was marked and appealed against, and a work product."""
    at = clock.now()
    activity_id = task.outline[0]["activities"][0]["id"]
    courses.enrol(officer.id, task.course_id, "admin", at)
    found = study(officer.id, activity_id)
    assignments.save(found, assignments.load(found), assignments.Content("Bài làm", {}, []), 0, at)
    submission_id = assignments.submit(found, assignments.load(found), officer.id, at).id
    low = {c["key"]: c["levels"][0]["key"] for c in factories.RUBRIC}
    assignments.mark(submission_id, Scope(everywhere=True), admin.id, assignments.Sheet(low, {}, ""), at)
    paper = {
        "number": "1",
        "symbol": "KH-UBND",
        "issued_on": at.date(),
        "issuer": "UBND",
        "summary": "Kế hoạch",
        "part": "Soạn",
        "files": [],
    }
    return {
        "assignment_id": activity_id, "assignment_course_id": task.course_id, "assignment_key": "bai-tap", "submission_id": submission_id,
        "appeal_id": assignments.appeal_mark(submission_id, officer.id, "Xin xem lại", [], at).id,
        "product_id": assignments.enter(officer.id, paper, "C1.1", 3, at).id,
    }  # fmt: skip


def _calibration(at):
    """A proposal nobody has decided on."""
    number = (db.session.query(Calibration).count() or 0) + 1
    return _add(Calibration(number=number, made_at=at, answers=1, officers=1, loglik=-1.0, digest="d")).number


def _snapshot(admin, at):
    """Figures that the admin has asked for."""
    return _add(
        Snapshot(as_of=clock.today(), known_at=at, published_at=at, policy=2, calibration=0, reason="asked", by_id=admin.id)
    ).id


def _preview(admin, at):
    """A preview of it that the admin has asked for."""
    asked = {"what": "calibration", "number": 1, "rules": 2, "calibration": 0}
    return _add(
        Job(
            kind="tracking.preview",
            title="Xem trước",
            owner_id=admin.id,
            payload=asked,
            state="done",
            created_at=at,
            finished_at=at,
        )
    ).id


def _add(row):
    db.session.add(row)
    db.session.flush()
    return row
