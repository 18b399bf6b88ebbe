"""Courses in the editor: which there are, their outline and settings."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.audit.services import record
from lms.authoring.forms.courses import ArrangeForm, NewCourseForm, SettingsForm
from lms.authoring.queries import bank as bank_queries
from lms.authoring.queries import drafts as queries
from lms.authoring.services import drafts as services
from lms.authoring.services import outline, quizzes, settings
from lms.authoring.services.assignments import new_assignment
from lms.authoring.services.stale import Stale
from lms.authoring.views import bp
from lms.courses.forms import offered
from lms.courses.queries import positions
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.permissions import P
from lms.vietnamese import format_number
from lms.web.auth import requires

Page = str | tuple[str, int] | Response
ADDING = {"add-module", "add-lesson", "add-quiz", "add-assignment"}  # takes nothing away, so it is never stale


def load(course_id: int, permission: P = P.DRAFTS) -> queries.Draft:
    """The course in the editor, if it is the person's to see (or write)."""
    return queries.draft(course_id, current_user.scope(permission))


@bp.get("/courses")
@requires(P.DRAFTS)
def courses() -> str:
    """The courses in scope and which of them have a draft."""
    return render_template("authoring/courses.html", courses=queries.courses(current_user.scope(P.DRAFTS)))


@bp.route("/courses/new", methods=["GET", "POST"])
@requires(P.AUTHOR)
def new_course() -> Page:
    """A new course: a name and a code, and on to its outline. Who opens it is its author."""
    form = NewCourseForm()
    if not form.validate_on_submit():
        return render_template("authoring/new_course.html", form=form), 422 if form.errors else 200
    code, title = str(form.code.data), str(form.title.data)
    everywhere = current_user.scope(P.AUTHOR).everywhere
    try:
        course_id = services.create(code, title, everywhere, current_user.person_id, clock.now())
    except Conflict as conflict:
        form.code.errors = [conflict.message]
        return render_template("authoring/new_course.html", form=form), 409
    record(current_user.person_id, "authoring.course", "course", course_id, clock.now(), code=code)
    db.session.commit()
    flash("Đã mở khóa mới. Khóa chỉ hiện với học viên sau khi xuất bản.", "ok")
    return redirect(url_for("authoring.course", course_id=course_id))


def _outline(
    draft: queries.Draft,
    stale: Stale | None = None,
    refusal: str = "",
    names: list[str] | None = None,
    asking: dict[str, str] | None = None,
) -> Page:
    typed = ArrangeForm() if request.method == "POST" and (stale or refusal) else ArrangeForm(formdata=None)
    page = render_template(
        "authoring/course.html", draft=draft, lessons=queries.lessons(draft, clock.today()), stale=stale, refusal=refusal,
        names=names or [], typed=typed, asking=asking, may_write=current_user.can(P.AUTHOR),
    )  # fmt: skip
    return (page, 409) if stale or refusal else page


@bp.get("/courses/<int:course_id>")
@requires(P.DRAFTS)
def course(course_id: int) -> Page:
    """The outline: modules, lessons and quizzes in their order."""
    return _outline(load(course_id))


@bp.post("/courses/<int:course_id>/outline")
@requires(P.AUTHOR)
def arrange(course_id: int) -> Page:
    """One act on the outline: add, rename, move, delete."""
    draft, form, at = load(course_id, P.AUTHOR), ArrangeForm(), clock.now()
    act, _, key = str(form.go.data or "").partition(":")
    if act in {"remove", "drop"} and (refused := _studied(draft, key)):
        return refused
    if act == "remove":
        return _outline(draft, asking=_asking(draft, key))
    try:
        entry = _act(draft, act, key, form)
    except Conflict as conflict:
        return _outline(draft, refusal=conflict.message)
    stamp = draft.stamp if act in ADDING else str(form.stamp.data)
    saved = services.save_course(draft, entry, stamp, current_user.person_id, at)
    if isinstance(saved, Stale):
        db.session.rollback()
        return _outline(load(course_id), saved)
    _follow(draft, entry, str(form.title.data or ""), at)
    db.session.commit()
    return redirect(url_for("authoring.course", course_id=course_id, _anchor=f"muc-{key.removeprefix('m:')}" if key else None))


def _studied(draft: queries.Draft, key: str) -> Page | None:
    """The refusal to delete what officers have studied, with their names."""
    count, names = queries.studied_by(draft.course_id, key, clock.today())
    words = f"Chưa xóa: {format_number(Decimal(count))} học viên đã học hoặc có kết quả ở bài này."
    return _outline(draft, refusal=words, names=names) if count else None


