"""What each role opens in the demo: the ids that fill the parameters of addresses, looked up in the site's database or made there."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms import clock, grading
from lms.assignments import services as assignments
from lms.assignments.models import Appeal, Confirmation, Product, Recognition, RecognitionLine, Submission
from lms.authoring.queries import drafts, picking
from lms.authoring.services import questions as authoring
from lms.authoring.services import trying
from lms.certificates.models import Certificate
from lms.courses import services as courses
from lms.courses.models import Activity, Course, LessonVersion
from lms.courses.queries import study, version
from lms.db import db
from lms.jobs.models import Job
from lms.jobs.services import HANDLERS, enqueue
from lms.library.models import Instrument
from lms.people.models import Assignment, Identifier, ImportOperation, ImportRow
from lms.people.queries import Scope
from lms.people.services import make_reset
from lms.questions.models import Bank, Question, QuestionVersion
from lms.quizzes import services as quizzes
from lms.quizzes.queries import in_hand, practice_set
from lms.recognitions import services as recognitions
from lms.tracking import services as tracking
from lms.tracking.models import Award
from tests.journeys.site import Site
from tests.permissions.world import COUNTS


def person_of(name: str) -> int:
    """The person who signs in by that name."""
    return db.session.scalars(select(Identifier.person_id).where(Identifier.value == name)).one()


def records(site: Site) -> dict[str, dict[str, Any]]:
    """Role -> parameter -> value, for the addresses that this role may open."""
    with site.app().app_context():
        people = {role: person_of(account["name"]) for role, account in site.accounts.items()}
        shared = _shared(people)
        found = {role: shared | _own(person_id, shared, role) for role, person_id in people.items()}
        found["anonymous"] = shared
        db.session.commit()
        db.engine.dispose()
    return found


def _shared(people: dict[str, int]) -> dict[str, Any]:
    """What is the same for everybody: a course, its lesson and quizzes, an import, a certificate, a unit of the head's scope."""
    course_id = db.session.scalars(select(Course.id).where(Course.code == "K01")).one()
    keys = {a.key: a.id for a in db.session.scalars(select(Activity).where(Activity.course_id == course_id))}
    unit_id = db.session.scalars(select(Assignment.unit_id).where(Assignment.person_id == people["head"])).first()
    first = db.session.scalars(select(Certificate).order_by(Certificate.id)).first()
    neighbour = select(Assignment.person_id).where(Assignment.unit_id == unit_id, Assignment.person_id.not_in(people.values()))
    text = db.session.scalars(select(LessonVersion).where(LessonVersion.activity_id == keys["sau-noi-dung"])).first()
    bank_id, question_id = _revised_question(people["admin"])
    return _work(people) | {
        "course_id": course_id, "lesson_id": text.activity_id, "activity_id": keys["kiem-tra-cuoi-khoa"], "exercise_id": keys["kiem-tra-1"],
        "unit_id": unit_id, "person_id": db.session.scalars(neighbour).first() or people["officer"], "position": 1,
        **_proposal(people["admin"]),
        "award_id": db.session.scalars(select(Award.id).order_by(Award.id)).first(),
        "certificate_id": first.id, "code": first.code, "key": db.session.scalars(select(Instrument.key)).first(),
        "bank_id": bank_id, "question_id": question_id, "name": "hoc-vien",
        "operation_id": _import(people["admin"]), "digest": "0" * 64, "secret": make_reset(people["officer"], clock.now())[1],
        "recognition_id": db.session.scalars(select(Recognition.id).order_by(Recognition.id)).first(),
        "lesson_key": "sau-noi-dung", "quiz_key": "kiem-tra-1", "competence": "C1.1",
    }  # fmt: skip


