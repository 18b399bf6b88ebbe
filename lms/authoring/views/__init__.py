"""Pages of authoring."""

from flask import Blueprint

bp = Blueprint("authoring", __name__, url_prefix="/authoring")

from lms.authoring.views import bank, courses, lessons, publishing, questions, quizzes, trying  # noqa: E402  they hang their pages on the blueprint

__all__ = ["bank", "bp", "courses", "lessons", "publishing", "questions", "quizzes", "trying"]
