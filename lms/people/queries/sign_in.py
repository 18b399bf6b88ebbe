"""What a sign-in needs to know: whose name was typed, and whether this network must wait."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import Row, bindparam, or_, select

from lms.db import db
from lms.people.models import Account, Identifier, OneTimeSecret, Person, SignInCounter, identifier_value
from lms.vietnamese import clean

ALL = "*"  # in place of who: the whole network; in place of the network: the whole account


@dataclass(frozen=True)
class Slowing:
    """How failures slow whoever makes them: `free` tries, then a wait that doubles from `first` to `longest`; forgotten after a while."""

    free: int
    first: timedelta
    longest: timedelta
    forget: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long to wait after that many failures in a row."""
        if failures < self.free:
            return timedelta(0)
        return min(self.first * 2 ** min(failures - self.free, 20), self.longest)


# A pair of account and network is slowed, never an account: whoever guesses from elsewhere cannot lock an admin out of exam day.
PAIR = Slowing(5, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=12))
WATCHED_PAIR = Slowing(2, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=12))
ACCOUNT = Slowing(50, timedelta(0), timedelta(0), timedelta(hours=12))  # from here its pairs have fewer free tries
NETWORK = Slowing(50, timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=15))  # one guess each at many names
SLIP = Slowing(10, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=12))

LETTERS = Slowing(20, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=1))


@dataclass(frozen=True)
class Attempt:
    """One try to get in: the account that was named (None when there is none), and what the counters say before it."""

    account_id: int | None
    epoch: int
    password_hash: str | None
    who: str
    net: str
    slowing: Slowing
    wait_until: datetime | None

    @property
    def must_wait(self) -> bool:
        """Whether this network has to wait before it may try again."""
        return self.wait_until is not None


def network_of(address: str | None) -> str:
    """The network an address belongs to, as a digest: /24 of IPv4, /64 of IPv6. Unknown addresses are one network."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return digest_of("network:unknown")
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return digest_of(f"network:{ip_network(f'{ip}/{24 if ip.version == 4 else 64}', strict=False)}")


def digest_of(text: str) -> str:
    """What is kept in place of a text that must not be readable: sha256, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def possible_identifiers(typed: str) -> list[tuple[str, str]]:
    """What the one sign-in field may mean: (kind, value as kept)."""
    kinds = ("email",) if "@" in typed else ("phone", "code")
    return [(kind, value) for kind in kinds if (value := identifier_value(kind, typed))]


# Statements of the sign-in page are built once: building them costs more than running them.
_ACCOUNT = select(Account.__table__.c["id", "epoch", "password_hash"]).where(Account.closed_at.is_(None))
_BY_ID = _ACCOUNT.where(Account.id == bindparam("account_id"))
_BY_NAME = (
    _ACCOUNT.join(Identifier, Identifier.person_id == Account.person_id)
    .where(
        or_(
            (Identifier.kind == bindparam("kind_1")) & (Identifier.value == bindparam("value_1")),
            (Identifier.kind == bindparam("kind_2")) & (Identifier.value == bindparam("value_2")),
        ),
        Identifier.until.is_(None),
    )
    .order_by(Identifier.kind.desc())
    .limit(1)
)  # fmt: skip
_COUNTERS = select(SignInCounter.__table__).where(
    or_(SignInCounter.who == bindparam("the_who"), SignInCounter.who == ALL),
    or_(SignInCounter.net == bindparam("the_net"), SignInCounter.net == ALL),
)  # (ALL, ALL) is never written


def sign_in_attempt(typed: str, address: str | None, at: datetime) -> Attempt:
    """Begin a sign-in with what was typed: an e-mail, phone or code. Two reads, the same for known and unknown names."""
    (kind_1, value_1), (kind_2, value_2) = [*possible_identifiers(typed), ("", ""), ("", "")][:2]
    given = {"kind_1": kind_1, "value_1": value_1, "kind_2": kind_2, "value_2": value_2}
    row = db.session.execute(_BY_NAME, given).first()
    who = f"account:{row.id}" if row else f"typed:{clean(typed).casefold()}"
    return _attempt(row, digest_of(who), network_of(address), at)


def own_attempt(account_id: int, address: str | None, at: datetime) -> Attempt:
    """Somebody signed in says the own password again, to change it."""
    row = db.session.execute(_BY_ID, {"account_id": account_id}).first()
    return _attempt(row, digest_of(f"account:{account_id}"), network_of(address), at)


def _attempt(row: Row | None, who: str, net: str, at: datetime) -> Attempt:
    found = db.session.execute(_COUNTERS, {"the_who": who, "the_net": net})
    counters = {(c.who, c.net): c for c in found}
    account = counters.get((who, ALL))
    watched = account is not None and account.failures >= ACCOUNT.free and at - account.last_at < ACCOUNT.forget
    waits = [c.locked_until for key in ((who, net), (ALL, net)) if (c := counters.get(key)) and c.locked_until]
    until = max((w for w in waits if w > at), default=None)
    slowing = WATCHED_PAIR if watched else PAIR
    if row is None:
        return Attempt(None, 0, None, who, net, slowing, until)
    return Attempt(row.id, row.epoch, row.password_hash, who, net, slowing, until)


def network_wait(what: str, address: str | None, at: datetime) -> datetime | None:
    """Until when this network may not try another activation code ("slip") or ask for another letter ("letter")."""
    row = db.session.get(SignInCounter, (digest_of(what), network_of(address)))
    return row.locked_until if row and row.locked_until and row.locked_until > at else None


def one_time_secret(kind: str, secret: str, at: datetime) -> Row | None:
    """The live secret of that kind: id, account_id, epoch, full_name, expires_at; None when it is unknown, used, void or too old."""
    query = (
        select(OneTimeSecret.id, OneTimeSecret.account_id, OneTimeSecret.expires_at, Account.epoch, Person.full_name)
        .join(Account, Account.id == OneTimeSecret.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(
            OneTimeSecret.digest == digest_of(secret), OneTimeSecret.kind == kind, OneTimeSecret.used_at.is_(None),
            OneTimeSecret.expires_at > at, Account.closed_at.is_(None),
        )
    )  # fmt: skip
    return db.session.execute(query).first()


def person_to_write_to(typed: str) -> int | None:
    """The person whose name was typed on the page of a forgotten password, when there is an e-mail to write to."""
    wanted = possible_identifiers(typed)
    if not wanted:
        return None
    named = or_(*((Identifier.kind == kind) & (Identifier.value == value) for kind, value in wanted))
    person_id = db.session.scalar(select(Identifier.person_id).where(named, Identifier.until.is_(None)).limit(1))
    return person_id if person_id and email_of(person_id) else None


def email_of(person_id: int) -> Identifier | None:
    """The person's newest e-mail in force."""
    live = (Identifier.person_id == person_id, Identifier.kind == "email", Identifier.until.is_(None))
    return db.session.scalar(select(Identifier).where(*live).order_by(Identifier.id.desc()).limit(1))
