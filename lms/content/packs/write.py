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
) -> None:
    """Write course.toml, lessons/<key>.md (head, body), questions/ and files/ (name -> where the bytes lie). Days may be ISO text."""
    for name in ("lessons", "questions", "files"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "course.toml").write_text(_toml(_course(head)), encoding="utf-8")
    for key, (entry, body) in lessons.items():
        (folder / "lessons" / f"{key}.md").write_text(f"+++\n{_toml(entry)}+++\n\n{body.strip()}\n", encoding="utf-8")
    if questions:
        text = "\n".join(_toml({"question": [_with_days(q, "checked")]}) for q in questions)
        (folder / "questions" / "cau-hoi.toml").write_text(text, encoding="utf-8")
    for name, path in files.items():
        shutil.copyfile(path, folder / "files" / name)


def _course(head: Mapping[str, Any]) -> dict[str, Any]:
    modules = [m | {"activity": [_with_days(a, "closes") for a in m["activity"]]} for m in head["module"]]
    return _with_days(head, "review_by") | {"module": modules}


def _with_days(entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = entry.get(name)
    rest = {n: v for n, v in entry.items() if n != name}
    return rest | ({name: date.fromisoformat(value) if isinstance(value, str) else value} if value else {})


def _toml(entry: Mapping[str, Any]) -> str:
    return tomli_w.dumps(entry, multiline_strings=True)
