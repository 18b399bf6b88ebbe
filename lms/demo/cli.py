"""Commands: flask demo load | accounts."""

import json
from itertools import chain

import click
from flask import current_app
from flask.cli import AppGroup

from lms import clock
from lms.db import db, release
from lms.demo import services
from lms.people.services import hash_password
from lms.tracking import services as tracking

group = AppGroup("demo", help="An invented province to try Sen with.")


@group.command()
@click.option("--officers", default=2000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--if-empty", is_flag=True, help="Do nothing when somebody is in the record already.")
def load(officers: int, seed: int, if_empty: bool) -> None:
    """Fill an empty database with invented officers in the real unit tree, their courses, attempts and certificates."""
    if not services.is_empty():
        if if_empty:
            return
        raise click.ClickException("Cơ sở dữ liệu đã có người; dữ liệu thử chỉ nạp vào cơ sở dữ liệu trống.")
    release()
    password_hash, at = hash_password(services.PASSWORD), clock.now()
    services.put_accounts(password_hash, at)
    db.session.commit()
    for done in services.load(officers, seed, password_hash, at):
        db.session.commit()
        click.echo(f"\rDữ liệu thử: {done}/{officers} cán bộ, công chức", nl=False)
    click.echo()
    services.put_work(at)
    services.put_decisions(at)
    db.session.commit()
    for _step in chain(tracking.refresh_all(at), services.recognise(current_app.config["PUBLIC_URL"], at)):
        db.session.commit()
    answers = tracking.Answers()
    for _count in tracking.collect(answers):
        release()
    if answers.question:
        tracking.propose_calibration(tracking.parameters_of(answers), clock.now())
        db.session.commit()
    for _step in services.count_periods(clock.now()):
        db.session.commit()


@group.command()
@click.option("--json", "as_json", is_flag=True)
def accounts(as_json: bool) -> None:
    """How to sign in to the demo."""
    found = services.demo_accounts()
    if as_json:
        click.echo(json.dumps(found))
        return
    click.echo("Đăng nhập thử (người và kết quả đều do hệ thống đặt ra):")
    for account in found.values():
        click.echo(f"  {account['label']:<16} {account['name']:<26} {account['password']}")
