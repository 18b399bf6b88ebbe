"""Pages of authoring."""

from flask import Blueprint

bp = Blueprint("authoring", __name__, url_prefix="/authoring")

from lms.authoring.views import (  # noqa: E402  they hang their pages on the blueprint
    assignments,
    bank,
    courses,
    lessons,
    preview,
    publishing,
    questions,
    quizzes,
    trying,
    videos,
)

__all__ = ["assignments", "bank", "bp", "courses", "lessons", "preview", "publishing", "questions", "quizzes", "trying", "videos"]
