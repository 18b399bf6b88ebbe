"""One file of a pack: its text, its tables, and where in the text each table stands."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Problem:
    """What is wrong with a pack, and where. `unfinished`: a draft in the editor may be so; what is published may not."""

    file: str
    line: int
    message: str
    unfinished: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Field:
    """One field of a table: what type it has and whether it may be left out."""

    kind: type | tuple[type, ...]
    required: bool = True


class Source:
    """A TOML file, or the TOML head of a lesson; collects the problems found in it."""

    def __init__(self, path: Path, root: Path):
        self.name = path.relative_to(root).as_posix()
        self.problems: list[Problem] = []
        self.text = ""
        self.body = ""
        self.body_line = 1
        try:
            self.text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self.problem(1, f"không đọc được tệp: {error}")
        if not unicodedata.is_normalized("NFC", self.text):
            self.problem(1, "văn bản chưa ở dạng Unicode NFC")
        if path.suffix == ".md":
            self._split_head()
        self.data = self._parse()

    def _split_head(self) -> None:
        found = re.match(r"\+\+\+\n(.*?)^\+\+\+\n(.*)", self.text, re.DOTALL | re.MULTILINE)
        if found is None:
            self.problem(1, "bài học phải mở đầu bằng phần khai báo giữa hai dòng +++")
            self.text = ""
            return
        self.body = found[2]
        self.body_line = self.text[: found.start(2)].count("\n") + 1
        self.text = "\n" + found[1]

    def _parse(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            at = re.search(r"at line (\d+)", str(error))
            self.problem(int(at[1]) if at else 1, f"TOML chưa đúng cú pháp: {error}")
            return {}

    def problem(self, line: int, message: str) -> None:
        """Note a problem at a line of the file."""
        self.problems.append(Problem(self.name, line, message))

    def unfinished(self, line: int, message: str) -> None:
        """Note what is still to be written."""
        self.problems.append(Problem(self.name, line, message, True))

    def tables(self, name: str) -> list[tuple[int, dict[str, Any]]]:
        """The entries of an array of tables, each with the line of its [[header]]."""
        lines = [n for n, line in enumerate(self.text.split("\n"), 1) if line.strip() == f"[[{name}]]"]
        found: Any = self.data
        for part in name.split("."):
            found = [e for f in (found if isinstance(found, list) else [found]) for e in f.get(part, []) if isinstance(e, dict)]
        lines += [1] * (len(found) - len(lines))
        return list(zip(lines, found, strict=False))

    def line_of(self, field: str) -> int:
        """The first line that sets a field."""
        found = re.search(rf"^\s*{re.escape(field)}\s*=", self.text, re.MULTILINE)
        return self.text[: found.start()].count("\n") + 1 if found else 1

    def check(self, line: int, entry: Mapping[str, Any], fields: Mapping[str, Field]) -> bool:
        """Whether an entry has the fields it needs, of the right types, and no others; every fault is noted."""
        before = len(self.problems)
        for name, field in fields.items():
            if name not in entry:
                if field.required:
                    self.problem(line, f"thiếu “{name}”")
            elif not _is(entry[name], field.kind):
                self.problem(line, f"“{name}” sai kiểu: {entry[name]!r}")
        for name in entry.keys() - fields.keys():
            self.problem(line, f"không có trường “{name}”; xem docs/content-packs.md")
        return len(self.problems) == before


def _is(value: Any, kind: type | tuple[type, ...]) -> bool:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if isinstance(value, bool):
        return bool in kinds
    if isinstance(value, str) and str in kinds:
        return value == value.strip() or "\n" in value
    return isinstance(value, kinds)


TEXT, NUMBER, FLAG, LIST, TABLE, DAY = str, int, bool, list, dict, date
