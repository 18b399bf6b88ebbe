"""A transaction that stays open for long, on PostgreSQL: nothing of an officer's record is read past, and cache equals record afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest
from flask_migrate import upgrade
from sqlalchemy import func, select

from config import TestConfig
from lms.app import create_app
from lms.courses import services as courses
from lms.courses.models import Result
from lms.db import db
from lms.tracking import services
from lms.tracking.models import Award, Evidence
from tests import factories
from tests.servers import postgres_cluster

pytestmark = [pytest.mark.served, pytest.mark.xdist_group("served")]
AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_an_open_transaction_hides_nothing_from_tracking(tmp_path):
    with postgres_cluster() as url:

        class Configured(TestConfig):
            DATA_DIR: Path = tmp_path
            SQLALCHEMY_DATABASE_URI = url
            PUBLIC_URL = "http://localhost"

        app = create_app(Configured)
        with app.app_context():
            upgrade(directory=app.extensions["migrate"].directory)
            slow, quick, quiz_id = _world()
        _two_at_once(app, slow, quick, quiz_id)
        with app.app_context():
            _read()
            assert db.session.execute(
                select(Result.n).where(Result.officer_id == slow[0]).order_by(Result.n)
            ).scalars().all() == [1, 2]
            assert db.session.scalar(select(func.count()).select_from(Evidence)) == 3
            assert sorted(db.session.scalars(select(Award.officer_id))) == sorted([slow[0], quick[0]])
            assert [d for chunk in services.rebuild(AT + timedelta(days=1), check=True) for d in chunk] == []
            db.session.remove()
            db.engine.dispose()


def _world() -> tuple[tuple[int, int], tuple[int, int], int]:
    """Two officers, each (person id, enrolment id), and the quiz."""
    services.put_competence("C1.1", "N1", "Tham mưu", "Xây dựng kế hoạch CCHC", list("abcde"), 0)
    course = factories.course("K01", mandatory=1, quiz=True, evidences=[{"competence": "C1.1", "level": 2}])
    people = []
    for name in ("Nguyễn Văn Chậm", "Trần Thị Nhanh"):
        officer = factories.person(name)
        people.append((officer.id, factories.enrolment(officer, course).id))
    db.session.commit()
    return people[0], people[1], course.outline[0]["activities"][-1]["id"]


def _hand_in(enrolment_id: int, quiz_id: int, source_id: int, first: int) -> None:
    share = {"level": 1, "points": "20", "max": "20", "apply": "0", "answers": [[first + i, 1, 1.0, 0.25] for i in range(20)]}
    detail = {"shares": {"C1.1": share}, "passed": True}
    courses.record_result(enrolment_id, quiz_id, "attempt", source_id, Decimal(100), True, detail, occurred_at=AT, at=AT)


def _read() -> int:
    count = 0
    for new in services.refresh_all(AT + timedelta(hours=1)):
        db.session.commit()
        count += new
    return count


def _two_at_once(app, slow, quick, quiz_id) -> None:
    """The first result of the slow officer stays uncommitted while everything else goes on."""
    recorded, may_end = Event(), Event()

    def first() -> None:
        with app.app_context():
            _hand_in(slow[1], quiz_id, 1, 1)
            recorded.set()
            may_end.wait(30)
            db.session.commit()
            db.session.remove()

    def second() -> None:
        with app.app_context():
            _hand_in(slow[1], quiz_id, 2, 100)
            db.session.commit()
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(first)
        assert recorded.wait(30)
        other = pool.submit(second)
        with app.app_context():
            _hand_in(quick[1], quiz_id, 3, 200)
            db.session.commit()
            assert _read() == 1  # the quick officer's; number 2 of the slow one cannot be there before number 1
            db.session.remove()
        assert not other.done()
        may_end.set()
        one.result(30)
        other.result(30)
