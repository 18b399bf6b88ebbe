"""Writing courses: publish, enrol, record what was done, apply enrolment rules, remind."""

from lms.courses.services.completion import complete
from lms.courses.services.enrolments import enrol, enrol_self, extend
from lms.courses.services.outline import publish, put_activity, put_course, put_lesson_version
from lms.courses.services.results import finish_lesson, give_back_number, next_number, record_result, save_place, touch
from lms.courses.services.rules import (
    apply_rules,
    due_day,
    end_rule,
    enrol_many,
    leave_onboarding,
    nudge,
    put_rule,
    remind,
    wanted,
)

__all__ = [
    "apply_rules",
    "complete",
    "due_day",
    "end_rule",
    "enrol",
    "enrol_many",
    "enrol_self",
    "extend",
    "finish_lesson",
    "give_back_number",
    "leave_onboarding",
    "next_number",
    "nudge",
    "publish",
    "put_activity",
    "put_course",
    "put_lesson_version",
    "put_rule",
    "record_result",
    "remind",
    "save_place",
    "touch",
    "wanted",
]
