"""Roles: given with a scope and dates, ended, never deleted."""

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from lms.audit import services as audit
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.people.models import Grant
from lms.permissions import Role


def give_role(
    person_id: int,
    role: str,
    scope: str,
    scope_id: int | None,
    since: date,
    until: date | None,
    by_id: int | None,
    at: datetime,
) -> Grant:
    """Give a role in force from a day, perhaps to a last day. scope: "all", or "unit" or "course" with its id.

    Raises Conflict when the dates are the wrong way round or the same role is held already.
    """
    if Role(role) is Role.OFFICER:
        raise Conflict("Mọi cán bộ có tài khoản đều là học viên; không cần giao vai trò này.")
    if until is not None and until < since:
        raise Conflict("Ngày cuối của vai trò sớm hơn ngày bắt đầu. Hãy xem lại ngày.")
    same = select(Grant.id).where(
        Grant.person_id == person_id, Grant.role == role, Grant.scope == scope,
        Grant.scope_id == scope_id if scope_id else Grant.scope_id.is_(None), or_(Grant.until.is_(None), Grant.until >= since),
    )  # fmt: skip
    if db.session.scalar(same.limit(1)):
        raise Conflict("Người này đang giữ vai trò ấy trong phạm vi ấy.")
    grant = Grant(person_id=person_id, role=role, scope=scope, scope_id=scope_id, since=since, until=until, by_id=by_id, at=at)
    db.session.add(grant)
    db.session.flush()
    audit.record(by_id, "people.give_role", "person", person_id, at, grant=grant.id, role=role, scope=scope, scope_id=scope_id)
    return grant


def end_role(grant_id: int, until: date, by_id: int | None, at: datetime, person_id: int | None = None) -> Grant:
    """End a role; `until` is its last day. A role that has not begun ends before it does. Raises NotFound, Conflict when ended already."""
    grant = db.session.get(Grant, grant_id)
    if grant is None or (person_id is not None and grant.person_id != person_id):
        raise NotFound
    if grant.until is not None and grant.until <= until:
        raise Conflict("Vai trò này đã kết thúc từ trước.")
    grant.until = max(until, grant.since - timedelta(days=1))
    db.session.flush()
    audit.record(by_id, "people.end_role", "person", grant.person_id, at, grant=grant.id, role=grant.role)
    return grant
