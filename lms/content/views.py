"""Pages of content."""

from flask import Blueprint

bp = Blueprint("content", __name__, url_prefix="/content")
