"""Accounts and passwords. Hashing is slow on purpose: call it after `lms.db.release()`, never inside a write transaction."""

import secrets
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from lms.db import db, insert_into
from lms.people.models import Account, EndedSession

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP Password Storage: 19 MiB, t=2, p=1
# A hash of nothing anybody knows: an unknown name costs the same work as a known one.
_DUMMY = _HASHER.hash("\x00 không ai có mật khẩu này")


def hash_password(password: str) -> str:
    """The Argon2id hash of a password; about 22 ms."""
    return _HASHER.hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one of the hash; without a hash the same work is done for nothing and the answer is no."""
    try:
        return _HASHER.verify(password_hash or _DUMMY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def create_account(person_id: int, at: datetime) -> Account:
    """The person's account, made without a password when there is none yet."""
    found = db.session.scalar(select(Account).where(Account.person_id == person_id))
    if found is not None:
        return found
    account = Account(person_id=person_id, created_at=at)
    try:
        with db.session.begin_nested():
            db.session.add(account)
    except IntegrityError:  # made by somebody else in the same moment
        return db.session.scalars(select(Account).where(Account.person_id == person_id)).one()
    return account


def set_password(account_id: int, password_hash: str, at: datetime) -> int:
    """Set an account's password: it is active from now, and every session it had is signed out. The new epoch."""
    account = db.session.get_one(Account, account_id)
    account.password_hash, account.epoch = password_hash, account.epoch + 1
    account.activated_at = account.activated_at or at
    db.session.flush()
    return account.epoch


def sign_out_everywhere(account_id: int) -> None:
    """End every session of the account."""
    db.session.execute(update(Account).where(Account.id == account_id).values(epoch=Account.epoch + 1))


def set_display(account_id: int, theme: str, text_size: str) -> None:
    """Keep how pages look to the account: theme auto, light or dark; text normal or large."""
    db.session.execute(update(Account).where(Account.id == account_id).values(theme=theme, text_size=text_size))


def new_session_key() -> str:
    """What tells one session of an account from another."""
    return secrets.token_urlsafe(16)


def end_session(key: str, at: datetime) -> None:
    """A session was signed out of; said twice, it is said once."""
    row = insert_into(EndedSession).values(key=key, at=at)
    db.session.execute(row.on_conflict_do_nothing(index_elements=["key"]))


def forget_sessions_before(moment: datetime) -> None:
    """Take away ended sessions whose cookies have long expired."""
    db.session.execute(delete(EndedSession).where(EndedSession.at < moment))
