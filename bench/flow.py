"""One officer's flow of 24 requests, and the same with 20 answers and 6 places saved: what real use adds.

sign in (2) · landing · course · 6 lessons · quiz of 20 questions: intro, begin, 4 question pages, their 4 answers sent without
JavaScript, check, hand in, review · sign out.
"""

import re
from dataclasses import dataclass, field
from time import process_time
from typing import Any

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from lms import clock, grading
from lms.courses.models import Course
from lms.courses.queries import version
from lms.db import db
from lms.questions.models import QuestionVersion
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


def run(app: Flask, name: str, password: str, real_use: bool) -> dict[str, Step]:
    """The whole flow of one officer on course K01."""
    with app.app_context():
        course = db.session.execute(select(Course.id, Course.current_id).where(Course.code == "K01")).one()
        activities = version(course.current_id).activities
    lessons = [a["id"] for a in activities if a["kind"] == "lesson"][:6]
    final = [a["id"] for a in activities if a["kind"] == "quiz"][-1]
    flow = Flow(app, name, password)
    flow.ask("trang đăng nhập", "GET", "people.sign_in")
    flow.ask("đăng nhập (băm mật khẩu)", "POST", "people.sign_in", data={"name": name, "password": password})
    flow.ask("trang chủ", "GET", "home.index")
    flow.ask("khóa học", "GET", "courses.show", course_id=course.id)
    for lesson in lessons:
        flow.ask("bài học", "GET", "courses.lesson", activity_id=lesson)
        if real_use:
            flow.ask("lưu chỗ đang đọc", "POST", "courses.place", data={"place": 500}, activity_id=lesson)
    flow.ask("giới thiệu bài kiểm tra", "GET", "quizzes.intro", activity_id=final)
    flow.ask("bắt đầu làm bài", "POST", "quizzes.start", data={}, activity_id=final)
    attempt_id, answers = _paper(app, final)
    for position in (1, 6, 11, 16):
        flow.ask("trang câu hỏi", "GET", "quizzes.question", attempt_id=attempt_id, position=position)
        form = {**_form(answers[position - 1]), "based_on": 0, "token": f"bench-form-{position}"}
        flow.ask("gửi câu trả lời", "POST", "quizzes.answer", data=form, attempt_id=attempt_id, position=position)
    if real_use:
        for position, given in enumerate(answers, 1):
            sent = {"given": given, "based_on": int(position in (1, 6, 11, 16)), "token": f"bench-save-{position}"}
            sent["given_at"] = int(clock.now().timestamp() * 1000)
            flow.ask("lưu một câu trả lời", "POST", "quizzes.save", json=sent, attempt_id=attempt_id, position=position)
    flow.ask("xem lại trước khi nộp", "GET", "quizzes.check", attempt_id=attempt_id)
    flow.ask("nộp bài (chấm 20 câu)", "POST", "quizzes.submit", data={}, attempt_id=attempt_id)
    flow.ask("kết quả", "GET", "quizzes.result", attempt_id=attempt_id)
    flow.ask("đăng xuất", "POST", "people.sign_out", data={})
    event.remove(Engine, "before_cursor_execute", flow._count)
    return flow.steps


def _paper(app: Flask, activity_id: int) -> tuple[int, list[dict[str, Any]]]:
    """The newest attempt at a quiz and a right answer to each of its questions."""
    with app.app_context():
        attempt_id = db.session.scalars(
            select(Attempt.id).where(Attempt.activity_id == activity_id).order_by(Attempt.id.desc())
        ).first()
        specs = (
            select(QuestionVersion.spec)
            .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
            .where(AttemptItem.attempt_id == attempt_id)
            .order_by(AttemptItem.position)
        )
        return attempt_id or 0, [grading.solution(spec) for spec in db.session.scalars(specs)]


def _form(given: dict[str, Any]) -> dict[str, Any]:
    """An answer as the fields of the question's form."""
    if "pairs" in given:
        return {f"pair-{left}": right for left, right in given["pairs"].items()}
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}
