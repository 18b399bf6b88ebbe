"""Trainers and admins: reported questions, who needs help."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.courses import queries as courses
from lms.db import db
from lms.errors import NotFound
from lms.permissions import P
from lms.quizzes import queries, services
from lms.quizzes.forms import ReplyForm
from lms.quizzes.views import bp
from lms.web.auth import requires
from lms.web.forms import whole


@bp.get("/reports")
@requires(P.QUESTION_REPORTS)
def reports() -> str:
    """Questions that officers reported in the courses in scope."""
    return _reports(ReplyForm(formdata=None), None)


def _reports(form: ReplyForm, wrong: int | None) -> str:
    answered, page = request.args.get("answered") == "1", max(request.args.get("page", 1, whole), 1)
    rows, more = queries.reports(current_user.scope(P.QUESTION_REPORTS), answered, page)
    return render_template(
        "quizzes/reports.html", rows=rows, more=more, page=page, answered=answered, form=form, wrong=wrong,
        can_allow=current_user.can(P.COURSE_PROGRESS), keys=queries.keys(rows),
    )  # fmt: skip


@bp.post("/reports/<int:report_id>")
@requires(P.QUESTION_REPORTS)
def reply(report_id: int) -> Response | tuple[str, int]:
    """Answer a report; the officer is told."""
    scope, form = current_user.scope(P.QUESTION_REPORTS), ReplyForm()
    row = queries.report(report_id, scope)
    if not form.validate_on_submit():
        return _reports(form, report_id), 422
    if row.practice_id is None:
        href = url_for("quizzes.result", attempt_id=row.attempt_id, _anchor=f"cau-{row.position}")
    else:
        href = url_for("quizzes.practice_question", practice_id=row.practice_id, place=row.position)
    services.reply(report_id, scope, form.text.data or "", current_user.person_id, clock.now(), href)
    db.session.commit()
    flash("Đã gửi trả lời đến học viên.", "ok")
    return redirect(url_for("quizzes.reports"))


@bp.get("/help")
@requires(P.COURSE_PROGRESS)
def needing_help() -> str:
    """Who keeps answering wrong in a course, so that somebody calls them before they give up."""
    scope, today = current_user.scope(P.COURSE_PROGRESS), clock.today()
    mine = {course.course_id: course for course in courses.courses_in(scope)}
    course_id = request.args.get("course", next(iter(mine), 0), type=whole)
    if mine and course_id not in mine:
        raise NotFound
    rows = queries.needing_help(scope, course_id, today) if mine else []
    return render_template(
        "quizzes/needing_help.html", courses=mine.values(), course=mine.get(course_id), rows=rows, now=clock.now(),
        most=queries.MOST_HELP, many=queries.MANY_WRONG,
    )  # fmt: skip


@bp.get("/<int:activity_id>/standing")
@requires(P.COURSE_PROGRESS)
def standing(activity_id: int) -> str:
    """How a quiz went: who handed in, passed, reached which grade."""
    scope, today, page = current_user.scope(P.COURSE_PROGRESS), clock.today(), max(request.args.get("page", 1, whole), 1)
    found = queries.standing(scope, activity_id, today)
    rows, more = queries.earned_by(scope, activity_id, today, page)
    return render_template("quizzes/standing.html", found=found, rows=rows, more=more, page=page, now=clock.now())
