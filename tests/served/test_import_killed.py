"""kill -9 of the worker while it writes an import: what is written stays, the rest is written when somebody says go on, nobody twice."""

import os
import signal
import sqlite3
import time
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from lms import clock
from lms.db import db
from lms.jobs.models import Job
from lms.jobs.services import MAX_ATTEMPTS, take_next
from lms.people.models import Identifier, ImportOperation, Person, Unit, UnitVersion
from lms.people.queries import Scope, import_operation, interrupted
from lms.people.services import imports
from lms.people.sheet import ReadRow
from tests.journeys.site import BIN, running_site

pytestmark = [pytest.mark.served, pytest.mark.xdist_group("served")]
PEOPLE = 4000


def begun(admin_name: str) -> int:
    """An import of many, confirmed: the worker is woken."""
    admin = db.session.scalars(select(Identifier.person_id).where(Identifier.value == admin_name)).one()
    unit = db.session.scalars(select(Unit).where(Unit.kind == "commune", Unit.ended.is_(None)).limit(1)).one()
    at = clock.now()
    operation = imports.begin("danh sách.xlsx", "0" * 64, admin, at)
    rows = [
        ReadRow("S", n + 2, {"full_name": f"Lê Thị {n}", "unit_code": code_of(unit), "code": f"Z{n:05}"}) for n in range(PEOPLE)
    ]
    for _ in imports.stage(operation.id, rows, Scope(everywhere=True), clock.today()):
        pass
    imports.operations.recount(operation.id)
    imports.finish(operation.id, "staged", at)
    imports.start_confirming(operation.id, admin, at)
    operation_id = operation.id
    db.session.commit()
    return operation_id


def code_of(unit: Unit) -> str:
    return db.session.scalars(select(UnitVersion.code).where(UnitVersion.unit_id == unit.id, UnitVersion.until.is_(None))).one()


def asked(site, query: str, operation_id: int):
    """One value of the record, read beside the application: its own transactions would queue with the worker's."""
    with closing(sqlite3.connect(site.folder / "sen.sqlite3")) as connection:
        return connection.execute(query, [operation_id]).fetchone()[0]


def written(site, operation_id: int) -> int:
    return asked(site, "SELECT count(*) FROM person WHERE operation_id = ?", operation_id)


def state(site, operation_id: int) -> str:
    return asked(site, "SELECT state FROM import_operation WHERE id = ?", operation_id)


def until(true, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_an_import_goes_on_after_its_worker_was_killed(tmp_path):
    with running_site(tmp_path, officers=30) as site:
        app = site.app()
        with app.app_context():
            operation_id = begun(site.accounts["admin"]["name"])
            until(lambda: written(site, operation_id) > 0)
            worker = site.processes.pop(0)
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait(20)
            some = written(site, operation_id)
            assert 0 < some < PEOPLE
            job = select(ImportOperation.job_id).where(ImportOperation.id == operation_id).scalar_subquery()
            dead = {"attempts": MAX_ATTEMPTS, "lease_until": clock.now() - timedelta(minutes=1)}
            db.session.execute(update(Job).where(Job.id == job).values(**dead))  # the lease ends, for the third time
            db.session.commit()
            assert take_next(clock.now()) is None
            operation = import_operation(operation_id, None)
            assert interrupted(operation)
            assert imports.take_up(operation_id, operation.by_id, clock.now())
            db.session.commit()
            site.start(BIN / "huey_consumer", "wsgi.huey", "--worker-type", "thread")
            until(lambda: state(site, operation_id) == "confirmed")
            assert written(site, operation_id) == PEOPLE
            once = select(func.count(Person.full_name.distinct())).where(Person.operation_id == operation_id)
            assert db.session.scalar(once) == PEOPLE
            db.engine.dispose()
