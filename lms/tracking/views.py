"""Pages of tracking."""

from flask import Blueprint

bp = Blueprint("tracking", __name__, url_prefix="/tracking")
