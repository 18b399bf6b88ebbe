"""Answers of many officers to many items, as calibration reads them."""

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lms.competence.engine.grid import Array

Index = NDArray[np.int64]


@dataclass(frozen=True)
class Responses:
    """Columns in (person, item) order, whatever order they came in. `count` is how many people each person stands for."""

    person: Index
    item: Index
    score: Array
    count: Array

    @property
    def digest(self) -> str:
        found = sha256()
        for column in (self.person, self.item, self.score, self.count):
            found.update(column.tobytes())
        return found.hexdigest()


def responses(person: Index, item: Index, score: Array, count: Array | None = None) -> Responses:
    """Sorted. Person and item are places from 0; score a share 0..1."""
    order = np.lexsort((score, item, person))
    people = int(person.max()) + 1 if len(person) else 0
    return Responses(
        np.asarray(person, dtype=np.int64)[order],
        np.asarray(item, dtype=np.int64)[order],
        np.asarray(score, dtype=np.float64)[order],
        np.ones(people) if count is None else np.asarray(count, dtype=np.float64),
    )


def matrices(rows: Responses, items: int, binary: NDArray[np.bool_]) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Scores and presence, people x items, of the items with two scores. Sparse products run in one thread, in one order."""
    keep = binary[rows.item]
    shape = (len(rows.count), items)
    at = (rows.person[keep], rows.item[keep])
    present = sparse.csr_array((np.ones(int(keep.sum())), at), shape=shape)
    return sparse.csr_array((rows.score[keep], at), shape=shape), present
