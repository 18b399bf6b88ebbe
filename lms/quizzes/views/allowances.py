"""Trainers and admins: more time, more attempts, a later last day, for a person or a unit."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.courses.forms import offered
from lms.db import db
from lms.people.queries import Scope, unit_choices
from lms.permissions import P
from lms.quizzes import queries, services
from lms.quizzes.forms import AllowanceForm, EndForm
from lms.quizzes.services import Given
from lms.quizzes.views import bp
from lms.web.auth import requires
from lms.web.forms import whole

NOBODY = "Không tìm thấy, hoặc có nhiều người cùng tên. Hãy ghi thư điện tử, số điện thoại hoặc mã."


def _form() -> AllowanceForm:
    scope, asked = current_user.scope(P.COURSE_PROGRESS), request.args
    form = AllowanceForm(data={"person": asked.get("person", ""), "activity_id": asked.get("quiz", 0, whole)})
    every = [(0, "Mọi bài kiểm tra")] if scope.everywhere else []
    form.activity_id.choices = offered(
        every + [(q.activity_id, f"{q.course_code}: {q.title}") for q in queries.quizzes_in(scope)]
    )
    form.unit_id.choices = offered([(0, "Không, chỉ cho một người"), *unit_choices(Scope(everywhere=True), clock.today())])
    return form


def _page(form: AllowanceForm) -> str:
    scope, today, activity_id = current_user.scope(P.COURSE_PROGRESS), clock.today(), request.args.get("quiz", 0, whole)
    return render_template(
        "quizzes/allowances.html", form=form, activity_id=activity_id, rows=queries.allowances(scope, today, activity_id),
        ended=queries.allowances(scope, today, activity_id, ended=True),
    )  # fmt: skip


@bp.get("/allowances")
@requires(P.COURSE_PROGRESS)
def allowances() -> str:
    """Who is given more, who was, and a form to give it; `quiz`: in that quiz."""
    return _page(_form())


@bp.post("/allowances")
@requires(P.COURSE_PROGRESS)
def allow() -> Response | tuple[str, int]:
    """Give a person or a unit more time, attempts or days."""
    form = _form()
    person_id = queries.person_by(form.person.data or "") if form.validate_on_submit() and form.person.data else None
    if not form.errors and form.person.data and person_id is None:
        form.person.errors = [NOBODY]
    if form.errors:
        return _page(form), 422
    given = Given(
        form.reason.data or "", person_id, form.unit_id.data or None, form.activity_id.data or None, form.percent.data or 0,
        form.attempts.data or 0, form.closes.data,
    )  # fmt: skip
    services.allow(given, current_user.scope(P.COURSE_PROGRESS), current_user.person_id, clock.now())
    db.session.commit()
    flash("Đã ghi. Bài đang làm dở cũng được kéo dài nếu có cộng giờ.", "ok")
    return redirect(url_for("quizzes.allowances", quiz=request.args.get("quiz", 0, whole) or None))


@bp.post("/allowances/<int:allowance_id>/end")
@requires(P.COURSE_PROGRESS)
def end_allowance(allowance_id: int) -> Response:
    """End what was given; attempts already begun keep it."""
    form = EndForm()
    if not form.validate_on_submit():
        flash("Chưa ghi lý do nên chưa ngừng.", "warn")
        return redirect(url_for("quizzes.allowances"))
    scope = current_user.scope(P.COURSE_PROGRESS)
    services.end_allowance(allowance_id, form.reason.data or "", scope, current_user.person_id, clock.now())
    db.session.commit()
    flash("Đã ngừng. Bài đang làm dở vẫn giữ giờ đã được cộng.", "ok")
    return redirect(url_for("quizzes.allowances"))
