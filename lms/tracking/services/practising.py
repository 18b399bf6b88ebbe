"""Practice that the engine chooses: in one competence, and five questions a week."""

from datetime import datetime

from lms.clock import local
from lms.errors import Conflict
from lms.quizzes import queries as quizzes
from lms.quizzes.models import Practice
from lms.quizzes.services import practice
from lms.tracking.queries import profile
from lms.tracking.queries.needs import need_of
from lms.tracking.queries.picking import for_competence, for_week
from lms.tracking.queries.profile import line
from lms.tracking.queries.record import officer_record

NOTHING_TO_REFRESH = "Tuần này chưa có năng lực nào cần ôn. Anh/Chị quay lại sau khi có thêm kết quả học."


def practise(officer_id: int, code: str, at: datetime, position: str = "") -> Practice:
    """Begin, or go on with, the practice that tells most of the level missing, of the officer's positions or of the one named. Raises
    NotFound, or Conflict where no question is left."""
    _, need = need_of(officer_id, code, at, position=position)
    record = officer_record(officer_id, at)
    return practice.begin(officer_id, for_competence(officer_id, line(need, record, {}), record, at), "practice", code, at)


def practise_week(officer_id: int, at: datetime) -> Practice:
    """Begin, or go on with, the five questions of this week. Raises Conflict where nothing asks for it."""
    week = quizzes.week_of(local(at).date())
    found = profile(officer_id, at)
    picks = for_week(officer_id, found.lines, found.record, at)
    if not picks and quizzes.weekly_practice(officer_id, week) is None:
        raise Conflict(NOTHING_TO_REFRESH)
    return practice.begin(officer_id, picks, "weekly", "", at, week)
