"""What the pages of an author cost with course K12 loaded, and how long publishing it holds the write lock. Alone: python -m bench.editor."""

import re
import statistics
import tempfile
from pathlib import Path
from time import perf_counter

from flask import Flask
from sqlalchemy import event, insert, select
from sqlalchemy.engine import Engine

from bench.flow import Flow
from lms.courses.models import Course
from lms.db import db
from lms.demo import services as demo
from lms.questions.models import Bank, Question

HOLD_PAGE, HOLD_LOCK, HOLD_LARGE = 5.0, 200.0, 100.0  # ms: CPU a page; a write transaction; CPU of a large bank filtered
LARGE = 20_000
TIMES = 40
WHO = "quantri@vidu.example"


def pages(app: Flask) -> list[tuple[str, str, dict[str, object]]]:
    """Step, endpoint and parameters of the pages an author opens all day."""
    with app.app_context():
        course_id = db.session.scalars(select(Course.id).where(Course.code == "K12")).one()
        bank_id = db.session.scalars(select(Bank.id).where(Bank.code == "K12")).one()
        question_id = db.session.scalars(select(Question.id).where(Question.bank_id == bank_id)).first()
    lesson = {"course_id": course_id, "key": "chin-thanh-phan"}
    return [
        ("khung khóa học", "authoring.course", {"course_id": course_id}),
        ("soạn một bài", "authoring.edit_lesson", lesson),
        ("xem như học viên", "authoring.lesson_view", lesson),
        ("thông tin khóa", "authoring.course_settings", {"course_id": course_id}),
        ("danh sách câu hỏi", "authoring.bank", {"bank_id": bank_id}),
        ("lọc câu hỏi", "authoring.bank", {"bank_id": bank_id, "q": "ho so"}),
        ("soạn một câu hỏi", "authoring.question", {"question_id": question_id}),
    ]


class Locks:
    """How long each transaction of a request was open, in ms."""

    def __init__(self) -> None:
        self.begun, self.taken = 0.0, []  # type: float, list[float]
        for name in ("begin", "commit", "rollback"):
            event.listen(Engine, name, self._begin if name == "begin" else self._end)

    def _begin(self, _connection: object) -> None:
        self.begun = perf_counter()

    def _end(self, _connection: object) -> None:
        self.taken.append((perf_counter() - self.begun) * 1000)

    def close(self) -> None:
        """Listen no more."""
        for name in ("begin", "commit", "rollback"):
            event.remove(Engine, name, self._begin if name == "begin" else self._end)


def publishing(author: Flow, course_id: int) -> tuple[float, float]:
    """Publish K12 with one change; the whole request and its longest transaction in ms."""
    page = author.ask("", "GET", "authoring.course", course_id=course_id)
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)[1]
    module = re.search(r'data-module="([^"]+)"', page)[1]
    data = {"stamp": stamp, "go": f"rename:{module}", "title": f"Chuyên đề {perf_counter()}"}
    author.ask("", "POST", "authoring.arrange", data=data, course_id=course_id)
    seen = re.search(r'name="seen" value="([^"]+)"', author.ask("", "GET", "authoring.before_publishing", course_id=course_id))[1]
    locks = Locks()
    begun = perf_counter()
    author.ask("", "POST", "authoring.publish_course", data={"seen": seen}, course_id=course_id)
    whole = (perf_counter() - begun) * 1000
    locks.close()
    return whole, max(locks.taken)


def enlarge(app: Flask, bank_id: int) -> None:
    """Fill the bank up to 20,000 questions, by copying those it has."""
    with app.app_context():
        rows = [dict(r._mapping) for r in db.session.execute(select(Question.__table__).where(Question.bank_id == bank_id))]
        more = [
            {name: value for name, value in rows[n % len(rows)].items() if name != "id"} | {"key": f"bench-{n}"}
            for n in range(LARGE - len(rows))
        ]
        db.session.execute(insert(Question), more)
        db.session.commit()


def measure(app: Flask) -> None:
    """Print the table."""
    author = Flow(app, WHO, demo.PASSWORD)
    author.ask("", "GET", "people.sign_in")
    author.ask("", "POST", "people.sign_in", data={"name": WHO, "password": demo.PASSWORD})
    print(f"{'page of an author':<28}{'CPU ms':>9}{'hold':>7}{'queries':>9}{'KB':>7}")
    found = pages(app)
    for step, endpoint, values in found:
        for _ in range(TIMES):
            author.ask(step, "GET", endpoint, **values)
        told = author.steps[step]
        cpu = statistics.median(told.cpu[5:])
        print(f"{step:<28}{cpu:>9.2f}{HOLD_PAGE:>7.1f}{max(told.queries[5:]):>9}{max(told.size) / 1024:>7.1f}")
    published = [publishing(author, int(str(found[0][2]["course_id"]))) for _ in range(5)]
    whole, lock = (statistics.median(column) for column in zip(*published, strict=True))
    print(f"publishing K12: {whole:.0f} ms, of which {lock:.0f} ms in its longest transaction (hold {HOLD_LOCK:.0f})")
    bank_id = int(str(found[4][2]["bank_id"]))
    enlarge(app, bank_id)
    for step, more in (("câu có chữ", {"q": "ho so"}), ("luật hết hiệu lực", {"law": "ended"}), ("cấp 2", {"level": 2})):
        for _ in range(8):
            author.ask(step, "GET", "authoring.bank", bank_id=bank_id, **more)
        cpu = statistics.median(author.steps[step].cpu[1:])
        print(f"bank of {LARGE:,}, {step}: {cpu:.0f} ms CPU (hold {HOLD_LARGE:.0f})")
    event.remove(Engine, "before_cursor_execute", author._count)


if __name__ == "__main__":
    from bench.__main__ import make_app

    measure(make_app(Path(tempfile.mkdtemp(prefix="sen-bench-"))))
