"""Between the entry of a course and what stands in its form."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

Entry = dict[str, Any]


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


def evidence_lines(text: str, competences: Collection[str]) -> list[Entry]:
    """Competences with levels, one a line. Raises ValueError (a sentence) for a line that cannot be read."""
    return [_evidence(line, competences) for line in _lines(text)]


def _evidence(line: str, competences: Collection[str]) -> Entry:
    words = line.replace(",", " ").split()
    if len(words) != 2 or words[0] not in competences or words[1] not in {"1", "2", "3", "4", "5"}:
        raise ValueError(f"Chưa chọn đủ năng lực và cấp độ: “{line[:60]}”.")
    return {"competence": words[0], "level": int(words[1])}
