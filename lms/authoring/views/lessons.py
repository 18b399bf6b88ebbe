"""One lesson: written with its preview beside it, saved while typing, compared with earlier texts, seen as an officer sees it."""

from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock, storage
from lms.authoring.forms.courses import LessonForm
from lms.authoring.queries import bank as bank_queries
from lms.authoring.queries import drafts as queries
from lms.authoring.services import drafts as services
from lms.authoring.services import lessons
from lms.authoring.services.difference import difference
from lms.authoring.services.stale import Stale
from lms.authoring.views import bp
from lms.authoring.views.courses import load
from lms.courses.queries import VIDEO_TYPES, picture_type
from lms.db import db, release
from lms.errors import Conflict, NotFound
from lms.permissions import P
from lms.vietnamese import clean
from lms.web.auth import requires
from lms.web.forms import whole
from lms.web.templating import clock_time, megabytes

Page = str | tuple[str, int] | Response
Reply = tuple[dict[str, Any], int]
PLAYED = VIDEO_TYPES | {"text/vtt"}


def load_lesson(course_id: int, key: str, permission: P = P.DRAFTS) -> tuple[queries.Draft, queries.Lesson]:
    """A lesson with its course in the editor, if it is the person's to see (or write). Raises NotFound."""
    draft = load(course_id, permission)
    return draft, queries.lesson(draft, key, clock.today())


def _shown(draft: queries.Draft, lesson: queries.Lesson, body: str | None = None) -> lessons.Shown:
    base = url_for("authoring.course", course_id=draft.course_id) + "/files"
    return lessons.shown(lesson.body if body is None else body, lesson.files, lesson.entry.get("videos", []), base)


def _sent(lesson: queries.Lesson, form: LessonForm) -> tuple[dict[str, Any], str]:
    """Head and text as the form has them; files no longer offered are left out."""
    body, sent = form.text(), request.form
    rows = (
        sent.getlist("instrument"),
        [clean(a)[:200] for a in sent.getlist("article")],
        [clean(n)[:300] for n in sent.getlist("note")],
    )
    known = {key for key, *_ in bank_queries.instruments()}
    head = {
        "title": str(form.title.data), "mandatory": bool(form.mandatory.data),
        "citations": [c for c in lessons.cited(*rows) if c["instrument"] in known],
    }  # fmt: skip
    titles = dict(zip(sent.getlist("file_name"), [clean(t)[:200] for t in sent.getlist("file_title")], strict=False))
    dropped = set(sent.getlist("drop_file"))
    offered = [
        {"file": f["file"], "title": titles.get(f["file"]) or f["title"]}
        for f in lesson.entry.get("files", [])
        if f["file"] not in dropped
    ]
    head |= {"minutes": form.minutes.data} if form.minutes.data else {}
    head |= {"files": offered} if offered else {}
    head |= {"videos": lesson.entry["videos"]} if lesson.entry.get("videos") else {}
    if lesson.entry.get("mandatory", True) and head["mandatory"] and "mandatory" not in lesson.entry:
        del head["mandatory"]
    return head, body


def _editor(
    draft: queries.Draft, lesson: queries.Lesson, form: LessonForm, stale: Stale | None = None, status: int = 200
) -> Page:
    body = str(form.body.data or "")
    items = [a for a in draft.activities if a["kind"] == "lesson"]
    page = render_template(
        "authoring/edit_lesson.html", draft=draft, lesson=lesson, form=form, stale=stale, shown=_shown(draft, lesson, body),
        difference_lines=difference(stale.body.splitlines(), body.splitlines()) if stale else [], instruments=bank_queries.instruments(),
        number=[a["key"] for a in items].index(lesson.key) + 1, may_write=current_user.can(P.AUTHOR),
    )  # fmt: skip
    return (page, status) if status != 200 else page


@bp.get("/courses/<int:course_id>/lessons/<key>")
@requires(P.DRAFTS)
def edit_lesson(course_id: int, key: str) -> Page:
    """The editor of a lesson."""
    draft, lesson = load_lesson(course_id, key)
    values = {"stamp": f"{draft.base_id}.{lesson.revision}", "title": lesson.entry["title"], "body": lesson.body}
    values |= {"mandatory": lesson.entry.get("mandatory", True), "minutes": lesson.entry.get("minutes")}
    form = LessonForm(formdata=None, data=values)
    return _editor(draft, lesson, form)


@bp.post("/courses/<int:course_id>/lessons/<key>")
@requires(P.AUTHOR)
def save_lesson(course_id: int, key: str) -> Page:
    """The editor's form, sent whole; who comes second sees both texts and may save on top."""
    (draft, lesson), form = load_lesson(course_id, key, P.AUTHOR), LessonForm()
    if not form.validate():
        return _editor(draft, lesson, form, status=422)
    head, body = _sent(lesson, form)
    saved = services.save_lesson(
        draft, lesson, head, body, lesson.files, str(form.stamp.data), current_user.person_id, clock.now()
    )
    if isinstance(saved, Stale):
        form.stamp.data = saved.stamp
        return _editor(draft, lesson, form, saved, 409)
    db.session.commit()
    flash(f"Đã lưu lúc {clock_time(clock.now())}.", "ok")
    return redirect(url_for("authoring.edit_lesson", course_id=course_id, key=key))


