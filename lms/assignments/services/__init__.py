"""Writing assignments: wordings, submissions, markings, products, confirmations, appeals."""

from lms.assignments.services.appeals import answer, appeal_confirmation, appeal_mark
from lms.assignments.services.files import LARGEST, MOST, TAKEN, keep
from lms.assignments.services.marking import Sheet, begun_from, mark
from lms.assignments.services.products import Entered, add_word, confirm_ability, decide, enter, rate_oneself, withdraw
from lms.assignments.services.submissions import Content, Other, load, remove_file, save, submit
from lms.assignments.services.versions import faults, put_assignment_version

__all__ = [
    "LARGEST",
    "MOST",
    "TAKEN",
    "Content",
    "Entered",
    "Other",
    "Sheet",
    "add_word",
    "answer",
    "appeal_confirmation",
    "appeal_mark",
    "begun_from",
    "confirm_ability",
    "decide",
    "enter",
    "faults",
    "keep",
    "load",
    "mark",
    "put_assignment_version",
    "rate_oneself",
    "remove_file",
    "save",
    "submit",
    "withdraw",
]
