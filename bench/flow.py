"""One officer's flow of 24 requests, and the same with 20 answers and 6 places saved: what real use adds.

sign in (2) · landing · course · 6 lessons · quiz: intro, begin, 4 question pages with their 4 answers sent without JavaScript, check, hand in,
review · catalogue · profile. The load is that of the plan: a course page, 6 lessons, a quiz of 20 questions.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from time import process_time

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from lms.courses.models import Course
from lms.courses.queries import version
from lms.db import db
from lms.quizzes.models import Attempt, AttemptItem

TOKEN = re.compile(r'name="csrf_token" (?:type="hidden" )?value="([^"]+)"')


@dataclass
class Step:
    """What one kind of request costs: CPU in ms, statements, bytes of HTML."""

    name: str
    cpu: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    size: list[int] = field(default_factory=list)


class Flow:
    """A browser of one officer that measures every request it makes."""

    def __init__(self, app: Flask, name: str, password: str):
        self.app, self.name, self.password = app, name, password
        self.client: FlaskClient = app.test_client()
        self.steps: dict[str, Step] = {}
        self.token = ""
        self.statements = 0
        event.listen(Engine, "before_cursor_execute", self._count)

    def _count(self, *_args: object) -> None:
        self.statements += 1

    def ask(
        self, step: str, method: str, endpoint: str, data: dict | None = None, json: dict | None = None, **values: object
    ) -> str:
        """One request, its cost noted under the step's name; fails when the reply is an error."""
        with self.app.test_request_context():
            address = url_for(endpoint, **values)
        headers = {"X-CSRFToken": self.token, "Accept": "application/json"} if json is not None else {}
        form = {**data, "csrf_token": self.token} if data is not None else None
        self.statements = 0
        begun = process_time()
        reply = self.client.open(address, method=method, data=form, json=json, headers=headers)
        body = reply.get_data()
        cost = (process_time() - begun) * 1000
        if reply.status_code >= 400:
            raise RuntimeError(f"{method} {address}: {reply.status_code}\n{body[:500].decode(errors='replace')}")
        noted = self.steps.setdefault(step, Step(step))
        noted.cpu.append(cost)
        noted.queries.append(self.statements)
        noted.size.append(len(body))
        page = body.decode(errors="replace")
        if found := TOKEN.search(page):
            self.token = found[1]
        return page


def run(app: Flask, name: str, password: str, real_use: bool, answer: Callable[[int], dict]) -> dict[str, Step]:
    """The whole flow of one officer on course K01; `answer(item id)` gives the fields of a question's form."""
    with app.app_context():
        course = db.session.execute(select(Course.id, Course.current_id).where(Course.code == "K01")).one()
        activities = version(course.current_id).activities
    lessons = [a["id"] for a in activities if a["kind"] == "lesson"][:6]
    final = [a["id"] for a in activities if a["kind"] == "quiz"][-1]
    flow = Flow(app, name, password)
    flow.ask("trang đăng nhập", "GET", "people.sign_in")
    flow.ask("đăng nhập (băm mật khẩu)", "POST", "people.sign_in", data={"name": name, "password": password})
    flow.ask("trang chủ", "GET", "home.index")
    flow.ask("danh mục", "GET", "courses.catalogue")
    flow.ask("khóa học", "GET", "courses.show", course_id=course.id)
    for lesson in lessons:
        flow.ask("bài học", "GET", "courses.lesson", activity_id=lesson)
        if real_use:
            flow.ask("lưu chỗ đang đọc", "POST", "courses.place", json={"place": 500}, activity_id=lesson)
    flow.ask("giới thiệu bài kiểm tra", "GET", "quizzes.intro", activity_id=final)
    flow.ask("bắt đầu làm bài", "POST", "quizzes.start", data={}, activity_id=final)
    attempt_id, items = _attempt(app, final)
    for position in (1, 6, 11, 16):
        flow.ask("trang câu hỏi", "GET", "quizzes.question", attempt_id=attempt_id, position=position)
        flow.ask(
            "gửi câu trả lời",
            "POST",
            "quizzes.question",
            data=answer(items[position - 1]),
            attempt_id=attempt_id,
            position=position,
        )
    if real_use:
        for position in range(1, 21):
            body = {"given": {}, "based_on": 1 if position in (1, 6, 11, 16) else 0, "token": f"bench-{position}"}
            flow.ask("lưu một câu trả lời", "POST", "quizzes.save", json=body, attempt_id=attempt_id, position=position)
    flow.ask("xem lại trước khi nộp", "GET", "quizzes.check", attempt_id=attempt_id)
    flow.ask("nộp bài (chấm 20 câu)", "POST", "quizzes.submit", data={}, attempt_id=attempt_id)
    flow.ask("kết quả", "GET", "quizzes.result", attempt_id=attempt_id)
    flow.ask("hồ sơ năng lực", "GET", "tracking.profile")
    return flow.steps


def _attempt(app: Flask, activity_id: int) -> tuple[int, list[int]]:
    with app.app_context():
        attempt_id = db.session.scalars(
            select(Attempt.id).where(Attempt.activity_id == activity_id).order_by(Attempt.id.desc())
        ).first()
        items = db.session.scalars(
            select(AttemptItem.id).where(AttemptItem.attempt_id == attempt_id).order_by(AttemptItem.position)
        )
        return attempt_id or 0, list(items)
