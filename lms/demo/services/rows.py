"""Rows for bulk inserts: ids are given here, so that a batch of many tables is written without asking for one back."""

from collections import defaultdict
from typing import Any

from sqlalchemy import func, insert, select, text

from lms.db import db


class Rows:
    """Rows by table, in the order the tables are first used (parents before children)."""

    def __init__(self) -> None:
        self.pending: dict[type, list[dict[str, Any]]] = defaultdict(list)
        self.last: dict[type, int] = {}

    def next_id(self, table: type) -> int:
        """The id that the next row of a table will get."""
        if table not in self.last:
            self.last[table] = db.session.scalar(select(func.max(table.id))) or 0  # type: ignore[attr-defined]
        return self.last[table] + 1

    def add(self, table: type, **values: Any) -> int:
        """Note a row of a table with an integer id and return that id."""
        self.last[table] = self.next_id(table)
        self.pending[table].append({"id": self.last[table], **values})
        return self.last[table]

    def add_plain(self, table: type, **values: Any) -> None:
        """Note a row of a table with another key."""
        self.pending[table].append(values)

    def write(self) -> None:
        """Insert everything noted, one statement a table."""
        for table, rows in self.pending.items():
            if rows:
                db.session.execute(insert(table.__table__), rows)  # type: ignore[attr-defined]
        self.pending.clear()

    def set_sequences(self) -> None:
        """PostgreSQL counts ids by itself: tell it where we left off."""
        if db.session.get_bind().dialect.name != "postgresql":
            return
        for table, last in self.last.items():
            name = table.__tablename__  # type: ignore[attr-defined]
            db.session.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), {"name": f'"{name}"', "last": last}
            )
