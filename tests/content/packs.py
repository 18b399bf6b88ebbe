"""The course packs as text, for tests that hold every one of them to the same rules before anything loads them."""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

CONTENT = Path(__file__).resolve().parents[2] / "content"


@dataclass(frozen=True)
class Pack:
    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def course(self) -> dict:
        return tomllib.loads((self.folder / "course.toml").read_text(encoding="utf-8"))

    @cached_property
    def lessons(self) -> list[Path]:
        return sorted((self.folder / "lessons").glob("*.md"))

    @cached_property
    def question_files(self) -> list[Path]:
        return sorted((self.folder / "questions").glob("*.toml"))

    @cached_property
    def bank(self) -> list[dict]:
        return [q for p in self.question_files for q in tomllib.loads(p.read_text(encoding="utf-8"))["question"]]

    @cached_property
    def evidences(self) -> dict[str, int]:
        """Competence -> the highest level a pass may evidence."""
        return {row["competence"]: row["level"] for row in self.course["evidences"]}

    @cached_property
    def assignments(self) -> list[dict]:
        return [tomllib.loads(p.read_text(encoding="utf-8")) for p in sorted((self.folder / "assignments").glob("*.toml"))]

    @cached_property
    def quizzed(self) -> dict[str, int]:
        """Competence -> the highest level that its questions may evidence: what marked work alone evidences is left out."""
        asked = {q["competence"] for q in self.bank}
        marked = {claim["competence"] for a in self.assignments for claim in a["claims"]}
        return {c: min(level, 2) for c, level in self.evidences.items() if c in asked or c not in marked}

    def activities(self, kind: str) -> list[dict]:
        return [a for module in self.course["module"] for a in module["activity"] if a["kind"] == kind]


PACKS = [Pack(path.parent) for path in sorted((CONTENT / "courses").glob("*/course.toml"))]


def pack(name: str) -> Pack:
    return next(p for p in PACKS if p.name == name)


def split(path: Path) -> tuple[dict, str]:
    """A lesson's head and body."""
    start, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    assert start == ""
    return tomllib.loads(head), body


def prose(body: str) -> str:
    """What a learner reads: without footnotes, their marks and the words behind a picture."""
    body = re.sub(r"(?m)^\[\^[^\]]+\]:.*$", "", body)
    return re.sub(r"\[\^[^\]]+\]|!\[[^\]]*\]\([^)]*\)", "", body)


def instruments() -> dict[str, dict]:
    """The legal library by key."""
    text = (CONTENT / "library" / "instruments.toml").read_text(encoding="utf-8")
    return {row["key"]: row for row in tomllib.loads(text)["instrument"]}
