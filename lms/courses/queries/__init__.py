"""Reading courses: published versions, what an officer may study, the catalogue, who is where."""

from lms.courses.queries.catalogue import (
    Entry,
    catalogue,
    course_of,
    meant_for,
    open_courses,
    positions_held,
    rules_in_force,
)
from lms.courses.queries.files import VIDEO_TYPES, is_picture_of_a_lesson, picture_type
from lms.courses.queries.study import (
    Study,
    missing_prerequisites,
    newest_enrolment,
    progress,
    refuse_locked,
    results_after,
    results_of,
    study,
)
from lms.courses.queries.versions import CachedVersion, Standing, forget, lesson_version, version, versions

__all__ = [
    "VIDEO_TYPES",
    "CachedVersion",
    "Entry",
    "Standing",
    "Study",
    "catalogue",
    "course_of",
    "forget",
    "is_picture_of_a_lesson",
    "lesson_version",
    "meant_for",
    "missing_prerequisites",
    "newest_enrolment",
    "open_courses",
    "picture_type",
    "positions_held",
    "progress",
    "refuse_locked",
    "results_after",
    "results_of",
    "rules_in_force",
    "study",
    "version",
    "versions",
]
