"""Writing competence: the framework, reading the record into evidence, awards and standings, and what is decided of them."""

from lms.tracking.services.ageing import age_standings, renew
from lms.tracking.services.calibrating import Answers, collect, parameters_of, propose_calibration, tell_deciders, use_calibration
from lms.tracking.services.deciding import end_award, end_awards_on, keep_award, mark_stale, warn_of_ends
from lms.tracking.services.exports import (
    AT_ONCE,
    NamesWanted,
    export,
    export_names_later,
    names_counted,
    names_sheet,
    note_export,
    unit_sheet,
    write_file,
)
from lms.tracking.services.framework import put_competence, put_requirements
from lms.tracking.services.indicators import put_calendars, put_indicators
from lms.tracking.services.practising import practise, practise_week
from lms.tracking.services.reading import refresh, refresh_all, refresh_many
from lms.tracking.services.rebuilding import Difference, rebuild
from lms.tracking.services.ruling import decide, forget_previews, put_rules, stage
from lms.tracking.services.snapshots import (
    ask_snapshot,
    begin_snapshot,
    check_snapshot,
    count_snapshot,
    forget_snapshots,
    reason_for,
    remove_snapshot,
)

__all__ = [
    "AT_ONCE",
    "Answers",
    "Difference",
    "NamesWanted",
    "age_standings",
    "ask_snapshot",
    "begin_snapshot",
    "check_snapshot",
    "collect",
    "count_snapshot",
    "decide",
    "end_award",
    "end_awards_on",
    "export",
    "export_names_later",
    "forget_previews",
    "forget_snapshots",
    "keep_award",
    "mark_stale",
    "names_counted",
    "names_sheet",
    "note_export",
    "parameters_of",
    "practise",
    "practise_week",
    "propose_calibration",
    "put_calendars",
    "put_competence",
    "put_indicators",
    "put_requirements",
    "put_rules",
    "reason_for",
    "rebuild",
    "refresh",
    "refresh_all",
    "refresh_many",
    "remove_snapshot",
    "renew",
    "stage",
    "tell_deciders",
    "unit_sheet",
    "use_calibration",
    "warn_of_ends",
    "write_file",
]
