"""Alembic, run by Flask-Migrate inside the application."""

from alembic import context
from flask import current_app

from lms.db import Base

engine = current_app.extensions["migrate"].db.engine


def run() -> None:
    """Apply the migrations on the application's own engine."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _run_on(connection)
        return
    with engine.connect() as fresh:
        _run_on(fresh)
        fresh.commit()


def _run_on(connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


run()
