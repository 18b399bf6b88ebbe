"""Reading courses: published versions, what an officer may study, the catalogue, who is where."""

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
    "CachedVersion",
    "Standing",
    "Study",
    "forget",
    "lesson_version",
    "missing_prerequisites",
    "newest_enrolment",
    "progress",
    "refuse_locked",
    "results_after",
    "results_of",
    "study",
    "version",
    "versions",
]
