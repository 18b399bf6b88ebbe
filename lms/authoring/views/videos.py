"""Videos of a lesson: added, described, given captions, taken away."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from lms import clock
from lms.authoring.forms.videos import VideoForm
from lms.authoring.queries import drafts as queries
from lms.authoring.queries.drafts import Draft, Lesson
from lms.authoring.services import drafts as services
from lms.authoring.services import videos as films
from lms.authoring.services.stale import Stale
from lms.authoring.views import bp
from lms.authoring.views.lessons import Reply, load_lesson
from lms.db import db, release
from lms.errors import Conflict, NotFound
from lms.permissions import P
from lms.vietnamese import nfc
from lms.web.auth import requires, takes_videos

Page = str | tuple[str, int] | Response
LARGEST_CAPTIONS = 2 * 2**20


def _form(draft: Draft, lesson: Lesson, video: dict[str, Any]) -> VideoForm:
    values = {name: video.get(name, "") for name in ("title", "minutes", "transcript")}
    stamp = f"{draft.base_id}.{lesson.revision}"
    return VideoForm(formdata=None, data=values | {"captions": films.captions_of(lesson.files, video), "stamp": stamp})


def _page(
    draft: Draft,
    lesson: Lesson,
    sent: VideoForm | None = None,
    file: str = "",
    stale: Stale | None = None,
    status: int = 200,
    refusal: str = "",
) -> Page:
    """All videos with their forms; `sent`: the form of the video `file` ("" for a new one) as it was sent, with its faults; `refusal`: why a
    new one was not taken."""
    rows = [
        (video, lesson.files.get(video["file"]), sent if sent and video["file"] == file else _form(draft, lesson, video))
        for video in lesson.entry.get("videos", [])
    ]
    new = sent if sent and not file else VideoForm(formdata=None, data={"stamp": f"{draft.base_id}.{lesson.revision}"})
    page = render_template("authoring/videos.html", draft=draft, lesson=lesson, rows=rows, new=new, stale=stale, refusal=refusal)
    return (page, status) if status != 200 else page


@bp.get("/courses/<int:course_id>/lessons/<key>/videos")
@requires(P.AUTHOR)
def videos(course_id: int, key: str) -> Page:
    """The videos of a lesson."""
    return _page(*load_lesson(course_id, key, P.AUTHOR))


@bp.post("/courses/<int:course_id>/lessons/<key>/videos")
@requires(P.AUTHOR)
@takes_videos
def add_video(course_id: int, key: str) -> Page | Reply:
    """A video more. An MP4 says itself how long it lasts. Answers a script that shows how far it is with JSON, a form with the page."""
    (draft, lesson), form, sent = load_lesson(course_id, key, P.AUTHOR), VideoForm(), request.files.get("file")
    if sent is None or not sent.filename:
        return _refused(draft, lesson, form, "Chưa chọn tệp video nào.")
    if not form.validate():
        return _refused(draft, lesson, form)
    taken = queries.files(draft)
    release()  # hashing some hundred MB takes seconds: nobody waits for the write lock meanwhile
    try:
        with sent.stream:
            name, file, minutes = films.kept_video(sent.stream, sent.filename, taken)
    except Conflict as conflict:
        return _refused(*load_lesson(course_id, key, P.AUTHOR), form, conflict.message)
    return _added(course_id, key, form, name, file, minutes)


def _added(course_id: int, key: str, form: VideoForm, name: str, file: dict[str, Any], minutes: int | None) -> Page | Reply:
    draft, lesson = load_lesson(course_id, key, P.AUTHOR)
    video = _said(form, {"file": name, "minutes": minutes or 1})
    saved = _save(draft, lesson, films.with_video(lesson.entry, video), {name: file}, f"{draft.base_id}.{lesson.revision}")
    if isinstance(saved, Stale):
        return _refused(draft, lesson, form, "Có người vừa lưu bài này. Hãy tải video lên lần nữa.")
    db.session.commit()
    flash(f"Đã thêm video, {video['minutes']} phút. Ghi lời và phụ đề ở dưới.", "ok")
    href = url_for("authoring.videos", course_id=course_id, key=key, _anchor="video-" + name)
    return ({"href": href}, 200) if _to_script() else redirect(href)


def _to_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _refused(draft: Draft, lesson: Lesson, form: VideoForm, message: str = "") -> Page | Reply:
    """The form as typed, with what is wrong with the file (`message`) or with a field."""
    status = 409 if message else 422
    if _to_script():
        return {"message": message or next(iter(form.errors.values()))[0]}, status
    return _page(draft, lesson, form, status=status, refusal=message)


def _said(form: VideoForm, video: dict[str, Any]) -> dict[str, Any]:
    """The entry of a video with what the form says of it."""
    title = {"title": form.title.data} if form.title.data else {}
    rest = {name: value for name, value in video.items() if name in {"file", "minutes", "captions"}}
    return rest | title | {"minutes": form.minutes.data or video["minutes"], "transcript": form.transcript.data or ""}


def _save(draft: Draft, lesson: Lesson, entry: dict[str, Any], more: dict[str, Any], stamp: str) -> Stale | str:
    files = lesson.files | more
    return services.save_lesson(draft, lesson, entry, lesson.body, files, stamp, current_user.person_id, clock.now())


@bp.post("/courses/<int:course_id>/lessons/<key>/videos/<name>")
@requires(P.AUTHOR)
def save_video(course_id: int, key: str, name: str) -> Page:
    """What is said of one video; or it is taken away, or moved up (`go`)."""
    (draft, lesson), form, go = load_lesson(course_id, key, P.AUTHOR), VideoForm(), request.form.get("go", "save")
    video = next((one for one in lesson.entry.get("videos", []) if one["file"] == name), None)
    if video is None:
        raise NotFound
    if go in {"drop", "up"}:
        entry, files = (films.without_video if go == "drop" else films.first)(lesson.entry, name), {}
    elif form.validate() and (made := _with_captions(form, _said(form, video))):
        entry, files = films.with_video(lesson.entry, made[0]), made[1]
    else:
        return _page(draft, lesson, form, name, status=422)
    saved = _save(draft, lesson, entry, files, str(form.stamp.data))
    if isinstance(saved, Stale):
        form.stamp.data = saved.stamp
        return _page(draft, lesson, form, name, saved, 409)
    db.session.commit()
    flash("Đã bỏ video khỏi bài." if go == "drop" else "Đã lưu video.", "ok")
    return redirect(url_for("authoring.videos", course_id=course_id, key=key))


def _with_captions(form: VideoForm, video: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The video with its captions, from the file sent or else as typed, and their file; None when they cannot be used."""
    rest = {name: value for name, value in video.items() if name != "captions"}
    try:
        text = _sent_captions(request.files.get("captions_file")) or str(form.captions.data or "")
        if not text.strip():
            return rest, {}
        name, file = films.kept_captions(nfc(text), video["file"])
    except ValueError as fault:
        form.captions.errors = [str(fault)]
        return None
    return rest | {"captions": name}, {name: file}


def _sent_captions(sent: FileStorage | None) -> str:
    if sent is None or not sent.filename:
        return ""
    with sent.stream:
        data = sent.stream.read(LARGEST_CAPTIONS)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ValueError("Tệp phụ đề phải là chữ UTF-8. Mở bằng Notepad, chọn Lưu dạng UTF-8, rồi tải lại.") from problem
