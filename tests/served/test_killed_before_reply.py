"""kill -9 exactly between commit and reply: the answer is there once, and the officer's retry is told so."""

import json
import signal
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from bench.exam import practice_quiz
from lms import clock, grading
from lms.courses import services as courses
from lms.courses.models import Activity
from lms.db import db
from lms.people.models import Account
from lms.people.services.accounts import new_session_key
from lms.quizzes import queries
from lms.quizzes import services as quizzes
from lms.quizzes.models import Answer, AttemptItem
from tests.journeys.records import person_of
from tests.journeys.site import ROOT, running_site
from tests.servers import postgres_cluster

pytestmark = [pytest.mark.served, pytest.mark.xdist_group("served")]


def killed_and_sent_again(folder, database_url=""):
    with running_site(folder, officers=20, database_url=database_url) as site:
        app = site.app()
        app.config["WTF_CSRF_ENABLED"] = False
        activity_id = practice_quiz(app)
        with app.app_context():
            person_id = person_of(site.accounts["officer"]["name"])
            courses.enrol(person_id, db.session.get_one(Activity, activity_id).course_id, "admin", clock.now())
            attempt_id = quizzes.start(person_id, activity_id, clock.now())
            item = queries.sitting(attempt_id, person_id).items[0]
            account = db.session.execute(select(Account).where(Account.person_id == person_id)).scalar_one()
            cookie = {"_user_id": f"{account.id}.{account.epoch}.{new_session_key()}", "_fresh": True}
            given = grading.solution(item.question.spec)
            db.session.commit()
        path = f"/quizzes/attempts/{attempt_id}/1/save"
        body = {"given": given, "based_on": 0, "token": "mot-lan-thoi", "given_at": int(clock.now().timestamp() * 1000)}
        words = [json.dumps(cookie), path, json.dumps(body)]
        died = subprocess.run([sys.executable, "-m", "tests.served.dying", *words], cwd=ROOT, env=site.env, check=False)
        client = app.test_client()
        with client.session_transaction() as session:
            session.update(cookie)
        again = client.post(path, json=body, headers={"Accept": "application/json"})
        with app.app_context():
            rows = db.session.scalar(
                select(func.count()).select_from(Answer).join(AttemptItem).where(AttemptItem.attempt_id == attempt_id)
            )
            db.session.remove()
            db.engine.dispose()
        return died.returncode, again.status_code, again.get_json()["state"], rows


def test_on_sqlite(tmp_path):
    assert killed_and_sent_again(tmp_path) == (-signal.SIGKILL, 200, "saved", 1)


def test_on_postgresql(tmp_path):
    with postgres_cluster() as url:
        assert killed_and_sent_again(tmp_path, url) == (-signal.SIGKILL, 200, "saved", 1)
