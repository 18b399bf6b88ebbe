"""Pages of courses."""

from flask import Blueprint

bp = Blueprint("courses", __name__, url_prefix="/courses")

from lms.courses.views import files, learning, staff  # noqa: E402  they hang their pages on the blueprint

__all__ = ["bp", "files", "learning", "staff"]
