"""Progress pages: a person may leave and come back."""

from flask import Blueprint, Response, render_template, request, send_file
from flask_login import current_user

from lms import storage
from lms.errors import NotFound
from lms.jobs import queries
from lms.permissions import P
from lms.web.auth import requires

bp = Blueprint("jobs", __name__, url_prefix="/jobs")


@bp.get("/")
@requires(P.LEARN)
def index() -> str:
    """The person's own jobs."""
    return render_template("jobs/index.html", jobs=queries.recent(current_user.person_id))


@bp.get("/<int:job_id>")
@requires(P.LEARN)
def show(job_id: int) -> str:
    """How far one job is; the part that changes is asked for again every two seconds."""
    job = queries.job(job_id, current_user.person_id)
    page = "jobs/_state.html" if request.headers.get("HX-Request") else "jobs/show.html"
    return render_template(page, job=job)


@bp.get("/<int:job_id>/file")
@requires(P.LEARN)
def file(job_id: int) -> Response:
    """The file a finished job made."""
    job = queries.job(job_id, current_user.person_id)
    if "file" not in job.result:
        raise NotFound
    return send_file(
        storage.existing(job.result["file"]), as_attachment=True, download_name=job.result["name"], mimetype=job.result["mime"]
    )
