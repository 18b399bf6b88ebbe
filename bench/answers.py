"""Public sets of answers, tab-separated with a header: user_id, item_id, correct, skill_id (others are passed over)."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lms.competence.engine.grid import Array

COLUMNS = ("user_id", "item_id", "skill_id", "correct")


@dataclass(frozen=True)
class Answers:
    """Columns in file order, which is the order of time within a user."""

    user: np.ndarray
    item: np.ndarray
    skill: np.ndarray
    y: Array


def read(path: Path) -> list[tuple[str, str, str, float]]:
    """The rows of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        missing = set(COLUMNS) - set(rows.fieldnames or ())
        if missing:
            raise SystemExit(f"{path}: no column {', '.join(sorted(missing))}")
        return [(row["user_id"], row["item_id"], row["skill_id"], float(row["correct"])) for row in rows]


def pair(train: Path, test: Path) -> tuple[Answers, Answers, int, int]:
    """Both files with items and skills numbered by train; what train has not seen gets the number after the last."""
    learnt, asked = read(train), read(test)
    items = {key: n for n, key in enumerate(dict.fromkeys(row[1] for row in learnt))}
    skills = {key: n for n, key in enumerate(dict.fromkeys(row[2] for row in learnt))}

    def columns(rows: list[tuple[str, str, str, float]]) -> Answers:
        users = {key: n for n, key in enumerate(dict.fromkeys(row[0] for row in rows))}
        return Answers(
            np.array([users[row[0]] for row in rows]),
            np.array([items.get(row[1], len(items)) for row in rows]),
            np.array([skills.get(row[2], len(skills)) for row in rows]),
            np.array([row[3] for row in rows]),
        )

    return columns(learnt), columns(asked), len(items), len(skills)


def strata(rows: Answers) -> np.ndarray:
    """0: no earlier answer of the user in the skill; 1: 1-4; 2: 5-19; 3: 20 and more."""
    seen: dict[tuple[int, int], int] = {}
    found = []
    for key in zip(rows.user.tolist(), rows.skill.tolist(), strict=True):
        found.append(seen.get(key, 0))
        seen[key] = found[-1] + 1
    return np.searchsorted([1, 5, 20], np.array(found), side="right")
