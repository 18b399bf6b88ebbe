"""After a quiz: the result, what may be reviewed, and reporting a faulty question."""

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.db import db
from lms.grading import passed
from lms.library import queries as library
from lms.permissions import P
from lms.quizzes import queries, services
from lms.quizzes.forms import ReportForm
from lms.quizzes.views import bp
from lms.web.auth import requires


@bp.get("/attempts/<int:attempt_id>/result")
@requires(P.LEARN)
def result(attempt_id: int) -> str | Response:
    """What an attempt earned, and each question as far as the quiz lets it be seen."""
    sat, at = queries.sitting(attempt_id, current_user.person_id), clock.now()
    if sat.state(at) != "closed":
        return redirect(url_for("quizzes.check", attempt_id=attempt_id))
    return _page(sat, ReportForm(formdata=None), None)


def _page(sat: queries.Sitting, form: ReportForm, wrong: int | None) -> str:
    at = clock.now()
    done, going = queries.tries(sat.enrolment_id, sat.activity_id, at)
    limited = sat.quiz.attempts and queries.terms(sat.officer_id, sat.activity_id, clock.local(at).date()).attempts_of(sat.quiz)
    left = queries.attempts_left(limited, len(done) + (going is not None))
    open_ = queries.review_open(sat.quiz.review, left)
    ids = [item.question.id for item in sat.items]
    counted = queries.counted_percent(done, sat.quiz.method)
    return render_template(
        "quizzes/result.html", sat=sat, earned=queries.outcome(sat), done=done, going=going, left=left, limited=limited, open=open_, counted=counted,
        counts=counted is not None and passed(counted, sat.quiz.pass_mark), course=queries.course_of(sat.enrolment_id),
        cited=library.citations("question_version", ids, clock.local(at).date()) if open_ else {}, methods=queries.METHOD_NAMES,
        reported=queries.reported(sat.id), form=form, wrong=wrong, reviews=queries.REVIEWS,
    )  # fmt: skip


@bp.post("/attempts/<int:attempt_id>/<int:position>/report")
@requires(P.LEARN)
def report(attempt_id: int, position: int) -> Response | tuple[str, int]:
    """An officer says what is wrong with a question."""
    sat = queries.sitting(attempt_id, current_user.person_id)
    sat.at_position(position)
    form = ReportForm()
    if not form.validate_on_submit() and sat.state(clock.now()) == "closed":
        return _page(sat, form, position), 422
    services.report_question(current_user.person_id, attempt_id, position, form.text.data or "", clock.now())
    db.session.commit()
    flash("Đã gửi. Giảng viên sẽ xem và trả lời ở mục Thông báo. Điểm của bài chưa thay đổi.", "ok")
    return redirect(url_for("quizzes.result", attempt_id=attempt_id, _anchor=f"cau-{position}"))
