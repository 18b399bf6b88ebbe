"""Commands: flask content check | load."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from lms import clock
from lms.content import services
from lms.content.packs import BrokenPack, Packs, read_packs
from lms.db import db

group = AppGroup("content", help="Content packs: text under git becomes courses.")


def _read(pack: str) -> Packs:
    try:
        return read_packs(Path(current_app.config["CONTENT_DIR"]), pack)
    except BrokenPack as broken:
        for problem in broken.problems:
            click.echo(str(problem), err=True)
        raise click.ClickException(f"{len(broken.problems)} lỗi; không có gì được ghi.") from broken


@group.command()
@click.argument("pack", default="")
def check(pack: str) -> None:
    """Read every pack (or one course's folder) and say what is wrong, with file and line; writes nothing."""
    packs = _read(pack)
    questions = sum(len(c.questions) for c in packs.courses)
    lessons = sum(len(c.lessons) for c in packs.courses)
    click.echo(f"{len(packs.courses)} khóa, {lessons} bài, {questions} câu hỏi, {len(packs.instruments)} văn bản: không có lỗi.")


@group.command()
@click.argument("pack", default="")
@click.option("--overwrite", is_flag=True, help="Also load courses that trainers changed since.")
def load(pack: str, overwrite: bool) -> None:
    """Load what changed; the same text twice changes nothing. A broken pack is refused whole."""
    report = services.load(_read(pack), clock.now(), overwrite=overwrite, after_each=db.session.commit)
    db.session.commit()
    click.echo(
        f"Nội dung: {report.counts['new']} gói mới, {report.counts['changed']} gói đổi, {report.counts['unchanged']} gói như cũ."
    )
    for name in report.differs:
        click.echo(
            f"{name}: giảng viên đã sửa trên web kể từ lần nạp trước; giữ nguyên bản trên web (--overwrite để ghi đè).", err=True
        )
