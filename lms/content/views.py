"""Pages of packs: what is loaded, what differs, what to review because the law moved."""

from pathlib import Path

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.audit.services import record
from lms.content import queries, services
from lms.content.packs import BrokenPack, Packs, read_packs
from lms.db import db, release
from lms.permissions import P
from lms.web.auth import requires

NAMES = {"units": "Đơn vị", "competence": "Khung năng lực và vị trí", "library": "Thư viện văn bản"}
bp = Blueprint("content", __name__, url_prefix="/content")


def _read() -> tuple[Packs | None, list]:
    try:
        return read_packs(Path(current_app.config["CONTENT_DIR"])), []
    except BrokenPack as broken:
        return None, broken.problems


@bp.get("/")
@requires(P.CONTENT)
def index() -> str:
    """Packs on disk beside what was loaded, problems with file and line, and what rests on law no longer in force."""
    packs, problems = _read()
    today = clock.today()
    return render_template(
        "content/index.html", packs=packs, problems=problems, loads=queries.loads(), names=NAMES,
        overdue=queries.due_for_review(today), resting=queries.resting_on_ended(today), on_web=queries.written_on_web(),
    )  # fmt: skip


@bp.post("/load")
@requires(P.CONTENT)
def load() -> Response | tuple[str, int]:
    """Load every pack that changed; a broken one is refused whole and nothing is written."""
    by_id = current_user.person_id
    release()  # reading and checking takes seconds: nobody waits for the write lock meanwhile
    packs, problems = _read()
    if packs is None:
        return render_template(
            "content/index.html", packs=None, problems=problems, loads=queries.loads(), overdue=[], resting=[], on_web=[]
        ), 422
    at = clock.now()
    report = services.load(packs, at, by_id, after_each=db.session.commit)
    record(by_id, "content.load", "packs", "all", at, **report.counts)
    db.session.commit()
    flash(f"Đã nạp: {report.counts['new']} gói mới, {report.counts['changed']} gói đổi.", "ok")
    for name in report.differs:
        flash(f"{name}: giảng viên đã sửa trên web; giữ nguyên.", "warn")
    return redirect(url_for(".index"))