def _asking(draft: queries.Draft, key: str) -> dict[str, str]:
    """What deleting an item of the outline would take along."""
    item = next((a for a in draft.activities if a["key"] == key), None)
    if item is None:
        raise NotFound
    lesson = queries.lessons(draft, clock.today()).get(key)
    if lesson is None:
        words = {
            "quiz": "Câu hỏi trong ngân hàng vẫn còn; cách ra đề thì mất.",
            "assignment": "Đề bài và phiếu chấm của bài này sẽ mất.",
        }
        return {"key": key, "title": item.get("title", key), "words": words.get(item["kind"], "")}
    count = format_number(Decimal(len(lesson.body.split())))
    lost = (
        f"Bài có {count} chữ; xóa rồi thì những chữ này không còn trong bản nháp."
        if lesson.body.strip()
        else "Bài chưa có chữ nào."
    )
    return {"key": key, "title": lesson.entry["title"], "words": lost}


def _follow(draft: queries.Draft, entry: dict[str, Any], title: str, at: Any) -> None:
    """Texts of lessons follow the outline: a new lesson has an empty one, a deleted one has none."""
    before = {a["key"] for a in draft.activities if a["kind"] == "lesson"}
    after = {a["key"] for m in entry["module"] for a in m["activity"] if a["kind"] == "lesson"}
    for key in after - before:
        services.add_lesson(draft, key, title, current_user.person_id, at)
    for key in before - after:
        services.drop_lesson(draft, key)


def _act(draft: queries.Draft, act: str, key: str, form: ArrangeForm) -> dict[str, Any]:
    entry, title = draft.entry, str(form.title.data or "")
    if act in ADDING | {"rename"} and (not title or form.title.errors or len(title) > 200):
        raise Conflict("Hãy ghi tên, dài không quá 200 ký tự, rồi bấm lại.")
    acts: dict[str, Callable[[], dict[str, Any]]] = {
        "add-module": lambda: outline.add_module(entry, title),
        "rename": lambda: outline.rename_module(entry, key, title),
        "drop-module": lambda: outline.remove_module(entry, key),
        "up": lambda: outline.move(entry, key, -1),
        "down": lambda: outline.move(entry, key, 1),
        "put": lambda: outline.put(entry, key, str(form.module.data or ""), str(form.before.data or "")),
        "add-lesson": lambda: outline.add_activity(entry, key, {"kind": "lesson", "key": _key(draft, title)}),
        "add-quiz": lambda: outline.add_activity(entry, key, quizzes.new_quiz(_key(draft, title), title)),
        "add-assignment": lambda: outline.add_activity(entry, key, new_assignment(_key(draft, title), title)),
        "drop": lambda: outline.remove_activity(entry, key),
    }
    if act not in acts:
        raise Conflict("Chưa rõ cần làm gì. Hãy tải lại trang.")
    return acts[act]()


def _key(draft: queries.Draft, title: str) -> str:
    return outline.new_key(title, queries.used_keys(draft.course_id) | {a["key"] for a in draft.activities})


@bp.route("/courses/<int:course_id>/settings", methods=["GET", "POST"])
@requires(P.AUTHOR)
def course_settings(course_id: int) -> Page:
    """What the course says of itself: title, outcomes, for whom, what it rests on, when it is complete."""
    draft, known = load(course_id, P.AUTHOR), bank_queries.competences()
    form = SettingsForm(data=settings.course_values(draft.entry) | {"stamp": draft.stamp})
    form.positions.choices = offered((p.code, f"{p.code} {p.name}") for p in positions())
    form.prerequisites.choices = offered(queries.others(draft.code))
    page = {"draft": draft, "form": form, "competences": known}
    if not form.validate_on_submit():
        return render_template("authoring/course_settings.html", stale=None, **page), 422 if form.errors else 200
    try:
        entry = settings.course_entry(draft.entry, form.data, {code for code, _ in known})
    except ValueError as problem:
        form.evidences.errors = [str(problem)]
        return render_template("authoring/course_settings.html", stale=None, **page), 422
    return _saved(draft, entry, form, "authoring/course_settings.html", competences=known)


def _saved(draft: queries.Draft, entry: dict[str, Any], form: Any, template: str, **more: Any) -> Page:
    """Save what a form made of the draft, or show the form again with who was first."""
    stale = services.save_course(draft, entry, str(form.stamp.data), current_user.person_id, clock.now())
    if stale:
        return render_template(template, draft=draft, form=form, stale=stale, **more), 409
    db.session.commit()
    flash("Đã lưu bản nháp.", "ok")
    return redirect(url_for("authoring.course", course_id=draft.course_id))
