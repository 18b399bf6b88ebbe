"""Pages of people."""

from flask import Blueprint

bp = Blueprint("people", __name__, url_prefix="/people")

from lms.people.views import access, account, imports, officers, units, work  # noqa: E402  they hang their pages on the blueprint

__all__ = ["access", "account", "bp", "imports", "officers", "units", "work"]
