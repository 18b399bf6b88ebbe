"""Commands: flask quizzes ..."""

import click
from flask.cli import AppGroup

from lms import clock
from lms.db import db
from lms.quizzes import services

group = AppGroup("quizzes", help="Bài kiểm tra.")


@group.command("close-expired")
def close_expired() -> None:
    """Lưu kết quả các bài đã hết giờ mà chưa ai mở lại."""
    count = 0
    while closed := services.close_expired(clock.now()):
        db.session.commit()
        count += closed
    db.session.rollback()
    click.echo(f"Đã đóng {count} bài hết giờ.")
