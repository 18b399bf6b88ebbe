"""Around every request: an id, one structured log line, security headers, caching of static files by version."""

import hashlib
import json
import logging
import secrets
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, has_request_context, request
from flask_login import current_user
from werkzeug.routing import IntegerConverter, Map, RequestRedirect

from lms.web.forms import LARGEST

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, message, request id, and what `extra` gave."""

    EXTRAS = ("request_id", "method", "path", "status", "ms", "account", "job")

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in self.EXTRAS if hasattr(record, name)}
        if has_request_context():
            line.setdefault("request_id", g.get("request_id"))
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def static_versions(folder: str) -> dict[str, str]:
    """File name below static/ -> first 10 hex digits of its sha256: its address changes when the file does.

    Files in vendor/ carry their version in their name, and stylesheets there refer to fonts by bare name.
    """
    root = Path(folder)
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:10]
        for path in root.rglob("*")
        if path.is_file() and not path.is_relative_to(root / "vendor")
    }


class Id(IntegerConverter):
    """`<int:...>` in an address: a larger number than an id can be is an unknown page, and never reaches the database."""

    def __init__(self, map: Map, *args: Any, **named: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST} | named)


def init_app(app: Flask) -> None:
    """Attach ids, logs, headers and static versions."""
    app.url_map.converters["int"] = Id
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    app.logger.handlers[:] = [handler]
    app.logger.setLevel(logging.INFO)
    app.logger.propagate = False
    versions = static_versions(app.static_folder or "")

    @app.url_defaults
    def version_static(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and values.get("filename") in versions:
            values["v"] = versions[values["filename"]]

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if given.isalnum() and len(given) <= 64 else secrets.token_hex(8)
        g.started = time.perf_counter()
        if "\0" in request.path or b"%00" in request.query_string:
            abort(400)  # no text holds it, and PostgreSQL refuses it

    @app.after_request
    def finish(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        _lead_to_this_site(response)
        response.headers["X-Request-ID"] = g.get("request_id", "")
        if request.endpoint == "static":
            fixed = "v" in request.args or request.path.startswith("/static/vendor/")
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fixed else "no-cache"
            return response
        if response.headers.get("Cache-Control", "no-cache") == "no-cache":  # what send_file says of its own accord
            response.headers["Cache-Control"] = "private, no-store"
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if not app.testing:
            _log(app, response)
        return response


def _lead_to_this_site(response: Response) -> None:
    """A missing or doubled slash leads to the right path here: the host in the address is the sender's word."""
    if isinstance(request.routing_exception, RequestRedirect):
        response.headers["Location"] = urlsplit(request.routing_exception.new_url)._replace(scheme="", netloc="").geturl()


def logged_path() -> str:
    """The address as logs keep it: one that holds a secret is written as its rule."""
    rule = request.url_rule
    return rule.rule if rule is not None and "secret" in rule.arguments else request.path


def _log(app: Flask, response: Response) -> None:
    ms = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
    account = getattr(current_user, "account_id", None)
    extra = {"method": request.method, "path": logged_path(), "status": response.status_code, "ms": ms, "account": account}
    app.logger.info("request", extra=extra)
