"""The guard: every view says whom it is for, and the application refuses to start when one does not.

`current_user` is a Viewer (people/queries.py) or Flask-Login's anonymous user.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, jsonify, redirect, request, session, url_for
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response as BaseResponse

from lms.permissions import P
from lms.web.errors import resend_page

View = TypeVar("View", bound=Callable[..., Any])

csrf = CSRFProtect()
login_manager = LoginManager()
login_manager.session_protection = None  # accounts carry an epoch instead; an officer's phone changes address all day
MOST_FIELDS = 5000
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def load_viewers_by(viewer: Callable[[str], Any]) -> None:
    """Say who reads the viewer of a session's id (None: the session is over)."""

    def load(session_id: str) -> Any:
        found = viewer(session_id)
        if found is None:
            session.pop("_user_id", None)  # a cookie that is over is not signed anew with its id in it
        return found

    login_manager.user_loader(load)


def requires(permission: P) -> Callable[[View], View]:
    """Label a view: only for somebody signed in who holds the permission by some grant."""

    def label(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return label


def public(view: View) -> View:
    """Label a view: for anybody."""
    view.access = None  # type: ignore[attr-defined]
    return view


def takes_videos(view: View) -> View:
    """Label a view: a body of LMS_MAX_VIDEO_MB may be sent to it, by who carries a session."""
    view.takes_videos = True  # type: ignore[attr-defined]
    return view


def guard() -> BaseResponse | str | tuple[str, int] | None:
    """Before every request: refuse, send to the sign-in page, or let through. A form that comes too late is kept for sending again."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static":
        return None
    if request.method not in SAFE_METHODS:
        _read_body(large=hasattr(view, "takes_videos") and "_user_id" in session)
    access = view.access  # type: ignore[attr-defined, union-attr]
    if access is not None and not current_user.is_authenticated:
        return _ask_to_sign_in()
    if request.method not in SAFE_METHODS and current_app.config["WTF_CSRF_ENABLED"]:
        try:
            csrf.protect()
        except CSRFError:
            return resend_page(signed_in=current_user.is_authenticated)
    if access is not None and not current_user.can(access):
        abort(403)
    return None


def _read_body(large: bool) -> None:
    """Read what was sent before a transaction begins: a slow line must not hold the write lock.

    Only files may be large: a form of millions of empty fields would take gigabytes to parse.
    """
    if request.mimetype == "multipart/form-data":
        if large:
            request.max_content_length = current_app.config["MAX_VIDEO_LENGTH"]
        request.form  # noqa: B018
        return
    request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    if request.get_data().count(b"&") > MOST_FIELDS:
        abort(413)


def _ask_to_sign_in() -> BaseResponse | tuple[str, int]:
    if request.accept_mimetypes.best == "application/json":
        return _json_401()
    if request.method not in SAFE_METHODS:
        return resend_page(signed_in=False)
    if request.headers.get("HX-Request"):
        return Response(status=401)
    return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))


def _json_401() -> Response:
    reply = jsonify(error="signed_out", message="Phiên làm việc đã hết. Câu trả lời vẫn còn trên máy.")
    reply.status_code = 401
    return reply


def check_labels(app: Flask) -> None:
    """Refuse to start while a view has no label."""
    missing = [name for name, view in app.view_functions.items() if name != "static" and not hasattr(view, "access")]
    if missing:
        raise RuntimeError(f"views without @requires or @public: {', '.join(sorted(missing))}")


def init_app(app: Flask) -> None:
    """Attach sign-in, CSRF and the guard."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # the guard checks, so that it can keep what was typed
    csrf.init_app(app)
    login_manager.init_app(app)
    app.before_request(guard)
