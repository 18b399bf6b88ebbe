"""Who is looking: the viewer of a session, and where permissions reach."""

from dataclasses import dataclass

from flask_login import UserMixin
from sqlalchemy import Date, Row, and_, bindparam, exists, or_, select

from lms import clock
from lms.db import db
from lms.people.models import Account, EndedSession, Grant, Person
from lms.permissions import ROLES, P, Role
from lms.vietnamese import address, initials


@dataclass(frozen=True)
class Scope:
    """Where a permission reaches: everywhere, or these units with all below them, or these courses."""

    everywhere: bool = False
    unit_ids: frozenset[int] = frozenset()
    course_ids: frozenset[int] = frozenset()


class Viewer(UserMixin):
    """Who is looking: the account signed in, its person, and the roles that are in force today."""

    def __init__(self, row: Row, grants: list[tuple[str, str, int | None]], session_key: str):
        self.account_id: int = row.account_id
        self.person_id: int = row.person_id
        self.full_name: str = row.full_name
        self.address: str = address(row.full_name, row.gender)
        self.initials: str = initials(row.full_name)
        self.theme: str = row.theme
        self.text_size: str = row.text_size
        self.unread: int = row.unread
        self.epoch: int = row.epoch
        self.session_key = session_key
        self.grants = [(Role(role), scope, scope_id) for role, scope, scope_id in grants]
        self.permissions: frozenset[P] = ROLES[Role.OFFICER].union(*(ROLES[role] for role, _, _ in self.grants))

    def get_id(self) -> str:
        """What the session cookie holds: account; epoch, so that signing out everywhere is one number; and the session's own key."""
        return f"{self.account_id}.{self.epoch}.{self.session_key}"

    @property
    def is_staff(self) -> bool:
        """Whether any role beyond officer is in force."""
        return bool(self.grants)

    def can(self, permission: P) -> bool:
        """Whether some role allows it, somewhere."""
        return permission in self.permissions

    def scope(self, permission: P) -> Scope:
        """Where the permission reaches, over all roles that carry it."""
        reach = [(scope, scope_id) for role, scope, scope_id in self.grants if permission in ROLES[role]]
        return Scope(
            everywhere=any(scope == "all" for scope, _ in reach),
            unit_ids=frozenset(i for scope, i in reach if scope == "unit" and i),
            course_ids=frozenset(i for scope, i in reach if scope == "course" and i),
        )


_TODAY = bindparam("today", type_=Date)
_GRANT_IN_FORCE = and_(Grant.person_id == Person.id, Grant.since <= _TODAY, or_(Grant.until.is_(None), Grant.until >= _TODAY))
_VIEWER = (
    select(
        Account.id.label("account_id"), Account.person_id, Account.theme, Account.text_size, Account.epoch,
        Account.unread, Person.full_name, Person.gender, Grant.role, Grant.scope, Grant.scope_id,
    )
    .join(Person, Person.id == Account.person_id)
    .outerjoin(Grant, _GRANT_IN_FORCE)
    .where(
        Account.id == bindparam("account_id"), Account.epoch == bindparam("epoch"), Account.closed_at.is_(None),
        ~exists().where(EndedSession.key == bindparam("session_key")),
    )
)  # fmt: skip


def viewer(session_id: str) -> Viewer | None:
    """The viewer of a session cookie's id; None when the session was signed out of, the account is closed, or it has signed out
    everywhere since. One query."""
    account_id, epoch, key = [*session_id.split("."), "", ""][:3]
    if not (account_id.isdigit() and epoch.isdigit() and key):
        return None
    given = {"account_id": int(account_id), "epoch": int(epoch), "session_key": key, "today": clock.today()}
    rows = db.session.execute(_VIEWER, given).all()
    if not rows:
        return None
    return Viewer(rows[0], [(row.role, row.scope, row.scope_id) for row in rows if row.role], key)
