"""Writing quizzes: settings, papers, answers, closings, practice, extra time, reported questions."""

from lms.quizzes.services import practice
from lms.quizzes.services.allowances import Given, allow, end_allowance
from lms.quizzes.services.answers import Receipt, Stale, clean_given, flag, save_answer
from lms.quizzes.services.closing import close_expired, submit
from lms.quizzes.services.papers import start
from lms.quizzes.services.staff import reply, report_practised, report_question
from lms.quizzes.services.versions import put_quiz_version

__all__ = [
    "Given",
    "Receipt",
    "Stale",
    "allow",
    "clean_given",
    "close_expired",
    "end_allowance",
    "flag",
    "practice",
    "put_quiz_version",
    "reply",
    "report_practised",
    "report_question",
    "save_answer",
    "start",
    "submit",
]