def _work(people: dict[str, int]) -> dict[str, Any]:
    """K12's assignment, what waits to be marked and to be confirmed, an appeal against a word of the head."""
    activity = db.session.scalars(select(Activity).where(Activity.kind == "assignment")).one()
    waiting = db.session.scalars(select(Submission.id).where(Submission.waits_for == "first")).first()
    undecided = select(Product.id).where(Product.id.not_in(select(Confirmation.product_id)))
    return {
        "assignment_id": activity.id, "assignment_course_id": activity.course_id, "assignment_key": activity.key,
        "submission_id": waiting, "product_id": db.session.scalars(undecided).first() or db.session.scalars(select(Product.id)).first(),
        "appeal_id": db.session.scalars(select(Appeal.id).where(Appeal.kind == "confirmation")).first(),
    }  # fmt: skip


def _appealed() -> int:
    """An appeal against a mark, for those who answer for courses only."""
    return db.session.scalars(select(Appeal.id).where(Appeal.kind == "mark")).one()


def _own_work(person_id: int, task_id: int) -> dict[str, Any]:
    """The person's place in K12's course, a submission of their own that was marked, a product of their own."""
    at = clock.now()
    activity = db.session.get_one(Activity, task_id)
    courses.enrol(person_id, activity.course_id, "admin", at)
    own = db.session.scalars(select(Submission.id).where(Submission.officer_id == person_id)).first()
    if own is None:
        found = study(person_id, task_id)
        assignments.save(found, assignments.load(found), assignments.Content("Dự thảo kế hoạch", {}, []), 0, at)
        own = assignments.submit(found, assignments.load(found), person_id, at).id
    _name_too(person_id, at)
    paper = {
        "number": "05",
        "symbol": "KH-UBND",
        "issued_on": at.date(),
        "issuer": "UBND xã",
        "summary": "Kế hoạch",
        "part": "Soạn",
        "files": [],
    }
    return {"own_submission_id": own, "own_product_id": assignments.enter(person_id, paper, "C1.1", 3, at).id}


def _name_too(person_id: int, at: datetime) -> None:
    """The demo's first decision names everybody who signs in."""
    row = db.session.scalars(select(Recognition).order_by(Recognition.id)).first()
    named = select(Product.officer_id).join(RecognitionLine, RecognitionLine.product_id == Product.id)
    if person_id not in db.session.scalars(named.where(RecognitionLine.recognition_id == row.id)).all():
        by_id = person_of("hocvien@vidu.example" if person_id == row.by_id else "quantri@vidu.example")
        recognitions.name_more(row.id, [(person_id, "C7.4", 4)], Scope(everywhere=True), by_id, at)


def _proposal(admin_id: int) -> dict[str, int]:
    """Parameters of the questions, proposed, and the admin's preview of what they would change."""
    answers = tracking.Answers()
    for _ in tracking.collect(answers):
        pass
    made = tracking.propose_calibration(tracking.parameters_of(answers), clock.now())
    asked = {"what": "calibration", "number": made.number, "rules": 2, "calibration": 0}
    job = enqueue("tracking.preview", f"Xem trước bộ tham số câu hỏi số {made.number}", asked, admin_id, clock.now())
    db.session.commit()  # the handler ends transactions of its own
    for step in HANDLERS["tracking.preview"](job):
        job.result = job.result | step.result
        db.session.commit()
    job.state, job.finished_at = "done", clock.now()
    return {"number": made.number, "preview_id": job.id}


def _revised_question(admin_id: int) -> tuple[int, int]:
    """K01's bank, and a question of it with a draft beside the wording in use."""
    bank_id = db.session.scalars(select(Bank.id).where(Bank.code == "K01")).one()
    question = db.session.scalars(select(Question).where(Question.bank_id == bank_id, Question.kind == "matching")).first()
    source = db.session.get_one(QuestionVersion, question.current_id).source
    authoring.write(question.id, source | {"stem": f"{source['stem']} Chọn kỹ."}, 0, admin_id, clock.now())
    return bank_id, question.id


