"""Importing officers: read into staged rows, confirm, reverse. Nothing is in the record before somebody confirms."""

from lms.people.services.imports.operations import (
    advance_to_confirming,
    begin,
    choose,
    fail_reading,
    finish,
    start_confirming,
    start_reading,
    start_reversing,
    take_up,
)
from lms.people.services.imports.reversing import reverse_chunk
from lms.people.services.imports.staging import stage
from lms.people.services.imports.writing import write_chunk

__all__ = [
    "advance_to_confirming",
    "begin",
    "choose",
    "fail_reading",
    "finish",
    "reverse_chunk",
    "stage",
    "start_confirming",
    "start_reading",
    "start_reversing",
    "take_up",
    "write_chunk",
]
