"""An exam morning: many officers begin one quiz within seconds and save answers for minutes, while phones download slowly, an admin imports,
and the server is killed once. Whatever was acknowledged must be in the database, once.

    python -m bench.exam --sessions 500 --seconds 300 [--no-kill] [--database-url postgresql+psycopg://...]
"""

import argparse
import asyncio
import json
import random
import secrets
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Row, func, select

from bench.http import Connection
from lms import clock, grading, storage
from lms.courses.models import Activity, Course, Enrolment
from lms.db import db
from lms.jobs.models import Job
from lms.people.models import Account
from lms.questions.models import QuestionVersion
from lms.quizzes.models import Answer, Attempt, AttemptItem
from lms.quizzes.services import clean_given
from tests.journeys.site import Site, running_site

BEGIN_WITHIN = 10.0
SAVE_EVERY = 10.0
IMPORTED = 5000
PHONES, PHONE_RATE, PHONE_FILE = 20, 50_000, 20_000_000


@dataclass
class Crowd:
    """What came of it."""

    started: int = 0
    latencies: list[float] = field(default_factory=list)  # seconds; of saves acknowledged at the first try
    retried: int = 0
    acknowledged: list[tuple[int, int, str, int]] = field(default_factory=list)  # attempt, position, token, revision
    refused: list[str] = field(default_factory=list)
    downloaded: int = 0


def cookie_and_token(app: Flask, account: Row) -> tuple[str, str]:
    """The session cookie of somebody signed in, and the form token that belongs to it."""
    raw = secrets.token_hex(20)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    session = {"_user_id": f"{account.id}.{account.epoch}.{raw}", "_fresh": True, "_permanent": True, "csrf_token": raw}
    token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(raw)
    return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(session)}", str(token)


def answers_of(app: Flask, attempt_id: int) -> list[dict[str, Any] | None]:
    """A right answer to each question of the attempt's paper."""
    with app.app_context():
        rows = db.session.execute(
            select(QuestionVersion.kind, QuestionVersion.spec)
            .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
            .where(AttemptItem.attempt_id == attempt_id)
            .order_by(AttemptItem.position)
        ).all()
        return [clean_given(row.kind, grading.solution(row.spec)) for row in rows]


async def officer(app: Flask, url: str, account: Row, activity_id: int, seconds: float, crowd: Crowd) -> None:
    """One officer: begin at some moment, then save an answer every ten seconds, again and again until it is acknowledged."""
    cookie, token = cookie_and_token(app, account)
    line = Connection(url, cookie)
    await asyncio.sleep(random.uniform(0, min(BEGIN_WITHIN, seconds / 3)))
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": url}
    reply, _ = await insist(line, "POST", f"/quizzes/{activity_id}/start", f"csrf_token={token}".encode(), form)
    if reply.status != 302:
        crowd.refused.append(f"start: {reply.status}")
        return
    attempt_id = int(reply.headers["location"].split("/")[-2])
    crowd.started += 1
    answers = answers_of(app, attempt_id)
    revisions = [0] * len(answers)
    end, turn = monotonic() + seconds, 0
    while monotonic() < end:
        await save(line, token, attempt_id, turn % len(answers), answers, revisions, crowd)
        turn += 1
        await asyncio.sleep(min(SAVE_EVERY, seconds / 10) * random.uniform(0.9, 1.1))
    line.close()


