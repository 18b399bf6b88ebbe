"""Between the entry of an assignment (docs/content-packs.md) and what stands in its form."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.authoring.services.outline import new_key
from lms.vietnamese import clean, nfc

Entry = dict[str, Any]
LEVELS = (("m1", "Chưa đạt", 0), ("m2", "Cơ bản", 1), ("m3", "Khá", 2), ("m4", "Tốt", 3))
PLAIN = ("title", "mandatory", "minutes", "days", "attempts", "pass_mark", "tolerance", "two_markers", "instructions")
LONGEST = 60_000  # characters of a text


def new_assignment(key: str, title: str) -> Entry:
    """An assignment with the usual settings, no criteria and no instructions yet."""
    return {
        "kind": "assignment", "key": key, "title": title, "minutes": 90, "days": 30, "attempts": 3, "pass_mark": 60, "tolerance": 10,
        "takes": ["text", "files"], "claims": [], "instructions": "", "criteria": [],
    }  # fmt: skip


def assignment_values(item: Mapping[str, Any]) -> Entry:
    """An assignment's entry as its form shows it."""
    shown = {name: item[name] for name in PLAIN if name in item} | {
        "takes": item["takes"],
        "commend_from": item.get("commend_from"),
    }
    claims = "\n".join(f"{c['competence']} {c['level']}" for c in item["claims"])
    return {"mandatory": True, "tolerance": 10, "two_markers": False} | shown | {"claims": claims}


def blank_criterion() -> Entry:
    """What an author fills in for one criterion more."""
    return {"key": "", "title": "", "levels": [{"key": k, "title": t, "points": p, "description": ""} for k, t, p in LEVELS]}


def assignment_entry(item: Mapping[str, Any], data: Mapping[str, Any], sent: Mapping[str, str], claims: list[Entry]) -> Entry:
    """The entry with what the form says: `data` its plain fields, `sent` the rubric and the samples. Unfinished is kept as it is.

    A criterion, level or sample without a title is left out; keys stay, new ones are made of titles.
    """
    plain = {name: data[name] for name in PLAIN}
    plain["instructions"] = _same_or(item["instructions"], str(data["instructions"] or ""))
    for name, default in (("mandatory", True), ("two_markers", False)):
        if name not in item and plain[name] is default:
            del plain[name]
    entry = {"kind": "assignment", "key": item["key"]} | plain | {"takes": list(data["takes"] or []), "claims": claims}
    if data["commend_from"] is not None:
        entry["commend_from"] = data["commend_from"]
    entry["criteria"] = _criteria(sent)
    before = {sample["title"]: sample["text"] for sample in item.get("samples", [])}
    samples = _samples(sent, [c["key"] for c in entry["criteria"]], before)
    return entry | ({"samples": samples} if samples else {})


def _criteria(sent: Mapping[str, str]) -> list[Entry]:
    found: list[Entry] = []
    for n in range(_count(sent, "c")):
        if title := clean(sent.get(f"c{n}-title", ""))[:200]:
            key = sent.get(f"c{n}-key", "") or new_key(title, [c["key"] for c in found])
            competence = clean(sent.get(f"c{n}-competence", ""))[:10]
            more = {"competence": competence} if competence else {}
            found.append({"key": key[:60], "title": title, **more, "levels": _levels(sent, f"c{n}-l")})
    return found


def _levels(sent: Mapping[str, str], start: str) -> list[Entry]:
    found: list[Entry] = []
    for n in range(_count(sent, start)):
        if title := clean(sent.get(f"{start}{n}-title", ""))[:100]:
            key = sent.get(f"{start}{n}-key", "") or f"m{len(found) + 1}"
            points = _points(sent.get(f"{start}{n}-points", ""))
            description = clean(sent.get(f"{start}{n}-description", ""))[:1000]
            found.append({"key": key[:20], "title": title, "points": points, "description": description})
    return found


def _points(typed: str) -> int | str:
    """A whole number as such, another one as text; what is no number stays as typed, for the check to name."""
    text = clean(typed).replace(",", ".")[:10]
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return int(number) if number.is_finite() and number == number.to_integral_value() else text


def _samples(sent: Mapping[str, str], criteria: list[str], before: Mapping[str, str]) -> list[Entry]:
    found = []
    for n in range(_count(sent, "s")):
        if title := clean(sent.get(f"s{n}-title", ""))[:200]:
            levels = {key: sent[f"s{n}-level-{key}"][:20] for key in criteria if sent.get(f"s{n}-level-{key}")}
            comments = {key: text for key in criteria if (text := _text(sent.get(f"s{n}-comment-{key}", "")))}
            sample = {"title": title, "text": _same_or(before.get(title, ""), sent.get(f"s{n}-text", "")), "levels": levels}
            comment = _text(sent.get(f"s{n}-comment", ""))
            found.append(sample | ({"comment": comment} if comment else {}) | ({"comments": comments} if comments else {}))
    return found


def _same_or(before: str, typed: str) -> str:
    """The text as it was, when only the space around it differs: forms strip it, packs end with a line's end."""
    return before if before.strip() == _text(typed) else _text(typed)


def _text(typed: str) -> str:
    return nfc(typed).replace("\r\n", "\n").strip()[:LONGEST]


def _count(sent: Mapping[str, str], start: str) -> int:
    """How many of a kind the form holds, counted by their titles: c0-title, c1-title ..."""
    return next(n for n in range(100) if f"{start}{n}-title" not in sent or n == 99)
