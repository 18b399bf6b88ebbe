"""create_app: the only file that knows everything."""

from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask import Flask
from flask_compress import Compress
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

import config as settings
import lms.assignments.views
import lms.audit.models
import lms.authoring.models
import lms.authoring.views
import lms.certificates.cli
import lms.certificates.tasks
import lms.certificates.views
import lms.content.cli
import lms.content.views
import lms.courses.cli
import lms.courses.tasks
import lms.courses.views
import lms.demo.cli
import lms.home.views
import lms.jobs.tasks
import lms.jobs.views
import lms.library.views
import lms.notices.views
import lms.people.cli
import lms.people.tasks
import lms.people.views
import lms.questions.models
import lms.quizzes.cli
import lms.quizzes.tasks
import lms.quizzes.views
import lms.recognitions.views
import lms.rosters.cli
import lms.rosters.tasks
import lms.rosters.views
import lms.tracking.cli
import lms.tracking.tasks
import lms.tracking.views
from lms.db import db
from lms.people.queries import viewer
from lms.quizzes.queries import read_by
from lms.tracking.queries import competences
from lms.web import auth, errors, requests, templating
from lms.web import views as web_views

ROOT = Path(__file__).resolve().parent.parent
FEATURES = (
    lms.people, lms.notices, lms.library, lms.courses, lms.quizzes, lms.assignments, lms.tracking, lms.recognitions, lms.certificates,
    lms.rosters, lms.authoring, lms.content, lms.home, lms.jobs,
)  # fmt: skip
COMMANDS = (lms.people, lms.courses, lms.quizzes, lms.tracking, lms.certificates, lms.rosters, lms.content, lms.demo)


def create_app(config: Any) -> Flask:
    """Build the application. Raises RuntimeError when the configuration may not serve or a view has no permission label."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.from_object(config)
    if problems := settings.check(app.config):
        raise RuntimeError("Chưa chạy được với cấu hình này:\n- " + "\n- ".join(problems))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    Path(app.config["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    if hops := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.config["SCHEMA_HEAD"] = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), compare_type=True, render_as_batch=True)
    Compress(app)
    for part in (requests, errors, templating, auth):
        part.init_app(app)
    auth.load_viewers_by(viewer)
    read_by(competences)
    app.register_blueprint(web_views.bp)
    for feature in FEATURES:
        app.register_blueprint(feature.views.bp)
    for feature in COMMANDS:
        app.cli.add_command(feature.cli.group)
    app.extensions["huey"] = lms.jobs.tasks.make_huey(app)
    auth.check_labels(app)
    return app
