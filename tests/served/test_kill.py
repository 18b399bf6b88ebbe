"""kill -9 of the server while officers answer: nothing acknowledged is lost, nothing is there twice. On both databases, under the real server."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.exam import exam, lost_or_double, practice_quiz
from lms.db import db
from tests.journeys.site import running_site
from tests.servers import postgres_cluster

pytestmark = [pytest.mark.served, pytest.mark.xdist_group("served")]
OFFICERS, SECONDS = 20, 8


def held_exam(folder, database_url=""):
    with running_site(folder, officers=60, database_url=database_url) as site:
        app = site.app()
        # In a thread: a browser test of this process may have left an event loop running in the main one.
        with ThreadPoolExecutor(1) as aside:
            morning = aside.submit(
                lambda: asyncio.run(exam(app, site.url, practice_quiz(app), OFFICERS, SECONDS, [site.kill_and_restart], phones=1))
            )
            crowd = morning.result()
        found = lost_or_double(app, crowd)
        with app.app_context():
            db.engine.dispose()
        return crowd, found


def assert_nothing_lost(crowd, found):
    assert crowd.started == OFFICERS
    assert crowd.refused == []
    assert len(crowd.acknowledged) >= OFFICERS * 3
    assert found == (0, 0, 0)


def test_nothing_acknowledged_is_lost_on_sqlite(tmp_path):
    assert_nothing_lost(*held_exam(tmp_path))


def test_nothing_acknowledged_is_lost_on_postgresql(tmp_path):
    with postgres_cluster() as url:
        assert_nothing_lost(*held_exam(tmp_path, url))
