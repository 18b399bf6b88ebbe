"""Pages of assignments."""

from flask import Blueprint

bp = Blueprint("assignments", __name__, url_prefix="/assignments")

from lms.assignments.views import appeals, confirmations, marking, products, work  # noqa: E402  they hang their pages on the blueprint

__all__ = ["appeals", "bp", "confirmations", "marking", "products", "work"]