def _import(admin_id: int) -> int:
    """A file that was read and waits: one row to write, one as it was, one to put right."""
    operation = ImportOperation(
        filename="Danh sách xã Mỹ Quí.xlsx", digest="0" * 64, state="staged", counts=COUNTS | {"rows": 2, "new": 1}, by_id=admin_id, at=clock.now()
    )  # fmt: skip
    db.session.add(operation)
    db.session.flush()
    unclear = [{"field": "Ngày sinh", "message": "Chưa đọc được “31/02/1990”. Ví dụ: 05/01/1980, hoặc chỉ năm: 1980."}]
    for line, action, data, problems in (
        (8, "new", {"full_name": "Nguyễn Thị Thủy", "birth": "1990-01-05", "unit": "Sở Nội vụ"}, []),
        (9, "error", {"full_name": "Đỗ Văn Hòa", "unit": "Sở Nội vụ"}, unclear),
    ):
        db.session.add(ImportRow(operation_id=operation.id, sheet="DS", line=line, action=action, data=data, problems=problems))
    return operation.id


def tries(course_id: int, person_id: int) -> dict[str, int]:
    """A try of a draft quiz that goes on, and one that was handed in."""
    draft, at = drafts.draft(course_id, Scope(everywhere=True)), clock.now()
    quizzes_ = [item for item in draft.activities if item["kind"] == "quiz"][:2]
    bank_id = picking.bank_id_of(draft.code)
    going, ended = (trying.start_try(course_id, item, bank_id, person_id, at) for item in quizzes_)
    trying.end_try(ended, at)
    return {"try_id": going, "tried_id": ended}


def _own(person_id: int, shared: dict[str, Any], role: str) -> dict[str, Any]:
    """One attempt that is handed in, one that goes on, a job; the trainer has completed the course and reported a question."""
    at = clock.now()
    cycle = courses.enrol(person_id, shared["course_id"], "admin", at - timedelta(days=2))
    attempt_id = quizzes.start(person_id, shared["exercise_id"], at - timedelta(minutes=30))
    quizzes.submit(person_id, attempt_id, at - timedelta(minutes=25))
    if role == "trainer":
        courses.complete(cycle.id, version(cycle.version_id), at, at)
        quizzes.report_question(person_id, attempt_id, 1, "Phương án B và C cùng đúng.", at)
    job = Job(
        kind="none", title="Xuất danh sách hoàn thành", owner_id=person_id, payload={}, state="done", done=120, total=120, created_at=at,
        finished_at=at, result={"file": "0" * 64, "name": "danh-sach.xlsx", "mime": "application/x", "size": 98000},
    )  # fmt: skip
    db.session.add(job)
    db.session.flush()
    tried = tries(shared["course_id"], person_id) if role in ("trainer", "admin") else {}
    own = _own_work(person_id, shared["assignment_id"]) | ({"appeal_id": _appealed()} if role == "trainer" else {})
    return own | {
        "attempt_id": attempt_id, "going_id": quizzes.start(person_id, shared["activity_id"], at), "job_id": job.id,
        "place": 1, **_practices(person_id, at), **tried,
    }  # fmt: skip


def _practices(person_id: int, at: datetime) -> dict[str, int]:
    """A practice to be done and one that is done, of questions that no open paper holds."""
    held = in_hand(person_id, at)
    free = select(Question.current_id).where(Question.id.not_in(held), Question.state == "ready", Question.kind == "single")
    chosen = db.session.scalars(free.order_by(Question.id).limit(6)).all()
    going = quizzes.practice.begin(person_id, chosen[:3], "practice", "C1.1", at).id
    done = quizzes.practice.begin(person_id, chosen[3:], "weekly", "", at).id
    for one in practice_set(done, person_id).places:
        given = grading.solution(one.question.spec) if one.place > 1 else {}
        quizzes.practice.answer(person_id, done, one.place, given, at)
    return {"practice_id": going, "practised_id": done}
