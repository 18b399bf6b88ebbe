"""Writing the log."""

from datetime import datetime
from typing import Any

from flask import g, has_request_context

from lms.audit.models import AuditEntry
from lms.db import db


def record(actor_id: int | None, act: str, kind: str, object_key: object, at: datetime, **detail: Any) -> None:
    """Note an act in the caller's transaction. `act` is `<feature>.<verb>`; detail holds ids and values, JSON-able, no secrets."""
    request_id = g.get("request_id") if has_request_context() else None
    entry = AuditEntry(
        at=at, actor_id=actor_id, act=act, object_kind=kind, object_key=str(object_key), detail=detail, request_id=request_id
    )
    db.session.add(entry)
