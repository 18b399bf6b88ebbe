"""Marked work for the demo, through the services like anybody's: submissions in every state, products, a word on each, two appeals."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms.assignments import services
from lms.assignments.models import AssignmentVersion
from lms.assignments.services import Content, Sheet
from lms.courses import services as courses
from lms.courses.models import Activity, Course
from lms.courses.queries import study
from lms.db import db
from lms.people.models import Account, Identifier
from lms.people.queries import Scope

ALL = Scope(everywhere=True)
PAPER = {"number": "…", "symbol": "KH-UBND", "issuer": "UBND xã (dữ liệu thử)", "files": []}


def put_work(at: datetime) -> None:
    """The demo officer and four invented ones have handed in K12's case; the officer has three work products."""
    task = db.session.scalar(select(AssignmentVersion).join(Activity).join(Course).where(Course.code == "K12"))
    if task is None:
        return
    people = {name: _person(f"{name}@vidu.example") for name in ("hocvien", "giangvien", "quantri", "thutruong")}
    _put_submissions(task, people, at)
    _put_products(people, at)


def _person(name: str) -> int:
    return db.session.scalars(select(Identifier.person_id).where(Identifier.value == name)).one()


def _put_submissions(task: AssignmentVersion, people: dict[str, int], at: datetime) -> None:
    """Good, fair and poor work as the samples have it; one waits for a second marker, one for a first, one is appealed against."""
    good, fair, poor = task.entry["samples"]
    query = select(Account.person_id).where(Account.activated_at.is_not(None), Account.person_id.not_in(people.values()))
    others = list(db.session.scalars(query.order_by(Account.id).limit(4)))
    hand_in = [(people["hocvien"], poor, True), *zip(others, (good, fair, poor, fair), (True, True, True, False), strict=False)]
    for number, (officer_id, sample, marked) in enumerate(hand_in):
        begun = at - timedelta(days=12 - number)
        submission_id = _hand_in(task, officer_id, typed(sample["text"]), begun)
        if marked:
            sheet = Sheet(sample["levels"], sample["comments"], sample["comment"])
            services.mark(submission_id, ALL, people["giangvien"], sheet, begun + timedelta(days=2))
        if number == 3:
            reason = "Bài của tôi có phần tổ chức thực hiện và giao nơi theo dõi; đề nghị xem lại tiêu chí 5 và tiêu chí 6."
            services.appeal_mark(submission_id, officer_id, reason, [], begun + timedelta(days=3))


def typed(text: str) -> str:
    """A sample as somebody types it: without the marks of Markdown, a row of a table as one line."""
    lines = [re.sub(r"\*+", "", line).replace("<br>", " · ") for line in text.strip().split("\n")]
    return "\n".join(line.strip("| ").replace(" | ", "; ") for line in lines if not re.fullmatch(r"[|-]+", line))


def _hand_in(task: AssignmentVersion, officer_id: int, text: str, at: datetime) -> int:
    course_id = db.session.get_one(Activity, task.activity_id).course_id
    courses.enrol(officer_id, course_id, "nominated", at - timedelta(days=20))
    found = study(officer_id, task.activity_id)
    services.save(found, services.load(found), Content(text, {}, []), 0, at)
    return services.submit(found, services.load(found), officer_id, at).id


def _put_products(people: dict[str, int], at: datetime) -> None:
    """One product confirmed, one declined and appealed against, one waiting; and what the officer says of herself."""
    officer_id, head_id = people["hocvien"], people["thutruong"]
    plan = _enter(
        officer_id, "Kế hoạch cải cách hành chính năm 2026 (dữ liệu thử)", "Soạn toàn văn và phụ lục nhiệm vụ.", "C1.1", 3, at
    )
    report = _enter(
        officer_id, "Báo cáo CCHC 6 tháng đầu năm 2026 (dữ liệu thử)", "Tổng hợp số liệu, soạn phần II.", "C1.3", 3, at
    )
    _enter(
        officer_id,
        "Tờ trình về điểm hướng dẫn nộp hồ sơ trực tuyến (dữ liệu thử)",
        "Soạn tờ trình, lập bảng so sánh.",
        "C7.1",
        3,
        at,
    )
    decided = at - timedelta(days=4)
    services.decide(
        plan, ALL, 3, "Trực tiếp soạn, gắn được nhiệm vụ với chỉ số trễ hạn; bản trình ít phải sửa.", head_id, decided
    )
    services.decide(report, ALL, 0, "Phần nhận định do Văn phòng viết lại; mới tổng hợp số liệu.", head_id, decided)
    reason = "Tôi đã đối chiếu số liệu hai nguồn và nêu kiến nghị ở phần V; xin gửi thêm bản nháp có theo dõi sửa đổi khi cần."
    services.appeal_confirmation(report, officer_id, reason, [], at - timedelta(days=2))
    services.rate_oneself(officer_id, {"C1.1": (3, "Đã soạn ba kế hoạch năm"), "C5.2": (2, "")}, at - timedelta(days=5))


def _enter(officer_id: int, summary: str, part: str, competence: str, level: int, at: datetime) -> int:
    values: dict[str, Any] = PAPER | {"summary": summary, "part": part, "issued_on": date(at.year, 1, 15)}
    return services.enter(officer_id, values, competence, level, at - timedelta(days=6)).id
