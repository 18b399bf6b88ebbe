"""A server that dies by SIGKILL right after it has committed an answer, before anything of the reply is sent.

python -m tests.served.dying COOKIE PATH BODY [form]: the body is sent as JSON, or as a form's fields.
"""

import json
import os
import signal
import sys

from sqlalchemy import event
from sqlalchemy.orm import Session

from config import Config
from lms.app import create_app


def main(cookie: str, path: str, body: str, way: str = "json") -> None:
    app = create_app(Config)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(json.loads(cookie))
    event.listen(Session, "after_commit", lambda _session: os.kill(os.getpid(), signal.SIGKILL))
    sent = {"data": json.loads(body)} if way == "form" else {"json": json.loads(body), "headers": {"Accept": "application/json"}}
    client.post(path, **sent)


if __name__ == "__main__":
    main(*sys.argv[1:])
