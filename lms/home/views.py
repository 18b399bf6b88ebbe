"""Each role's first page, the guides, the log."""

from functools import cache
from pathlib import Path

from flask import Blueprint, render_template, request
from flask_login import current_user

from lms import clock, markup
from lms.audit import queries as audit
from lms.errors import NotFound
from lms.home import queries
from lms.permissions import P
from lms.vietnamese import clean
from lms.web.auth import public, requires
from lms.web.forms import whole

bp = Blueprint("home", __name__)
GUIDES = Path(__file__).resolve().parents[2] / "docs" / "vi"
GUIDE_NAMES = {"hoc-vien": "Học viên", "giang-vien": "Giảng viên", "quan-tri": "Quản trị và đầu mối đơn vị"}


@bp.get("/")
@requires(P.LEARN)
def index() -> str:
    """Where to go on, what is due, the officer's courses and competence; for staff also what waits for them."""
    mine = queries.my_courses(current_user.person_id)
    hero = next((cycle for cycle in mine if not cycle.completed_at), None)
    return render_template(
        "home/index.html", courses=mine, now=clock.now(), today=clock.today(), waiting=_waiting(),
        hero=hero, step=queries.next_step(hero) if hero else None,
    )  # fmt: skip


def _waiting() -> list[tuple[str, str, int]]:
    """What waits for the person's roles: (endpoint, words, how many)."""
    found = []
    if current_user.can(P.CERTIFICATES):
        found.append(("certificates.pending", "kết quả chờ công nhận", queries.pending_certificates()))
    if current_user.can(P.QUESTION_REPORTS):
        scope = current_user.scope(P.QUESTION_REPORTS)
        found.append(
            ("quizzes.reports", "câu hỏi được báo lỗi", queries.open_reports(None if scope.everywhere else scope.course_ids))
        )
    return [entry for entry in found if entry[2]]


@bp.get("/log")
@requires(P.AUDIT)
def log() -> str:
    """Who did what, newest first."""
    act, before = clean(request.args.get("act", ""))[:40], request.args.get("before", type=whole)
    return render_template("home/log.html", entries=audit.entries(act, before), act=act)


@bp.get("/help")
@public
def help() -> str:
    """The guides, by role."""
    return render_template("home/help.html", guides=GUIDE_NAMES)


@bp.get("/help/<name>")
@public
def guide(name: str) -> str:
    """One guide, to read or print."""
    if name not in GUIDE_NAMES:
        raise NotFound
    return render_template("home/guide.html", title=GUIDE_NAMES[name], html=_rendered(name))


@cache
def _rendered(name: str) -> str:
    return markup.render((GUIDES / f"{name}.md").read_text(encoding="utf-8"), files_base="/static/img/guide/").html
