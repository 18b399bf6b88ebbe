"""kill -9 exactly between commit and reply: the practised answer is there once, and pressing again shows its explanation."""

import json
import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from lms import clock
from lms.db import db
from lms.people.models import Account
from lms.people.services.accounts import new_session_key
from lms.questions.models import Question
from lms.quizzes import services
from lms.quizzes.models import PracticeAnswer
from tests.journeys.records import person_of
from tests.journeys.site import ROOT, running_site

pytestmark = [pytest.mark.served, pytest.mark.xdist_group("served")]


def test_an_answer_survives_the_server(tmp_path):
    with running_site(tmp_path, officers=20) as site:
        app = site.app()
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            person_id = person_of(site.accounts["officer"]["name"])
            chosen = db.session.scalars(select(Question.current_id).where(Question.kind == "truefalse").limit(1)).all()
            practice_id = services.practice.begin(person_id, chosen, "practice", "C1.1", clock.now()).id
            account = db.session.execute(select(Account).where(Account.person_id == person_id)).scalar_one()
            cookie = {"_user_id": f"{account.id}.{account.epoch}.{new_session_key()}", "_fresh": True}
            db.session.commit()
        path, body = f"/quizzes/practice/{practice_id}/1", {"value": "true"}
        words = [json.dumps(cookie), path, json.dumps(body), "form"]
        died = subprocess.run([sys.executable, "-m", "tests.served.dying", *words], cwd=ROOT, env=site.env, check=False)
        client = app.test_client()
        with client.session_transaction() as session:
            session.update(cookie)
        again = client.post(path, data={"value": "false"}, follow_redirects=True)
        with app.app_context():
            kept = db.session.scalars(select(PracticeAnswer.given).where(PracticeAnswer.practice_id == practice_id)).all()
            db.session.remove()
            db.engine.dispose()
        assert died.returncode == -signal.SIGKILL
        assert (again.status_code, "Giải thích" in again.text) == (200, True)
        assert kept == [{"value": True}]
