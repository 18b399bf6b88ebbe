"""Commands: flask courses ..."""

import click
from flask.cli import AppGroup

from lms import clock
from lms.courses import services
from lms.db import db

group = AppGroup("courses", help="Khóa học và ghi danh.")
CHUNK = 200  # officers a transaction: it stays short while others are served


@group.command("apply-rules")
def apply_rules() -> None:
    """Enrol everybody whom the enrolment rules name."""
    total = 0
    while taken := services.apply_rules(clock.now(), limit=CHUNK):
        db.session.commit()
        total += taken
    click.echo(f"Đã ghi danh {total} lượt.")