@bp.post("/courses/<int:course_id>/lessons/<key>/write")
@requires(P.AUTHOR)
def write_lesson(course_id: int, key: str) -> Reply:
    """A pause in typing: save, and answer with the preview. Nothing is saved over somebody else's change."""
    (draft, lesson), form, at = load_lesson(course_id, key, P.AUTHOR), LessonForm(), clock.now()
    shown = _shown(draft, lesson, form.text()[:400_000])
    answer = {
        "html": shown.html, "minutes": form.minutes.data or shown.minutes, "estimate": shown.minutes, "size": megabytes(shown.bytes),
        "problems": list(shown.problems),
    }  # fmt: skip
    if not form.validate():
        return answer | {"message": "Chưa lưu: " + next(iter(form.errors.values()))[0]}, 422
    head, body = _sent(lesson, form)
    saved = services.save_lesson(draft, lesson, head, body, lesson.files, str(form.stamp.data), current_user.person_id, at)
    if isinstance(saved, Stale):
        return answer | {
            "message": f"{saved.by_name or 'Người khác'} đã sửa bài này trước. Bấm Lưu để xem hai bản cạnh nhau."
        }, 409
    db.session.commit()
    return answer | {"stamp": saved, "message": f"Đã lưu {clock_time(at)}"}, 200


@bp.post("/courses/<int:course_id>/lessons/<key>/files")
@requires(P.AUTHOR)
def upload_file(course_id: int, key: str) -> Page | Reply:
    """A picture for the text, or a paper to download. Answers a script with JSON, a form with the editor."""
    (draft, lesson), sent = load_lesson(course_id, key, P.AUTHOR), request.files.get("file")
    if sent is None or not sent.filename:
        return _not_taken(course_id, key, Conflict("Chưa chọn tệp nào."))
    taken = queries.files(draft)
    release()  # making a picture small takes seconds: nobody waits for the write lock meanwhile
    try:
        with sent.stream:
            name, entry, picture = lessons.kept_file(sent.stream.read(), sent.filename, taken)
    except Conflict as conflict:
        return _not_taken(course_id, key, conflict)
    draft, lesson = load_lesson(course_id, key, P.AUTHOR)
    stamp = services.add_file(
        draft, lesson, name, entry, not picture, clean(sent.filename)[:120], current_user.person_id, clock.now()
    )
    db.session.commit()
    opened = request.form.get("stamp", "")
    stamp = stamp if opened == f"{draft.base_id}.{lesson.revision}" else opened  # an older page stays older
    return _uploaded(course_id, key, name, entry["digest"], picture, stamp)


def _not_taken(course_id: int, key: str, conflict: Conflict) -> Response:
    """Back to the lesson, whose text was saved while it was typed, with why the file was not taken; a script hears it as such."""
    if request.accept_mimetypes.best == "application/json":
        raise conflict
    flash(conflict.message, "bad")
    return redirect(url_for("authoring.edit_lesson", course_id=course_id, key=key))


def _uploaded(course_id: int, key: str, name: str, digest: str, picture: bool, stamp: str) -> Page | Reply:
    if request.accept_mimetypes.best == "application/json":
        src = url_for("authoring.draft_file", course_id=course_id, digest=digest, name=name)
        return {"name": name, "picture": picture, "stamp": stamp, "src": src}, 200
    flash(f"Đã tải lên {name}." + (f" Chèn vào bài: ![lời mô tả ảnh]({name})" if picture else ""), "ok")
    return redirect(url_for("authoring.edit_lesson", course_id=course_id, key=key))


@bp.get("/courses/<int:course_id>/files/<digest>/<name>")
@requires(P.DRAFTS)
def draft_file(course_id: int, digest: str, name: str) -> Response:
    """A file of the draft: pictures are shown, videos and captions played, everything else is saved."""
    file = next((f for f in queries.files(load(course_id)).values() if f["digest"] == digest), None)
    if file is None:
        raise NotFound
    path = storage.existing(digest)
    with path.open("rb") as stream:
        mime = file["mime"] if file["mime"] in PLAYED else picture_type(stream.read(16))
    response = send_file(
        path, mimetype=mime or "application/octet-stream", as_attachment=mime is None, download_name=name, etag=digest
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.get("/courses/<int:course_id>/lessons/<key>/versions")
@requires(P.DRAFTS)
def lesson_versions(course_id: int, key: str) -> str:
    """Earlier texts, each with its difference to the text there is now."""
    draft, lesson = load_lesson(course_id, key)
    told = [
        (row, name, difference(lessons.lines(row.entry, row.body), lessons.lines(lesson.entry, lesson.body)))
        for row, name in queries.revisions(course_id, key)
    ]
    return render_template(
        "authoring/lesson_versions.html", draft=draft, lesson=lesson, versions=told, may_write=current_user.can(P.AUTHOR)
    )


@bp.post("/courses/<int:course_id>/lessons/<key>/restore")
@requires(P.AUTHOR)
def restore_lesson(course_id: int, key: str) -> Response:
    """Go back to an earlier text; the text there is now becomes an earlier one."""
    (draft, lesson), at = load_lesson(course_id, key, P.AUTHOR), clock.now()
    number = request.form.get("version", type=whole)
    row = next((row for row, _ in queries.revisions(course_id, key) if row.id == number), None)
    if row is None:
        raise Conflict("Không còn bản này. Hãy tải lại trang.")
    stamp = f"{draft.base_id}.{lesson.revision}"
    saved = services.save_lesson(draft, lesson, row.entry, row.body, lesson.files | row.files, stamp, current_user.person_id, at)
    if isinstance(saved, Stale):
        raise Conflict("Có người vừa lưu bài này. Chưa lấy lại bản trước; hãy tải lại trang.")
    db.session.commit()
    flash("Đã lấy lại bản trước. Bản vừa thay vẫn còn trong danh sách.", "ok")
    return redirect(url_for("authoring.edit_lesson", course_id=course_id, key=key))
