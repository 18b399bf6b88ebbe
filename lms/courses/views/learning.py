"""What an officer sees and does: the catalogue, a course, a lesson."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.courses import queries, services
from lms.courses.views import bp
from lms.courses.views.outline import activity_url, drawn_outline
from lms.db import db
from lms.errors import NotFound
from lms.library import queries as library
from lms.permissions import P
from lms.vietnamese import clean
from lms.web.auth import requires
from lms.web.forms import whole


@bp.get("/")
@requires(P.LEARN)
def catalogue() -> str:
    """All courses, those for the officer's position first; searched without diacritics, narrowed by the chips in the address."""
    search = clean(request.args.get("q", ""))[:100]
    chosen = {name: value[:40] for name in queries.FACETS if (value := clean(request.args.get(name, "")))}
    found = queries.catalogue(current_user.person_id, clock.today(), search)
    entries = queries.narrow(found, chosen)
    groups = [[e for e in entries if e.mine], [e for e in entries if not e.mine]]
    page = "courses/_list.html" if request.headers.get("HX-Request") else "courses/catalogue.html"
    return render_template(
        page,
        groups=groups,
        count=len(entries),
        search=search,
        today=clock.today(),
        chosen=chosen,
        facets=queries.facets(found, chosen),
    )


@bp.get("/<int:course_id>")
@requires(P.LEARN)
def show(course_id: int) -> str:
    """One course: what one will be able to do, how far one is, its lessons with minutes and size."""
    row = queries.course_of(course_id)
    enrolment = queries.newest_enrolment(current_user.person_id, course_id)
    course = queries.version(enrolment.version_id if enrolment else row.current_id)
    progress = queries.progress(enrolment.id) if enrolment else {}
    done = {i for i, part in progress.items() if part.done_at}
    now = course.next_after(done, enrolment.last_activity_id) if enrolment else None
    finished = enrolment and enrolment.completed_at
    missing = [] if finished else queries.missing_prerequisites(current_user.person_id, course)
    return render_template(
        "courses/show.html", course=course, state=row.state, enrolment=enrolment, done=done, standing=course.standing(done),
        now=now, missing=missing, today=clock.today(),
        outline=drawn_outline(course, done, now["id"] if now else None, opened=bool(enrolment) and not missing),
    )  # fmt: skip


@bp.post("/<int:course_id>/enrol")
@requires(P.LEARN)
def enrol(course_id: int) -> Response:
    """Take a course of one's own will."""
    services.enrol_self(current_user.person_id, course_id, clock.now())
    db.session.commit()
    flash("Đã ghi danh. Anh/Chị có thể bắt đầu học ngay.", "ok")
    return redirect(url_for("courses.show", course_id=course_id))


@bp.get("/<int:course_id>/resume")
@requires(P.LEARN)
def resume(course_id: int) -> Response:
    """To the very activity where one goes on."""
    enrolment = queries.newest_enrolment(current_user.person_id, course_id)
    if enrolment is None:
        return redirect(url_for("courses.show", course_id=course_id))
    done = {i for i, part in queries.progress(enrolment.id).items() if part.done_at}
    item = queries.version(enrolment.version_id).next_after(done, enrolment.last_activity_id)
    return redirect(activity_url(item, course_id))


@bp.get("/lessons/<int:activity_id>")
@requires(P.LEARN)
def lesson(activity_id: int) -> str:
    """One lesson: text, videos, files, what it rests on; opened at the place where reading stopped."""
    study = _lesson(activity_id)
    progress = queries.progress(study.enrolment_id)
    text = queries.lesson_version(study.item["lesson_version"])
    activities = study.version.activities
    at = activities.index(study.item)
    before, after = activities[at - 1] if at else None, activities[at + 1] if at + 1 < len(activities) else None
    done = {i for i, part in progress.items() if part.done_at}
    place = progress[activity_id].place if activity_id in progress else 0
    return render_template(
        "courses/lesson.html", study=study, course=study.version, item=study.item, text=text, number=at + 1, today=clock.today(),
        citations=library.citations("lesson_version", [text.id], clock.today()).get(text.id, []),
        done=done, outline=drawn_outline(study.version, done, activity_id, opened=True), place=place,
        before=before, after=after, before_url=activity_url(before, study.course_id), after_url=activity_url(after, study.course_id),
        file_url=partial(url_for, "courses.lesson_file", activity_id=activity_id),
    )  # fmt: skip


def _lesson(activity_id: int) -> queries.Study:
    """The lesson, if the officer may study it."""
    study = queries.study(current_user.person_id, activity_id)
    if study.kind != "lesson":
        raise NotFound
    return study


@bp.post("/lessons/<int:activity_id>/finish")
@requires(P.LEARN)
def finish(activity_id: int) -> Response:
    """The lesson is read to its end; on to the next one."""
    study = _lesson(activity_id)
    services.finish_lesson(study.enrolment_id, activity_id, clock.now())
    enrolment = queries.newest_enrolment(current_user.person_id, study.course_id)
    db.session.commit()
    if enrolment and enrolment.completed_at and not study.completed_at:
        flash(f"Anh/Chị đã hoàn thành khóa {study.course_code}. Giấy chứng nhận đang chờ công nhận.", "ok")
        return redirect(url_for("courses.show", course_id=study.course_id))
    activities = study.version.activities
    after = activities[activities.index(study.item) + 1 :]
    return redirect(activity_url(after[0] if after else None, study.course_id))


@bp.post("/lessons/<int:activity_id>/place")
@requires(P.LEARN)
def place(activity_id: int) -> tuple[str, int]:
    """Keep where the officer is in the lesson (field `place`: per mille of its height)."""
    study = _lesson(activity_id)
    services.save_place(study.enrolment_id, activity_id, request.form.get("place", 0, type=whole), clock.now())
    db.session.commit()
    return "", 204