async def save(
    line: Connection, token: str, attempt_id: int, index: int, answers: list, revisions: list[int], crowd: Crowd
) -> None:  # fmt: skip
    """One answer, with the receipt it got."""
    receipt = secrets.token_hex(8)
    now = int(clock.now().timestamp() * 1000)
    body = json.dumps({"given": answers[index], "based_on": revisions[index], "token": receipt, "given_at": now}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": token}
    begun = monotonic()
    reply, tries = await insist(line, "POST", f"/quizzes/attempts/{attempt_id}/{index + 1}/save", body, headers)
    if reply.status != 200:
        crowd.refused.append(f"save: {reply.status} {reply.body[:80]!r}")
        return
    revisions[index] = json.loads(reply.body)["revision"]
    crowd.acknowledged.append((attempt_id, index + 1, receipt, revisions[index]))
    if tries == 1:
        crowd.latencies.append(monotonic() - begun)
    else:
        crowd.retried += 1


async def insist(line: Connection, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
    """Send until a reply comes, as the player does when the line is cut; the reply and how often it was sent."""
    for tries in range(1, 200):
        try:
            reply = await line.ask(method, path, body, headers)
            if reply.status < 500:
                return reply, tries
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass
        await asyncio.sleep(0.3)
    raise RuntimeError(f"{path}: no reply")


async def phone(app: Flask, url: str, account: Row, job_id: int, crowd: Crowd) -> None:
    """A phone on a slow line, downloading until the exam is over."""
    cookie, _ = cookie_and_token(app, account)
    line = Connection(url, cookie)
    try:
        async for part in line.sip(f"/jobs/{job_id}/file", PHONE_RATE):
            crowd.downloaded += part
    except (OSError, asyncio.IncompleteReadError, ValueError):
        return  # the server was killed under it: a browser would resume
    finally:
        line.close()


async def exam(
    app: Flask, url: str, activity_id: int, sessions: int, seconds: float, disturb: Sequence[Callable[[], None]] = (), phones: int = PHONES
) -> Crowd:  # fmt: skip
    """The whole morning; what `disturb` names is done one after another from its middle on."""
    crowd = Crowd()
    with app.app_context():
        accounts = officers_in(activity_id, sessions)
        job_id = slow_file(accounts[0].person_id) if phones else 0
    slow = [asyncio.create_task(phone(app, url, accounts[0], job_id, crowd)) for _ in range(phones)]
    tasks = [asyncio.create_task(officer(app, url, account, activity_id, seconds, crowd)) for account in accounts]
    await asyncio.sleep(seconds / 3)
    for disturbance in disturb:
        await asyncio.get_running_loop().run_in_executor(None, disturbance)
    await asyncio.gather(*tasks)
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    return crowd


def officers_in(activity_id: int, count: int) -> list[Row]:
    """Accounts of officers who are in the course of the activity and have no attempt open."""
    course = select(Activity.course_id).where(Activity.id == activity_id).scalar_subquery()
    query = (
        select(Account.id, Account.epoch, Account.person_id)
        .join(Enrolment, Enrolment.officer_id == Account.person_id)
        .where(Enrolment.course_id == course, Account.activated_at.is_not(None))
        .order_by(Account.id)
        .limit(count)
    )
    found = list(db.session.execute(query).all())
    if len(found) < count:
        raise SystemExit(f"only {len(found)} officers are in the course")
    return found


def slow_file(owner_id: int) -> int:
    """A finished export of 20 MB, owned by that person."""
    digest = storage.put(random.Random(1).randbytes(PHONE_FILE))
    now = clock.now()
    result = {"file": digest, "name": "lon.bin", "mime": "application/octet-stream", "size": PHONE_FILE}
    job = Job(
        kind="none", title="Tệp lớn", owner_id=owner_id, payload={}, state="done", result=result, created_at=now, finished_at=now
    )
    db.session.add(job)
    db.session.commit()
    return job.id


def lost_or_double(app: Flask, crowd: Crowd) -> tuple[int, int, int]:
    """(acknowledged but not in the database, acknowledged and there twice, papers whose newest answer is not the newest row)."""
    with app.app_context():
        stored: dict[tuple[int, int, str], int] = {}
        query = select(AttemptItem.attempt_id, AttemptItem.position, Answer.token, Answer.revision).join(AttemptItem)
        rows = db.session.execute(query).all()
        for row in rows:
            key = (row.attempt_id, row.position, row.token)
            stored[key] = stored.get(key, 0) + 1
        lost = sum((a, p, t) not in stored for a, p, t, _ in crowd.acknowledged)
        double = sum(stored.get((a, p, t), 0) > 1 for a, p, t, _ in crowd.acknowledged)
        newest = select(func.max(Answer.revision)).where(Answer.item_id == AttemptItem.id).scalar_subquery()
        odd = db.session.scalar(
            select(func.count())
            .select_from(AttemptItem)
            .join(Attempt)
            .where(AttemptItem.revision > 0, AttemptItem.revision != newest)
        )
        return lost, double, odd or 0


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of the values lies, in ms."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] * 1000 if values else 0.0


def import_list(site: Site, folder: Path) -> None:
    """An admin imports 5,000 officers meanwhile."""
    path = folder / "danh-sach.csv"
    lines = [f"{n},Nguyễn Văn Nhập {n},{1970 + n % 30},Xã Mỹ An Hưng,Chuyên viên,NH{n:05}" for n in range(1, IMPORTED + 1)]
    path.write_text("STT,Họ và tên,Ngày sinh,Đơn vị,Chức vụ,Mã cán bộ\n" + "\n".join(lines), encoding="utf-8-sig")
    begun = monotonic()
    said = site.flask("people", "import", str(path), "--by", "5").splitlines()[0]
    print(f"import of {IMPORTED} rows: {monotonic() - begun:.1f} s ({said})")


def read_options() -> argparse.Namespace:
    """The command's options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sessions", type=int, default=500)
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--no-kill", action="store_true", help="leave the server alone")
    options.add_argument("--database-url", default="")
    return options.parse_args()


def main() -> None:
    """Hold the exam on a demo province of its own and print what came of it."""
    options = read_options()
    folder = Path(tempfile.mkdtemp(prefix="sen-exam-"))
    with running_site(folder, officers=2 * options.sessions, database_url=options.database_url) as site:
        app = site.app()
        disturb = [lambda: import_list(site, folder)] + ([] if options.no_kill else [site.kill_and_restart])
        crowd = asyncio.run(exam(app, site.url, practice_quiz(app), options.sessions, options.seconds, disturb))
        lost, double, odd = lost_or_double(app, crowd)
    print(
        f"officers {crowd.started}, saves acknowledged {len(crowd.acknowledged)}, sent again after the line broke {crowd.retried}"
    )
    p50, p95, p99 = (percentile(crowd.latencies, share) for share in (0.5, 0.95, 0.99))
    print(f"save: p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms; slow phones took {crowd.downloaded / 1e6:.0f} MB")
    print(f"lost {lost}, double {double}, items out of step {odd}, refused {len(crowd.refused)} {crowd.refused[:3]}")


def practice_quiz(app: Flask) -> int:
    """The first quiz of K01: any number of attempts, no time limit."""
    with app.app_context():
        quizzes = (
            select(Activity.id).join(Course, Course.id == Activity.course_id).where(Course.code == "K01", Activity.kind == "quiz")
        )
        return db.session.scalars(quizzes.order_by(Activity.id)).first() or 0


if __name__ == "__main__":
    main()
