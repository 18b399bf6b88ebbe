"""Settings of a quiz: checked whole, stored as a new version only when something changed."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.exc import IntegrityError

from lms import grading
from lms.db import db
from lms.errors import Conflict
from lms.questions import queries as questions
from lms.quizzes import queries
from lms.quizzes.models import QuizVersion

DEFAULTS: dict[str, Any] = {
    "minutes": 0, "attempts": 0, "pass_mark": 50, "method": "highest", "review": "after_submit", "shuffle": True, "points": "1",
}  # fmt: skip
# What these settings hold where they say nothing: left out, so that a quiz that never had them stays the same version.
NOTHING: dict[str, tuple[object, ...]] = {
    "per_page": (1,), "breaks": ([],), "bands": ([],), "points_of": ({},), "closes": ("", None), "draw": ([],), "questions": ([],),
}  # fmt: skip


def put_quiz_version(
    activity_id: int, bank_id: int, title: str, settings: Mapping[str, Any], at: datetime, by_id: int | None
) -> QuizVersion:
    """The version of a quiz with these settings (docs/content-packs.md, Course): the newest when it says the same, else a new one.

    The questions must be in the bank before. Raises ValueError(problems), a list of sentences, when the settings cannot be used:
    among them a quiz without questions, and one that asks for more than the bank has.
    """
    settings = DEFAULTS | dict(settings)
    settings = {name: value for name, value in settings.items() if value not in NOTHING.get(name, ())}
    told = [*_number_problems(settings), *_rule_problems(settings), *_paper_problems(bank_id, settings)]
    if problems := told + grading.paper_problems(settings):
        raise ValueError(problems)
    said = json.dumps([bank_id, title, settings], sort_keys=True, ensure_ascii=False, default=str)
    digest = hashlib.sha256(said.encode()).hexdigest()
    newest = queries.newest(activity_id)
    if newest is not None and newest.digest == digest:
        return newest
    row = QuizVersion(
        activity_id=activity_id, number=newest.number + 1 if newest else 1, title=title, bank_id=bank_id,
        settings=json.loads(json.dumps(settings, default=str)), digest=digest, created_at=at, by_id=by_id,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Conflict("Bài kiểm tra vừa được người khác sửa. Chưa ghi gì; hãy mở lại trang rồi sửa tiếp.") from None
    queries.forget(row.id)
    return row


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _decimal(value: object) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _number_problems(settings: Mapping[str, Any]) -> Iterator[str]:
    if _whole(settings["minutes"]) is None:
        yield "minutes: số phút làm bài phải là số nguyên từ 0 trở lên; 0 là không giới hạn."
    if _whole(settings["attempts"]) is None:
        yield "attempts: số lượt làm bài phải là số nguyên từ 0 trở lên; 0 là không giới hạn."
    mark = _decimal(settings["pass_mark"])
    if mark is None or not 0 < mark <= 100:
        yield "pass_mark: điểm đạt phải lớn hơn 0 và không quá 100 phần trăm."
    points = _decimal(settings["points"])
    if points is None or not 0 < points <= 1000:
        yield "points: điểm mỗi câu phải lớn hơn 0 và không quá 1000."


def _rule_problems(settings: Mapping[str, Any]) -> Iterator[str]:
    if settings["method"] not in grading.METHODS:
        yield f"method: cách tính điểm các lượt phải là một trong {', '.join(grading.METHODS)}."
    if settings["review"] not in queries.REVIEWS:
        yield f"review: lúc hiện đáp án phải là một trong {', '.join(queries.REVIEWS)}."
    if settings["review"] == "after_last" and settings["attempts"] == 0:
        yield "review: after_last cần số lượt làm bài có giới hạn, nếu không sẽ không bao giờ có lượt cuối."
    if not isinstance(settings["shuffle"], bool):
        yield "shuffle: trộn câu hỏi phải là true hoặc false."


def _paper_problems(bank_id: int, settings: Mapping[str, Any]) -> Iterator[str]:
    draw, named = settings.get("draw") or [], settings.get("questions") or []
    if not draw and not named:
        yield "Bài kiểm tra chưa có câu hỏi: ghi questions, draw, hoặc cả hai."
        return
    ready = questions.current_versions(bank_id, named) if named else {}
    for key in named:
        if key not in ready:
            yield f"questions: ngân hàng không có câu hỏi “{key}” đang dùng được."
    if len(set(named)) != len(named):
        yield "questions: có câu hỏi ghi hai lần."
    for line in draw:
        yield from _draw_problems(bank_id, line, named)
    if len({(line.get("competence"), line.get("level")) for line in draw if isinstance(line, Mapping)}) != len(draw):
        yield "draw: mỗi năng lực và cấp độ chỉ ghi một dòng."


def _draw_problems(bank_id: int, line: object, named: Collection[str]) -> Iterator[str]:
    if not isinstance(line, Mapping) or set(line) - {"points"} != {"competence", "level", "count"}:
        yield "draw: mỗi dòng cần competence, level, count; points có thể có hoặc không."
        return
    count = _whole(line["count"])
    if not count:
        yield f"draw: {line['competence']} cấp {line['level']} phải lấy ít nhất một câu."
        return
    have = len(questions.draw_pool(bank_id, line["competence"], line["level"], named))
    if have < count:
        yield f"draw: {line['competence']} cấp {line['level']} cần {count} câu, ngân hàng mới có {have} câu dùng được."
