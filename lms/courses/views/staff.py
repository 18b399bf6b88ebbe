"""What staff see and do: who is where, nominate officers, due days, enrolment rules."""

from datetime import date
from types import SimpleNamespace

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.audit import services as audit
from lms.courses import queries, services
from lms.courses.forms import ExtendForm, NominateForm, RuleForm, offered
from lms.courses.views import bp
from lms.db import db
from lms.errors import NotFound
from lms.permissions import P
from lms.vietnamese import clean, format_date, format_number
from lms.web.auth import requires
from lms.web.forms import whole

Page = str | tuple[str, int] | Response


@bp.get("/progress")
@requires(P.COURSE_PROGRESS)
def progress() -> str:
    """Who is where in a course, by unit and state."""
    return _progress(ExtendForm(formdata=None))


def _progress(form: ExtendForm) -> str:
    scope, today = current_user.scope(P.COURSE_PROGRESS), clock.today()
    courses = {course.course_id: course for course in queries.courses_in(scope)}
    if not courses:
        return render_template("courses/progress.html", course=None)
    course_id = request.args.get("course", next(iter(courses)), type=whole)
    if course_id not in courses:
        raise NotFound
    state = request.args.get("state", "")
    narrowed = queries.Filter(request.args.get("unit", type=whole), state, request.args.get("after", type=whole))
    counts, unit_ids = queries.counts(scope, course_id, today)
    return render_template(
        "courses/progress.html", courses=courses.values(), course=courses[course_id], narrowed=narrowed, states=queries.STATES,
        rows=queries.who_is_where(scope, course_id, today, narrowed), counts=counts,
        units=queries.units_named(unit_ids, today), page=queries.PAGE, form=form, now=clock.now(), today=today,
    )  # fmt: skip


@bp.post("/nudge")
@requires(P.COURSE_PROGRESS)
def nudge() -> Response:
    """Remind the officers ticked, then back to the page they were ticked on."""
    form, at = ExtendForm(), clock.now()
    ids = form.enrolment_ids.data or []
    cycles = queries.cycles_within(current_user.scope(P.COURSE_PROGRESS), ids, clock.today())
    if len(cycles) < len(set(ids)) and not cycles:
        raise NotFound
    told = services.nudge(cycles, at)
    audit.record(current_user.person_id, "courses.nudge", "course", cycles[0].course_id if cycles else "", at, told=told)
    db.session.commit()
    flash(_nudged(told, len(cycles)), "ok" if told else "warn")
    back = "quizzes.needing_help" if request.args.get("from") == "help" else "courses.progress"
    return redirect(url_for(back, course=cycles[0].course_id if cycles else None))


def _nudged(told: int, chosen: int) -> str:
    if not chosen:
        return "Chưa chọn học viên nào, hoặc họ đã hoàn thành."
    before = f" {chosen - told} người đã được nhắc trong tuần này nên không nhắc lại." if chosen > told else ""
    return f"Đã nhắc {told} người.{before}"


@bp.post("/extend")
@requires(P.ENROL)
def extend() -> Page:
    """A later due day for the officers ticked."""
    form, at = ExtendForm(), clock.now()
    if not form.validate():
        return _progress(form), 422
    due: date = form.due.data  # type: ignore[assignment]  # required by the form
    for row in queries.enrolments_in(current_user.scope(P.ENROL), form.enrolment_ids.data, clock.today()):
        services.extend(row.id, due)
        before = row.due.isoformat() if row.due else None
        audit.record(current_user.person_id, "courses.extend", "enrolment", row.id, at, due=due.isoformat(), before=before)
    db.session.commit()
    flash(f"Đã gia hạn cho {len(set(form.enrolment_ids.data))} học viên đến {format_date(due)}.", "ok")
    return redirect(url_for("courses.progress", **request.args.to_dict()))  # type: ignore[arg-type]


@bp.route("/nominate", methods=["GET", "POST"])
@requires(P.ENROL)
def nominate() -> Page:
    """Send officers of one's own units to a course."""
    scope, today, at = current_user.scope(P.ENROL), clock.today(), clock.now()
    form = NominateForm(course_id=request.args.get("course", type=whole))
    form.course_id.choices = offered(queries.course_choices())
    search = clean(request.args.get("q", ""))[:100]
    if not form.validate_on_submit():
        course_id = form.course_id.data or next((choice.value for choice in form.course_id.choices), 0)
        found = queries.candidates(scope, course_id, today, search)
        page = render_template("courses/nominate.html", form=form, officers=found, course_id=course_id, search=search)
        return page, 422 if form.errors else 200
    chosen = queries.officers_within(scope, form.officer_ids.data, today)
    dues = dict.fromkeys(chosen, form.due.data)
    taken = services.enrol_many(dues, form.course_id.data, "nominated", at, current_user.person_id)
    audit.record(current_user.person_id, "courses.nominate", "course", form.course_id.data, at, officers=taken)
    db.session.commit()
    flash(_nominated(len(taken), len(chosen)), "ok")
    return redirect(url_for("courses.nominate", course=form.course_id.data))


def _nominated(taken: int, chosen: int) -> str:
    before = f" {chosen - taken} người đã ở trong khóa từ trước, giữ nguyên." if chosen > taken else ""
    return f"Đã cử {format_number(taken)} người đi học.{before}"


@bp.route("/rules", methods=["GET", "POST"])
@requires(P.ENROL_RULES)
def rules() -> Page:
    """Enrolment rules: those there are, a new one, and how many it would take before it is saved."""
    form = RuleForm(request.form if request.method == "POST" else request.args if request.args else None)
    form.course_id.choices = offered(queries.course_choices())
    form.positions.choices = offered((row.code, f"{row.code} {row.name}") for row in queries.positions())
    valid, at, today = form.validate() if (request.args or request.method == "POST") else False, clock.now(), clock.today()
    if valid and request.method == "POST":
        rule = services.put_rule(
            form.course_id.data, form.kind.data, form.audience, form.days.data or 0, today, current_user.person_id
        )
        audit.record(current_user.person_id, "courses.rule", "enrolment_rule", rule.id, at, rule=rule.kind, days=rule.days)
        db.session.commit()
        flash("Đã lưu quy tắc. Người thuộc diện được ghi danh trong vòng một giờ.", "ok")
        return redirect(url_for("courses.rules"))
    new = SimpleNamespace(course_id=form.course_id.data, kind=form.kind.data, audience=form.audience, since=today)
    takes = queries.count_of(services.wanted(new, today)) if valid else None
    page = render_template("courses/rules.html", form=form, rules=queries.rules(), takes=takes, today=today)
    return page, 422 if form.errors else 200


@bp.post("/rules/<int:rule_id>/end")
@requires(P.ENROL_RULES)
def end_rule(rule_id: int) -> Response:
    """A rule takes nobody in from tomorrow on."""
    services.end_rule(rule_id, clock.today())
    audit.record(current_user.person_id, "courses.rule_end", "enrolment_rule", rule_id, clock.now())
    db.session.commit()
    flash("Quy tắc dừng sau hôm nay. Người đã ghi danh vẫn học tiếp.", "ok")
    return redirect(url_for("courses.rules"))
