"""A quiz of a course draft: what may be done to its questions, and its settings between entry and form. Entries in, a changed copy out."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

from lms import grading
from lms.authoring.queries.drafts import QUIZ
from lms.errors import Conflict
from lms.vietnamese import format_number, read_number

Entry = dict[str, Any]
MOST_QUESTIONS = 200
OPTIONAL: dict[str, Any] = {"questions": [], "draw": [], "points_of": {}, "breaks": [], "bands": [], "per_page": 1, "closes": ""}
USUAL_BANDS = (("Xuất sắc", 90), ("Giỏi", 80), ("Khá", 65), ("Đạt", 50), ("Chưa đạt", 0))


def new_quiz(key: str, title: str) -> Entry:
    """A quiz with the usual settings and no questions yet."""
    return {"kind": "quiz", "key": key, "title": title, "mandatory": True} | QUIZ


def tidy(item: Entry) -> Entry:
    """Without what says nothing, and without points and page breaks of questions that are no longer there."""
    keys = item.get("questions") or []
    item["points_of"] = {key: points for key, points in (item.get("points_of") or {}).items() if key in keys and points != 1}
    item["breaks"] = [key for key in keys if key in (item.get("breaks") or [])]
    return {name: value for name, value in item.items() if value != OPTIONAL.get(name, ...)}


def add_questions(item: Entry, keys: Iterable[str]) -> Entry:
    """With these questions at the end, those already there left where they are. Raises Conflict when there are too many."""
    new = deepcopy(item)
    there = new.setdefault("questions", [])
    there += [key for key in dict.fromkeys(keys) if key not in there]
    if len(there) > MOST_QUESTIONS:
        raise Conflict(f"Một bài kiểm tra có nhiều nhất {MOST_QUESTIONS} câu.")
    return tidy(new)


def drop_question(item: Entry, key: str) -> Entry:
    """Without that question."""
    return tidy(deepcopy(item) | {"questions": [one for one in item.get("questions", []) if one != key]})


def move_question(item: Entry, key: str, step: int) -> Entry:
    """That question one place up (-1) or down (1); unchanged at either end."""
    keys = list(item.get("questions", []))
    if key not in keys:
        raise Conflict("Câu hỏi này không còn trong bài. Hãy tải lại trang.")
    at = keys.index(key)
    keys.insert(min(max(at + step, 0), len(keys) - 1), keys.pop(at))
    return tidy(deepcopy(item) | {"questions": keys})


def put_question(item: Entry, key: str, before: str) -> Entry:
    """That question before another one or ("") at the end: what a drag asks for."""
    keys = [one for one in item.get("questions", []) if one != key]
    if len(keys) == len(item.get("questions", [])):
        raise Conflict("Câu hỏi này không còn trong bài. Hãy tải lại trang.")
    keys.insert(keys.index(before) if before in keys else len(keys), key)
    return tidy(deepcopy(item) | {"questions": keys})


def weigh(item: Entry, typed: Mapping[str, str], breaks: Iterable[str]) -> Entry:
    """With the points typed for each question, and the questions that begin a page. Raises Conflict for what is no number of points."""
    points = {key: read_points(text, key) for key, text in typed.items()}
    return tidy(deepcopy(item) | {"points_of": points, "breaks": list(breaks)})


def read_points(text: str, of: str) -> int | float:
    """Points as people type them: 2 or 0,5; nothing typed is 1."""
    value = read_number(text) if text.strip() else Decimal(1)
    if value is None or not 0 < value <= 100:
        raise Conflict(f"Điểm của câu {of}: chưa đọc được “{text[:20]}”. Ghi số lớn hơn 0 và không quá 100, ví dụ 1 hoặc 0,5.")
    value = grading.round_mark(value, 2)
    return int(value) if value == int(value) else float(value)


def add_draw(item: Entry, competence: str, level: int, count: int, points: str) -> Entry:
    """With so many questions drawn on a competence and level; a second rule on the same replaces the first."""
    rule: Entry = {"competence": competence, "level": level, "count": count}
    if (worth := read_points(points, f"{competence} cấp {level}")) != 1:
        rule["points"] = worth
    others = [d for d in item.get("draw", []) if (d["competence"], d["level"]) != (competence, level)]
    return tidy(deepcopy(item) | {"draw": [*others, rule]})


def drop_draw(item: Entry, place: int) -> Entry:
    """Without the rule at that place."""
    rules = list(item.get("draw", []))
    if not 0 <= place < len(rules):
        raise Conflict("Dòng này không còn trong bài. Hãy tải lại trang.")
    return tidy(deepcopy(item) | {"draw": rules[:place] + rules[place + 1 :]})


def quiz_values(item: Mapping[str, Any]) -> Entry:
    """A quiz's entry as its form shows it, with room for bands."""
    shown = {name: item.get(name, default) for name, default in QUIZ.items()}
    bands = [
        {"name": b["name"], "start": format_number(Decimal(str(b["from"]))), "text": b.get("text", "")}
        for b in item.get("bands") or []
    ]
    bands += [{} for _ in range(max(len(USUAL_BANDS) - len(bands), 1))][: max(grading.MOST_BANDS - len(bands), 0)]
    closes = date.fromisoformat(item["closes"]) if item.get("closes") else None
    more = {"per_page": item.get("per_page", 1), "closes": closes, "bands": bands}
    return shown | more | {"title": item["title"], "mandatory": item.get("mandatory", True)}


def quiz_entry(item: Mapping[str, Any], data: Mapping[str, Any]) -> Entry:
    """The quiz's entry with what the form says. Raises ValueError (a sentence) for bands that make no sense."""
    bands = [_band(row) for row in data["bands"] if row["name"] or row["start"] or row["text"]]
    settings = {name: data[name] for name in QUIZ} | {"per_page": data["per_page"], "bands": bands}
    settings |= {"closes": data["closes"].isoformat() if data["closes"] else ""}
    new = tidy(deepcopy(dict(item)) | {"title": data["title"], "mandatory": data["mandatory"]} | settings)
    if problems := grading.paper_problems({"bands": bands}):
        raise ValueError(problems[0])
    return new


def _band(row: Mapping[str, Any]) -> Entry:
    start = read_number((row["start"] or "").removesuffix("%"))
    if start is None:
        raise ValueError(f"Xếp loại “{row['name'] or 'chưa ghi tên'}”: chưa ghi từ bao nhiêu phần trăm. Ví dụ: 80.")
    value = grading.round_mark(start, 2)
    said = {"name": row["name"] or "", "from": int(value) if value == int(value) else float(value)}
    return said | ({"text": row["text"]} if row["text"] else {})
