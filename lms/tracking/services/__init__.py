"""Writing competence: the framework, reading the record into evidence, awards and standings, and what is decided of them."""

from lms.tracking.services.ageing import age_standings
from lms.tracking.services.calibrating import Answers, collect, parameters_of, propose_calibration, use_calibration
from lms.tracking.services.deciding import end_award, keep_award, mark_stale, newest_note, warn_of_ends
from lms.tracking.services.framework import put_competence, put_requirements
from lms.tracking.services.practising import practise, practise_week
from lms.tracking.services.reading import refresh, refresh_all, refresh_many
from lms.tracking.services.rebuilding import Difference, rebuild
from lms.tracking.services.ruling import decide, forget_previews, put_rules, stage

__all__ = [
    "Answers",
    "Difference",
    "age_standings",
    "collect",
    "decide",
    "end_award",
    "forget_previews",
    "keep_award",
    "mark_stale",
    "newest_note",
    "parameters_of",
    "practise",
    "practise_week",
    "propose_calibration",
    "put_competence",
    "put_requirements",
    "put_rules",
    "rebuild",
    "refresh",
    "refresh_all",
    "refresh_many",
    "stage",
    "use_calibration",
    "warn_of_ends",
]
