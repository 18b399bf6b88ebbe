"""Pages of tracking."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug import Response

from lms import clock
from lms.assignments.queries import HIGHEST, self_ratings
from lms.db import db
from lms.errors import Conflict
from lms.people.queries import Scope
from lms.permissions import P
from lms.quizzes import queries as quizzes
from lms.tracking import queries, services
from lms.tracking.queries.needs import EVERYWHERE
from lms.tracking.queries.picking import how_long, how_many
from lms.tracking.queries.plan import plan
from lms.tracking.views.drawing import petals
from lms.web.auth import requires

bp = Blueprint("tracking", __name__, url_prefix="/tracking")

SOURCES = {
    "lesson": "Đọc bài học", "practice": "Luyện tập", "quiz_knowledge": "Trắc nghiệm kiến thức", "quiz_situational": "Trắc nghiệm tình huống",
    "rubric": "Bài tập có phiếu chấm", "product": "Sản phẩm công việc",
    "confirmation": "Thủ trưởng xác nhận, không kèm sản phẩm", "recognition": "Quyết định công nhận", "self_rating": "Tự đánh giá",
}  # fmt: skip
# Where a piece of evidence can be looked at again: endpoint, its parameter, words.
PAGES = {
    "quiz_knowledge": ("quizzes.result", "attempt_id", "Xem lại bài làm"),
    "quiz_situational": ("quizzes.result", "attempt_id", "Xem lại bài làm"),
    "practice": ("quizzes.practice_summary", "practice_id", "Xem lại lượt luyện"),
    "rubric": ("assignments.result", "submission_id", "Xem phiếu chấm, gửi kiến nghị"),
    "product": ("assignments.product", "product_id", "Xem xác nhận, gửi kiến nghị"),
    "confirmation": ("assignments.product", "product_id", "Xem xác nhận, gửi kiến nghị"),
}
# Rules of other systems, to compare (lms.competence.engine.old_rules).
OLD_RULES = {
    "answers": "từ {} số câu đúng", "highest": "bài cao nhất từ {} (Moodle, Canvas)", "latest": "bài gần nhất từ {} (Canvas)",
    "average": "trung bình các bài từ {} (Canvas)", "decaying_average": "bài gần nhất nặng 65%, các bài trước 35% (Canvas)",
    "standard_decaying_average": "trung bình giảm dần 65% (Canvas)", "n_mastery": "ít nhất 3 bài từ {} (Canvas)",
    "m_of_n": "8 câu đúng trong 10 câu gần nhất (kiểu Kolibri)",
}  # fmt: skip
LEVELS = ("Chưa có", "Biết", "Làm được", "Thành thạo", "Hướng dẫn, chủ trì", "Dẫn dắt, đổi mới")
TABS = {"missing": "Cần bù", "fading": "Cần ôn", "met": "Đã đạt", "all": "Tất cả"}


def _page(found: queries.Profile, own: bool) -> str:
    tab = request.args.get("show", "")
    tab = tab if tab in TABS else ("missing" if found.missing else "all")
    shown = {"missing": found.missing, "fading": found.fading, "met": found.met, "all": found.lines}
    weekly = quizzes.weekly_practice(found.person.id, quizzes.week_of(found.record.on)) if own else None
    return render_template(
        "tracking/profile.html", profile=found, tab=tab, tabs=TABS, shown=shown, petals=petals(found.areas), own=own,
        plan=plan(found), rules=found.record.law.rules, how_many=how_many, how_long=how_long, weekly=weekly,
        choices=queries.position_choices(), rated=self_ratings(current_user.person_id) if own else {},
    )  # fmt: skip


def _why_page(person_id: int, competence: str, own: bool, scope: Scope = EVERYWHERE) -> str:
    position = request.args.get("position", "")
    return render_template(
        "tracking/why.html", why=queries.why(person_id, competence, clock.now(), scope, position), own=own, levels=LEVELS, sources=SOURCES,
        pages=PAGES, old_rules=OLD_RULES, how_many=how_many, how_long=how_long, most=HIGHEST, position=position or None,
        rated=self_ratings(person_id).get(competence) if own else None,
    )  # fmt: skip


@bp.get("/")
@requires(P.LEARN)
def profile() -> str:
    """The viewer's own profile, against the own positions or another one."""
    return _page(queries.profile(current_user.person_id, clock.now(), position=request.args.get("position", "")), own=True)


@bp.get("/summary")
@requires(P.LEARN)
def summary() -> str:
    """The viewer's lotus in a card: the fragment that the first page shows."""
    found = queries.profile(current_user.person_id, clock.now())
    return render_template("tracking/_summary.html", profile=found, petals=petals(found.areas))


@bp.get("/officers/<int:person_id>")
@requires(P.UNIT_COMPETENCE)
def officer(person_id: int) -> str:
    """The profile of an officer in scope."""
    scope, position = current_user.scope(P.UNIT_COMPETENCE), request.args.get("position", "")
    return _page(queries.profile(person_id, clock.now(), scope, position), own=False)


@bp.get("/why/<competence>")
@requires(P.LEARN)
def why(competence: str) -> str:
    """Why the viewer holds a level or not, with every piece of evidence."""
    return _why_page(current_user.person_id, competence, own=True)


@bp.get("/officers/<int:person_id>/why/<competence>")
@requires(P.UNIT_COMPETENCE)
def officer_why(person_id: int, competence: str) -> str:
    """The same of an officer in scope."""
    return _why_page(person_id, competence, own=False, scope=current_user.scope(P.UNIT_COMPETENCE))


@bp.post("/why/<competence>/practise")
@requires(P.LEARN)
def practise(competence: str) -> Response:
    """Begin the questions that tell most of the level missing."""
    position = request.args.get("position", "")
    try:
        practice = services.practise(current_user.person_id, competence, clock.now(), position)
    except Conflict as refused:
        flash(str(refused), "warn")
        return redirect(url_for(".why", competence=competence, position=position or None))
    db.session.commit()
    return redirect(url_for("quizzes.practice", practice_id=practice.id))


@bp.post("/weekly")
@requires(P.LEARN)
def practise_week() -> Response:
    """Begin the five questions of this week."""
    practice = services.practise_week(current_user.person_id, clock.now())
    db.session.commit()
    return redirect(url_for("quizzes.practice", practice_id=practice.id))


@bp.get("/attempts/<int:attempt_id>")
@requires(P.LEARN)
def attempt(attempt_id: int) -> str:
    """What the viewer's attempt changed in the profile: a fragment for its result page, a page when opened by itself."""
    return _effects_page(queries.attempt_effects(current_user.person_id, attempt_id, clock.now()), "Sau bài kiểm tra")


@bp.get("/practices/<int:practice_id>")
@requires(P.LEARN)
def practised(practice_id: int) -> str:
    """The same of a practice."""
    return _effects_page(queries.practice_effects(current_user.person_id, practice_id, clock.now()), "Sau lượt luyện")


def _effects_page(effects: Sequence[queries.Effect], title: str) -> str:
    page = "tracking/_effects.html" if request.headers.get("HX-Request") else "tracking/attempt.html"
    return render_template(page, effects=effects, title=title)


from lms.tracking.views import awards, courses, items, province, rules, unit  # noqa: E402  they hang their pages on the blueprint

__all__ = ["awards", "bp", "courses", "items", "province", "rules", "unit"]
