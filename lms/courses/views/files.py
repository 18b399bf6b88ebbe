"""Files of lessons: pictures in the text, videos, papers to download."""

from flask import Response, send_file
from flask_login import current_user

from lms import storage
from lms.courses import queries
from lms.courses.views import bp
from lms.errors import NotFound
from lms.permissions import P
from lms.web.auth import requires

FOR_EVER = "private, max-age=31536000, immutable"  # the address holds the sha256: the bytes behind it never change


@bp.get("/media/<digest>/<name>")
@requires(P.LEARN)
def media(digest: str, name: str) -> Response:
    """A picture of a lesson's text. Shown only when its bytes are a PNG, JPEG, GIF or WebP."""
    if not queries.is_picture_of_a_lesson(digest):
        raise NotFound
    path = storage.existing(digest)
    with path.open("rb") as stream:
        mime = queries.picture_type(stream.read(16))
    if mime is None:
        raise NotFound
    response = send_file(path, mimetype=mime, etag=digest, max_age=None)
    response.headers["Cache-Control"] = FOR_EVER
    return response


@bp.get("/lessons/<int:activity_id>/files/<digest>/<name>")
@requires(P.LEARN)
def lesson_file(activity_id: int, digest: str, name: str) -> Response:
    """A video or a paper of a lesson the officer may study. Papers are saved, never opened inside our pages."""
    study = queries.study(current_user.person_id, activity_id)
    if study.kind != "lesson":
        raise NotFound
    text = queries.lesson_version(study.item["lesson_version"])
    tracks = [video["track"] for video in text.videos if "track" in video]
    entry = next((e for e in (*text.files, *text.videos, *tracks) if e["digest"] == digest), None)
    if entry is None:
        raise NotFound
    played = (entry["mime"] in queries.VIDEO_TYPES and entry in text.videos) or entry in tracks
    response = send_file(
        storage.existing(digest), mimetype=entry["mime"] if played else "application/octet-stream", etag=digest,
        as_attachment=not played, download_name=entry["name"], conditional=True,
    )  # fmt: skip
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
