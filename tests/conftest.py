"""Fixtures: the application on a schema made by the real migrations, a session undone after each test, and signing in.

LMS_TEST_DATABASE=postgresql runs the same suite on a PostgreSQL cluster that is made for the run and thrown away after it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from config import TestConfig
from lms.app import create_app
from lms.db import Kept, db
from lms.people.models import Account, Person
from lms.people.services import new_session_key
from tests import factories
from tests.servers import postgres_cluster


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("db")
    if os.environ.get("LMS_TEST_DATABASE") != "postgresql":
        yield f"sqlite:///{folder / 'test.sqlite3'}"
        return
    with postgres_cluster() as url:
        yield url


@pytest.fixture(scope="session")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    class Configured(TestConfig):
        DATA_DIR: Path = tmp_path_factory.mktemp("data")
        SQLALCHEMY_DATABASE_URI = database_url
        PUBLIC_URL = "http://localhost"

    app = create_app(Configured)
    with app.app_context():
        upgrade(directory=app.extensions["migrate"].directory)
        db.engine.dispose()
    return app


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session inside an outer transaction that is undone: commits of services and views are savepoints in it.

    Ids of undone rows come again, so what the process keeps by id is dropped.
    """
    for kept in Kept.every:
        kept.clear()
    with app.app_context():
        engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        db.engines[None] = connection  # type: ignore[assignment]
        db.session.remove()
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield db.session  # type: ignore[misc]
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            db.engines[None] = engine


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    """A browser without a person. Every request has an application context of its own: a forgotten commit is seen."""
    return _Client(app, app.response_class, use_cookies=True)


class _Client(FlaskClient):
    def open(self, *args, **kwargs):  # type: ignore[override]
        """Send the request outside the test's application context; forms get their token by themselves."""
        headers = kwargs.pop("headers", {})
        with self.application.app_context():
            return super().open(*args, headers=headers, **kwargs)


@pytest.fixture
def login(client: FlaskClient, session: Session):
    """login(person, role="admin", scope="unit", scope_id=3): the client goes on as that person."""

    def sign_in(person: Person | None = None, role: str | None = None, scope: str = "all", scope_id: int | None = None) -> Person:
        person = person or factories.person()
        account = session.query(Account).filter_by(person_id=person.id).one_or_none() or factories.account(person)
        if role:
            factories.grant(person, role, scope, scope_id)
        session.commit()
        with client.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = f"{account.id}.{account.epoch}.{new_session_key()}"
            cookie["_fresh"] = True
        return person

    return sign_in


@pytest.fixture(autouse=True)
def _no_csrf(app_without_csrf: None) -> None:
    """Tests post forms without a token; tests/web/test_csrf.py turns the check on again."""


@pytest.fixture
def app_without_csrf(request: pytest.FixtureRequest) -> Iterator[None]:
    if "app" not in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


class QueryCount:
    """How many statements ran inside `with queries() as count`."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __len__(self) -> int:
        return len(self.statements)


@pytest.fixture
def queries(app: Flask, session: Session):
    """`with queries() as count:` lists the statements that run inside the block."""

    @contextmanager
    def counting() -> Iterator[QueryCount]:
        count = QueryCount()

        def note(_conn, _cursor, statement, _params, _context, _many):
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                count.statements.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield count
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return counting
