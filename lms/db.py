"""The database: one SQLAlchemy instance, column types shared by all tables, and how SQLite is opened.

SQLite runs in WAL with synchronous=FULL: an acknowledged commit survives kill -9 and power loss. Transactions that may write begin
IMMEDIATE, so that two read-then-write requests queue up instead of failing half-way; a GET begins deferred and never takes the lock.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, MetaData, String, TypeDecorator, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase

MARK_SCALE = 10**7


class Base(DeclarativeBase):
    """The tables of Sen; constraints get names by rule, so that migrations can change them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# A worker has 64 threads and each may hold a connection: nobody waits for one while others wait for the write lock.
db = SQLAlchemy(model_class=Base, engine_options={"pool_size": 16, "max_overflow": 48})


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant. SQLite keeps it as naive UTC text, which sorts as time does."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Mark(TypeDecorator[Decimal]):
    """A mark, point or per cent: an integer of 10^-7 in the table, a Decimal in Python."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Any) -> int | None:
        return None if value is None else int((Decimal(value) * MARK_SCALE).to_integral_value())

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value) / MARK_SCALE


_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
Key = String(64)  # a short ASCII key, code or state


def insert_into(table: Any) -> Any:
    """INSERT in the words of the database in use: both know ON CONFLICT and RETURNING, SQLAlchemy's common one does not."""
    return _INSERTS[db.session.get_bind().dialect.name](table)


T = TypeVar("T")


class Kept(dict[int, T]):
    """What never changes once it is committed (versions, texts), kept in the process by id; the oldest leave when there is no room.

    A number of a transaction that was undone may be given again to something else: whoever undoes one drops its numbers (`pop`).
    """

    every: ClassVar[list["Kept[Any]"]] = []

    def __init__(self, room: int):
        super().__init__()
        self.room = room
        Kept.every.append(self)

    def keep(self, key: int, value: T) -> T:
        """Keep a value and return it."""
        while len(self) >= self.room:
            self.pop(next(iter(self), key), None)
        self[key] = value
        return value


def release() -> None:
    """End the transaction without writing, before slow work (hashing, PDFs, mail): nobody waits for a lock held over it."""
    db.session.rollback()


def _is_sqlite(connection: Any) -> bool:
    return type(connection).__module__.startswith("sqlite3")


@event.listens_for(Engine, "connect")
def _open_sqlite(connection: Any, _record: Any) -> None:
    if not _is_sqlite(connection):
        return
    connection.isolation_level = None  # we emit BEGIN ourselves, below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000", "cache_size=-8000"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name != "sqlite":
        return
    reading = has_request_context() and request.method in {"GET", "HEAD", "OPTIONS"}
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
