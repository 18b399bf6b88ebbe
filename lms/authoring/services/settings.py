"""Between entries of course.toml and what stands in the forms of a course and a quiz."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from lms.authoring.queries.drafts import QUIZ

Entry = dict[str, Any]


def new_quiz(key: str, title: str) -> Entry:
    """A quiz with the usual settings and no questions yet."""
    return {"kind": "quiz", "key": key, "title": title, "mandatory": True} | QUIZ


def course_values(entry: Mapping[str, Any]) -> Entry:
    """A course's entry as its form shows it."""
    audience, required = entry["audience"], entry["required"]
    return {
        "title": entry["title"], "summary": entry["summary"], "periods": entry["periods"],
        "outcomes": "\n".join(entry["outcomes"]), "review_by": date.fromisoformat(entry["review_by"]) if entry["review_by"] else None,
        "electives": 0 if required == "all" else required.get("electives", 0), "positions": audience.get("positions", []),
        "onboarding": entry.get("onboarding", {}).get("days"), "unit_kinds": audience.get("unit_kinds", []), "prerequisites": entry["prerequisites"],
        "evidences": "\n".join(f"{e['competence']} {e['level']}" for e in entry["evidences"]),
    }  # fmt: skip


def course_entry(entry: Mapping[str, Any], data: Mapping[str, Any], competences: Collection[str]) -> Entry:
    """The entry with what the form says. Raises ValueError (a sentence) for evidence that cannot be read."""
    days = data["onboarding"]
    rest = {name: value for name, value in entry.items() if name != "onboarding"}
    return rest | ({"onboarding": {"days": days}} if days is not None else {}) | {
        "title": data["title"], "summary": data["summary"], "periods": data["periods"], "outcomes": _lines(data["outcomes"]),
        "review_by": data["review_by"].isoformat(), "required": {"electives": n} if (n := data["electives"] or 0) else "all",
        "audience": {"positions": list(data["positions"] or []), "unit_kinds": list(data["unit_kinds"] or [])},
        "prerequisites": list(data["prerequisites"] or []),
        "evidences": [_evidence(line, competences) for line in _lines(data["evidences"])],
    }  # fmt: skip


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").split("\n") if line.strip()]


def _evidence(line: str, competences: Collection[str]) -> Entry:
    words = line.replace(",", " ").split()
    if len(words) != 2 or words[0] not in competences or words[1] not in {"1", "2", "3", "4", "5"}:
        raise ValueError(f"Chưa đọc được dòng “{line[:60]}”. Ghi mã năng lực và cấp độ, ví dụ: C1.1 2.")
    return {"competence": words[0], "level": int(words[1])}


def quiz_values(item: Mapping[str, Any]) -> Entry:
    """A quiz's entry as its form shows it."""
    shown = {name: item.get(name, default) for name, default in QUIZ.items()}
    draw = "\n".join(f"{d['competence']}, {d['level']}, {d['count']}" for d in item.get("draw", []))
    named = "\n".join(item.get("questions", []))
    return shown | {"title": item["title"], "mandatory": item.get("mandatory", True), "draw": draw, "questions": named}


def quiz_entry(item: Mapping[str, Any], data: Mapping[str, Any]) -> Entry:
    """The quiz's entry with what the form says. Raises ValueError (a sentence) for what cannot be read."""
    draw, named = [_draw(line) for line in _lines(data["draw"])], _lines(data["questions"])
    if draw and named:
        raise ValueError("Chỉ chọn một cách: lấy ngẫu nhiên, hoặc nêu đúng các câu.")
    settings = {name: data[name] for name in QUIZ}
    chosen = {"draw": draw} if draw else {"questions": named} if named else {}
    return {"kind": "quiz", "key": item["key"], "title": data["title"], "mandatory": data["mandatory"]} | settings | chosen


def _draw(line: str) -> Entry:
    words = line.replace(",", " ").split()
    if len(words) != 3 or not (words[1].isdecimal() and words[2].isdecimal() and len(words[1] + words[2]) < 6):
        raise ValueError(f"Chưa đọc được dòng “{line[:60]}”. Ghi năng lực, cấp độ, số câu, ví dụ: C1.1, 2, 5.")
    return {"competence": words[0], "level": int(words[1]), "count": int(words[2])}
