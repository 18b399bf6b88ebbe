"""Pages of notices."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.db import db
from lms.notices import queries, services
from lms.permissions import P
from lms.web.auth import requires
from lms.web.forms import whole

bp = Blueprint("notices", __name__, url_prefix="/notices")


@bp.get("/")
@requires(P.LEARN)
def index() -> str:
    """The person's messages, newest first."""
    found = queries.inbox(current_user.person_id, request.args.get("before", type=whole))
    return render_template("notices/index.html", notices=found, more=len(found) == queries.PAGE)


@bp.post("/<int:notice_id>/read")
@requires(P.LEARN)
def read(notice_id: int) -> Response:
    """Mark one message as read and go where it leads."""
    message = queries.message(notice_id, current_user.person_id)
    services.mark_read(current_user.person_id, clock.now(), notice_id)
    db.session.commit()
    return redirect(message.href or url_for("notices.index"))


@bp.post("/read-all")
@requires(P.LEARN)
def read_all() -> Response:
    """Mark every message as read."""
    services.mark_read(current_user.person_id, clock.now())
    db.session.commit()
    return redirect(url_for("notices.index"))
