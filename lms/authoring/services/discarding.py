"""A course draft thrown away: what that would lose, and back to what is published."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from lms.authoring.models import LessonDraft
from lms.authoring.queries.drafts import Draft, lessons, published
from lms.authoring.services.drafts import discard, remember
from lms.db import db
from lms.errors import Conflict

NEVER = "Khóa này chưa xuất bản lần nào nên không có bản nào để trở về."


def lost(draft: Draft, today: date) -> list[str]:
    """What differs from the published course, in words; empty when nothing does. Raises Conflict where nothing is published."""
    if draft.current_id is None:
        raise Conflict(NEVER)
    there = published(draft)
    now, then = _things(draft, today), _things(there, today)
    told = [f"{name}: mới thêm, sẽ mất" for key, (name, _) in now.items() if key not in then]
    told += [
        f"{name}: đã sửa, sẽ trở về như bản đang dùng"
        for key, (name, said) in now.items()
        if key in then and then[key][1] != said
    ]
    told += [f"{name}: đã xóa, sẽ có lại" for key, (name, _) in then.items() if key not in now]
    if _order(draft) != _order(there):
        told.append("Tên chuyên đề, thứ tự các bài")
    if {**draft.entry, "module": [], "version": 0} != {**there.entry, "module": [], "version": 0}:
        told.append("Thông tin khóa")
    return told


def _things(draft: Draft, today: date) -> dict[str, tuple[str, Any]]:
    """Key -> what an activity is called, and all it says."""
    texts = lessons(draft, today)
    names = {"quiz": "Bài kiểm tra", "assignment": "Bài tập"}
    found: dict[str, tuple[str, Any]] = {}
    for item in draft.activities:
        if text := texts.get(item["key"]):
            found[item["key"]] = (f"Bài học “{text.entry['title']}”", (text.entry, text.body, text.files))
        else:
            found[item["key"]] = (f"{names.get(item['kind'], 'Bài học')} “{item.get('title', item['key'])}”", item)
    return found


def _order(draft: Draft) -> list[Any]:
    return [(m["key"], m["title"], [a["key"] for a in m["activity"]]) for m in draft.entry["module"]]


def throw_away(draft: Draft, by_id: int, at: datetime) -> None:
    """Back to the published course. Texts of lessons that were changed stay among their earlier ones. Raises Conflict without a published one."""
    if draft.current_id is None or not draft.exists:
        raise Conflict(NEVER if draft.exists else "Khóa này không có bản nháp.")
    changed = select(LessonDraft).where(LessonDraft.course_id == draft.course_id, LessonDraft.revision > 0)
    for row in db.session.scalars(changed).all():
        remember(row)
    discard(draft)
    db.session.flush()
