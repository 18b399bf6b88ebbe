"""Getting in: counting failures, and the secrets that work once (activation slips, reset letters)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.exc import IntegrityError

from lms.audit import services as audit
from lms.db import db
from lms.errors import Conflict
from lms.people.models import Account, Identifier, OneTimeSecret, Person, SignInCounter
from lms.people.queries.sign_in import ACCOUNT, ALL, LETTERS, NETWORK, SLIP, Attempt, Slowing, digest_of, email_of, network_of
from lms.people.services.accounts import create_account, set_password
from lms.people.services.persons import add_identifier

SLIP_DAYS = 30
RESET_LIFE = timedelta(hours=1)
RESET_PAUSE = timedelta(minutes=2)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_LOOK_ALIKES = str.maketrans("OIL", "011")


@dataclass(frozen=True)
class Entry:
    """How a try ended: an account and epoch to sign in with, or how many tries are left, or until when to wait."""

    account_id: int | None = None
    epoch: int = 0
    left: int = 0
    wait_until: datetime | None = None


_THE_PAIR = (SignInCounter.who == bindparam("the_who"), SignInCounter.net == bindparam("the_net"))
_PAIR = select(SignInCounter.__table__.c.locked_until).where(*_THE_PAIR).with_for_update()
_FORGET = delete(SignInCounter.__table__).where(*_THE_PAIR)
_SIGNED_IN = update(Account.__table__).where(Account.id == bindparam("the_account")).values(last_sign_in_at=bindparam("at"))


def finish_sign_in(attempt: Attempt, right: bool, at: datetime) -> Entry:
    """End a try after the password was compared. A right one is refused too when others from this network used up the tries meanwhile."""
    held = db.session.execute(_PAIR, {"the_who": attempt.who, "the_net": attempt.net}).first()
    if held is not None and held.locked_until is not None and held.locked_until > at:
        return Entry(wait_until=held.locked_until)
    if right and attempt.account_id is not None:
        if held is not None:
            db.session.execute(_FORGET, {"the_who": attempt.who, "the_net": attempt.net})
        db.session.execute(_SIGNED_IN, {"the_account": attempt.account_id, "at": at})
        return Entry(attempt.account_id, attempt.epoch)
    _count(attempt.who, ALL, ACCOUNT, at)
    network = _count(ALL, attempt.net, NETWORK, at)
    pair = _count(attempt.who, attempt.net, attempt.slowing, at)
    waits = [w for w in (pair.locked_until, network.locked_until) if w is not None and w > at]
    return Entry(left=max(0, attempt.slowing.free - pair.failures), wait_until=max(waits, default=None))


def _counter(who: str, net: str) -> SignInCounter | None:
    return db.session.get(SignInCounter, (who, net), with_for_update=True, populate_existing=True)


def _count(who: str, net: str, slowing: Slowing, at: datetime) -> SignInCounter:
    """One failure more, in the row of the database: many at once count as many."""
    row = _counter(who, net)
    if row is None:
        row = SignInCounter(who=who, net=net, failures=0, last_at=at)
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:
            row = _counter(who, net) or row
    row.failures = 1 if at - row.last_at > slowing.forget else row.failures + 1
    wait = slowing.wait(row.failures)
    row.last_at, row.locked_until = at, at + wait if wait else None
    db.session.flush()
    return row


def slip_failed(address: str | None, at: datetime) -> Entry:
    """A code that is on no slip: guessing is slowed for the network it came from."""
    row = _count(digest_of("slip"), network_of(address), SLIP, at)
    return Entry(left=max(0, SLIP.free - row.failures), wait_until=row.locked_until)


def count_letter(address: str | None, at: datetime) -> Entry:
    """One letter more was asked for from this network: a flood of them is slowed."""
    row = _count(digest_of("letter"), network_of(address), LETTERS, at)
    return Entry(wait_until=row.locked_until)


def forget_failures_before(moment: datetime) -> None:
    """Take away counters that say nothing any more."""
    db.session.execute(delete(SignInCounter).where(SignInCounter.last_at < moment))


@dataclass(frozen=True)
class Slip:
    """What is printed for one officer. The code is nowhere else: the table keeps its sha256."""

    full_name: str
    sign_in_name: str
    code: str
    expires_at: datetime


def issue_slip(person_id: int, by_id: int | None, at: datetime) -> Slip:
    """A new activation slip, valid for 30 days; slips issued before are void. Somebody known by nothing yet gets a code to sign in with."""
    account = create_account(person_id, at)
    if account.closed_at is not None:
        raise Conflict("Tài khoản này đã đóng; không in phiếu kích hoạt được.")
    digits = "".join(secrets.choice(_ALPHABET) for _ in range(12))  # 60 bits
    expires = at + timedelta(days=SLIP_DAYS)
    _make_secret(account.id, "slip", digits, at, expires, by_id)
    person = db.session.get_one(Person, person_id)
    audit.record(by_id, "people.issue_slip", "person", person_id, at)
    code = "-".join(digits[i : i + 4] for i in range(0, 12, 4))
    return Slip(person.full_name, sign_in_name(person_id, at), code, expires)


def slip_digits(typed: str) -> str:
    """A typed slip code as it was made: capitals without hyphens, O read as 0, I and L as 1."""
    return "".join(c for c in typed.upper() if c.isalnum()).translate(_LOOK_ALIKES)


def sign_in_name(person_id: int, at: datetime) -> str:
    """What the person types to sign in: e-mail, phone or code; a code is given to somebody who has none of them."""
    live = (Identifier.person_id == person_id, Identifier.until.is_(None))
    known: dict[str, str] = {}
    for kind, value in db.session.execute(select(Identifier.kind, Identifier.value).where(*live).order_by(Identifier.id)):
        known[kind] = value
    for kind in ("code", "phone", "email"):
        if kind in known:
            return known[kind].replace("+84", "0") if kind == "phone" else known[kind]
    return add_identifier(person_id, "code", f"CB{person_id:06}", at, verified=True).value


def make_reset(person_id: int, at: datetime) -> tuple[str, str] | None:
    """The e-mail to write to and the secret of its link, valid for one hour; None without an e-mail or right after another letter."""
    email = email_of(person_id)
    account = create_account(person_id, at) if email else None
    if email is None or account is None or account.closed_at is not None:
        return None
    recent = exists().where(
        OneTimeSecret.account_id == account.id, OneTimeSecret.kind == "reset", OneTimeSecret.created_at > at - RESET_PAUSE
    )
    if db.session.scalar(select(recent)):
        return None
    secret = secrets.token_urlsafe(24)
    _make_secret(account.id, "reset", secret, at, at + RESET_LIFE, None)
    return email.value, secret


def _make_secret(account_id: int, kind: str, secret: str, at: datetime, expires: datetime, by_id: int | None) -> None:
    older = (OneTimeSecret.account_id == account_id, OneTimeSecret.kind == kind, OneTimeSecret.used_at.is_(None))
    db.session.execute(update(OneTimeSecret).where(*older, OneTimeSecret.expires_at > at).values(expires_at=at))
    row = OneTimeSecret(
        account_id=account_id, kind=kind, digest=digest_of(secret), created_at=at, created_by=by_id, expires_at=expires
    )
    db.session.add(row)
    db.session.flush()


def use_secret(secret_id: int, password_hash: str, at: datetime) -> Entry:
    """Set a password by a slip or a letter, once. Raises Conflict when the secret was used meanwhile."""
    used = db.session.execute(
        update(OneTimeSecret)
        .where(OneTimeSecret.id == secret_id, OneTimeSecret.used_at.is_(None), OneTimeSecret.expires_at > at)
        .values(used_at=at)
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        raise Conflict("Mã này vừa được dùng. Hãy đăng nhập bằng mật khẩu đã đặt, hoặc xin mã mới.")
    secret = db.session.get_one(OneTimeSecret, secret_id, populate_existing=True)
    account = db.session.get_one(Account, secret.account_id)
    epoch = set_password(account.id, password_hash, at)
    account.last_sign_in_at = at
    db.session.execute(delete(SignInCounter).where(SignInCounter.who == digest_of(f"account:{account.id}")))
    email = email_of(account.person_id) if secret.kind == "reset" else None
    if email is not None and email.verified_at is None:
        email.verified_at = at
    audit.record(account.person_id, f"people.use_{secret.kind}", "account", account.id, at)
    return Entry(account.id, epoch)
