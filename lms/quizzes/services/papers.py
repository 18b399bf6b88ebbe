"""Beginning an attempt: the paper is drawn, the clock starts."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from lms.clock import local
from lms.courses import queries as courses
from lms.courses.queries import Study
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.grading.shuffle import shuffled
from lms.questions import queries as questions
from lms.quizzes import queries
from lms.quizzes.models import Attempt, AttemptItem
from lms.quizzes.queries import Quiz
from lms.quizzes.services.closing import close_expired_of
from lms.vietnamese import format_date

EMPTY = (
    "Bài kiểm tra này chưa có câu hỏi dùng được nên chưa bắt đầu được. Chưa mất lượt nào. Hãy báo giảng viên hoặc đầu mối đơn vị."
)


def start(officer_id: int, activity_id: int, at: datetime) -> int:
    """Begin an attempt and return its id; while one goes on, it is that one: pressing twice begins once.

    Raises NotFound when the officer is not in the course, Conflict when the course is locked, the attempts are used up, its last day
    is over, or the bank has no question left for it.
    """
    study = courses.study(officer_id, activity_id)
    if study.kind != "quiz":
        raise NotFound
    quiz = queries.quiz(study.item["quiz_version"])
    close_expired_of(study.enrolment_id, activity_id, at)
    if (going := _going(study)) is not None:
        return going
    made, held = _made(study), queries.terms(study.officer_id, activity_id, local(at).date())
    if (most := held.attempts_of(quiz)) and made >= most:
        raise Conflict(f"Anh/Chị đã dùng hết {most} lượt làm bài. Kết quả các lượt vẫn còn nguyên.")
    if (closes := held.closes_of(quiz)) and local(at).date() > closes:
        raise Conflict(
            f"Bài kiểm tra chỉ cho bắt đầu làm đến hết ngày {format_date(closes)}. Cần thêm thời gian, hãy báo giảng viên."
        )
    seed = secrets.randbits(31)
    paper = draw(quiz, officer_id, seed)
    if not paper:
        raise Conflict(EMPTY)
    try:
        with db.session.begin_nested():
            return _create(study, quiz, held.minutes_of(quiz), made + 1, seed, paper, at)
    except IntegrityError:  # another click was faster
        going = _going(study)
        if going is None:
            raise
        return going


def _made(study: Study) -> int:
    query = select(func.count()).select_from(Attempt).where(Attempt.enrolment_id == study.enrolment_id)
    return db.session.scalar(query.where(Attempt.activity_id == study.activity_id)) or 0


def _going(study: Study) -> int | None:
    query = select(Attempt.id).where(Attempt.enrolment_id == study.enrolment_id, Attempt.activity_id == study.activity_id)
    return db.session.scalar(query.where(Attempt.submitted_at.is_(None)))


def _create(study: Study, quiz: Quiz, minutes: float, number: int, seed: int, paper: Sequence[int], at: datetime) -> int:
    attempt = Attempt(
        officer_id=study.officer_id, enrolment_id=study.enrolment_id, activity_id=study.activity_id, quiz_version_id=quiz.id,
        number=number, seed=seed, started_at=at, deadline=at + timedelta(minutes=minutes) if quiz.minutes else None,
    )  # fmt: skip
    db.session.add(attempt)
    db.session.flush()
    known = questions.versions(paper)
    worth = [quiz.worth(q.key, q.competence, q.level) for q in (known[version_id] for version_id in paper)]
    rows = [
        {"attempt_id": attempt.id, "position": place, "question_version_id": version_id, "points": points}
        for place, (version_id, points) in enumerate(zip(paper, worth, strict=True), 1)
    ]
    db.session.execute(insert(AttemptItem), rows)
    return attempt.id


def draw(quiz: Quiz, officer_id: int, seed: int) -> list[int]:
    """Question version ids of a paper in their order. The same seed, bank and history give the same paper.

    The named questions first, then those drawn, all mixed where the quiz says so. Of a pool, questions of the officer's earlier papers
    of this quiz, in whatever version, come only when there are no others left, those seen longest ago first.
    """
    current = questions.current_versions(quiz.bank_id, quiz.questions) if quiz.questions else {}
    named = [current[key] for key in quiz.questions if key in current]
    if not quiz.draw:
        return shuffled(named, seed, str) if quiz.shuffle else named
    pools = [
        (questions.draw_pool(quiz.bank_id, competence, level, quiz.questions), count) for competence, level, count in quiz.draw
    ]
    seen_ids = queries.seen_versions(officer_id, quiz.activity_id)
    known = questions.versions([*seen_ids, *(i for pool, _ in pools for i in pool)])
    by_key = {known[i].key: place for place, i in enumerate(seen_ids, 1)}
    last_seen = {i: by_key[known[i].key] for pool, _ in pools for i in pool if known[i].key in by_key}
    return arranged(quiz, pools, last_seen, seed, named)


def arranged(
    quiz: Quiz, pools: Sequence[tuple[list[int], int]], last_seen: Mapping[int, int], seed: int, named: Sequence[int] = ()
) -> list[int]:
    """The named questions, and from pools (question versions, how many of them) unseen ones first, then those lowest in `last_seen`."""
    paper = list(named)
    for pool, count in pools:
        mixed = shuffled(pool, seed, str)
        paper += sorted(mixed, key=lambda i: last_seen.get(i, 0))[:count]
    return shuffled(paper, seed, str) if quiz.shuffle else paper
