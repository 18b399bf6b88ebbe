"""Answers of many officers to many items, as calibration reads them."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lms.competence.engine.grid import Array

Index = NDArray[np.int64]


LIFT_STEP: Final = 0.25  # logits; what training adds is kept this coarse, so that answers under the same lift share a curve


@dataclass(frozen=True)
class Responses:
    """Columns in (person, item) order, whatever order they came in. `count` is how many people each person stands for; `lift` what
    training was expected to have added to the person's level when the answer was given."""

    person: Index
    item: Index
    score: Array
    count: Array
    lift: Array

    @property
    def digest(self) -> str:
        found = sha256()
        for column in (self.person, self.item, self.score, self.count, self.lift):
            found.update(column.tobytes())
        return found.hexdigest()


def responses(person: Index, item: Index, score: Array, count: Array | None = None, lift: Array | None = None) -> Responses:
    """Sorted. Person and item are places from 0; score a share 0..1."""
    lifts = np.zeros(len(person)) if lift is None else np.rint(lift / LIFT_STEP) * LIFT_STEP
    order = np.lexsort((lifts, score, item, person))
    people = int(person.max()) + 1 if len(person) else 0
    return Responses(
        np.asarray(person, dtype=np.int64)[order],
        np.asarray(item, dtype=np.int64)[order],
        np.asarray(score, dtype=np.float64)[order],
        np.ones(people) if count is None else np.asarray(count, dtype=np.float64),
        lifts[order],
    )


def matrices(rows: Responses, column: Index, size: int, keep: NDArray[np.bool_]) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Scores and presence, people x columns, of the rows to keep. Sparse products run in one thread, in one order."""
    shape = (len(rows.count), size)
    at = (rows.person[keep], column[keep])
    present = sparse.csr_array((np.ones(int(keep.sum())), at), shape=shape)
    return sparse.csr_array((rows.score[keep], at), shape=shape), present
