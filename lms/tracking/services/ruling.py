"""Deciding by which rules and parameters levels are given: previewed first, in force from the next local midnight."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from lms.competence.rules import SETTINGS
from lms.db import db, insert_into
from lms.errors import Conflict
from lms.jobs.models import Job
from lms.tracking.models import LevelPreview, PolicyVersion
from lms.tracking.queries import competence_ids
from lms.tracking.queries.parameters import Laws, next_midnight
from lms.tracking.queries.preview import Change
from lms.tracking.services.calibrating import use_calibration

MOVED = "Quy tắc hoặc bộ tham số câu hỏi đã được thay đổi sau khi Anh/Chị xem trước. Hãy xem trước lại rồi quyết định."


def put_rules(base: int, settings: dict[str, Any], reason: str, by_id: int, at: datetime) -> PolicyVersion:
    """A new version of the rules; what `settings` does not name stays as in version `base`. Levels given stand. Raises Conflict when another
    version was decided meanwhile."""
    rules = Laws().coming(at).rules
    values = {name: settings.get(name, getattr(rules, name)) for name in SETTINGS}
    row = {"number": base + 1, "settings": values, "since": next_midnight(at), "reason": reason, "by_id": by_id}
    if rules.version != base or not _insert(row):
        raise Conflict(MOVED)
    return db.session.get_one(PolicyVersion, base + 1)


def _insert(row: dict[str, Any]) -> bool:
    """Whether the number was free: of two who decide at once one is told."""
    put = insert_into(PolicyVersion).values(**row).on_conflict_do_nothing().returning(PolicyVersion.number)
    return db.session.scalar(put) is not None


def decide(payload: dict[str, Any], reason: str, by_id: int, at: datetime) -> int:
    """Put in force what a computed preview was made of; the number of the version or calibration. Raises Conflict when what it was held
    against is no longer what holds."""
    law = Laws().coming(at)
    if (law.rules.version, law.calibration) != (payload["rules"], payload["calibration"]):
        raise Conflict(MOVED)
    if payload["what"] == "rules":
        return put_rules(payload["rules"], payload["settings"], reason, by_id, at).number
    use_calibration(payload["number"], by_id, next_midnight(at), reason)
    return int(payload["number"])


def stage(job_id: int, changes: Iterable[Change]) -> None:
    """Keep what a preview found; what is there already (a worker died after writing) stays."""
    ids = competence_ids()
    rows = [
        {"job_id": job_id, "officer_id": c.officer_id, "competence_id": ids[c.code], "level": c.level, "gained": c.gained}
        for c in changes
    ]
    if rows:
        db.session.execute(insert_into(LevelPreview).on_conflict_do_nothing(), rows)


def forget_previews(before: datetime) -> None:
    """Previews computed before that instant are forgotten; what was decided stands in the log and in the versions."""
    old = select(Job.id).where(Job.created_at < before)
    db.session.execute(delete(LevelPreview).where(LevelPreview.job_id.in_(old)).execution_options(synchronize_session=False))
