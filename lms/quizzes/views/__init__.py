"""Pages of quizzes."""

from flask import Blueprint

bp = Blueprint("quizzes", __name__, url_prefix="/quizzes")

from lms.quizzes.views import allowances, player, practice, results, staff  # noqa: E402  they hang their pages on the blueprint

__all__ = ["allowances", "bp", "player", "practice", "results", "staff"]
