"""Writing a course as a pack: what read_course reads back as the same."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import tomli_w


def write_course(
    folder: Path,
    head: Mapping[str, Any],
    lessons: Mapping[str, tuple[Mapping[str, Any], str]],
    questions: Sequence[Mapping[str, Any]],
    files: Mapping[str, Path],
    drafts: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write course.toml, lessons/<key>.md (head, body), questions/, assignments/ and files/ (name -> where the bytes lie).

    Days may be ISO text. `drafts`: questions still being written.
    """
    assignments = [a for m in head["module"] for a in m["activity"] if a["kind"] == "assignment"]
    for name in ("lessons", "questions", "files", *(["assignments"] if assignments else [])):
        (folder / name).mkdir(parents=True, exist_ok=True)
    outline = {**head, "module": [{**m, "activity": [_place(a) for a in m["activity"]]} for m in head["module"]]}
    (folder / "course.toml").write_text(_toml(_course(outline)), encoding="utf-8")
    for entry in assignments:
        said = {name: value for name, value in entry.items() if name not in {"kind", "key"}}
        (folder / "assignments" / f"{entry['key']}.toml").write_text(_toml(said), encoding="utf-8")
    for key, (entry, body) in lessons.items():
        (folder / "lessons" / f"{key}.md").write_text(f"+++\n{_head(entry)}+++\n\n{body.strip()}\n", encoding="utf-8")
    if questions:
        text = "\n".join(_toml({"question": [_with_days(q, "checked")]}) for q in questions)
        (folder / "questions" / "cau-hoi.toml").write_text(text, encoding="utf-8")
    if drafts:
        text = "\n".join(_toml({"question": [_with_days(q, "checked") | {"draft": True}]}) for q in drafts)
        (folder / "questions" / "cau-hoi-nhap.toml").write_text(text, encoding="utf-8")
    for name, path in files.items():
        shutil.copyfile(path, folder / "files" / name)


def _head(entry: Mapping[str, Any]) -> str:
    """The head of a lesson as people write it: its rows without blank lines between them, so that an export differs by what was changed."""
    rows = {name: value for name, value in entry.items() if isinstance(value, list) and value}
    said = _toml({name: value for name, value in entry.items() if name not in rows})
    return said + "".join(f"[[{name}]]\n{_toml(row)}" for name, value in rows.items() for row in value)


def _place(activity: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: activity[name] for name in ("kind", "key")} if activity["kind"] == "assignment" else activity


def _course(head: Mapping[str, Any]) -> dict[str, Any]:
    modules = [m | {"activity": [_with_days(a, "closes") for a in m["activity"]]} for m in head["module"]]
    return _with_days(head, "review_by") | {"module": modules}


def _with_days(entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = entry.get(name)
    rest = {n: v for n, v in entry.items() if n != name}
    return rest | ({name: date.fromisoformat(value) if isinstance(value, str) else value} if value else {})


def _toml(entry: Mapping[str, Any]) -> str:
    return tomli_w.dumps(entry, multiline_strings=True)
