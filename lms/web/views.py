"""Pages without a feature: is the server alive, may it serve."""

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lms.db import db
from lms.web.auth import public

bp = Blueprint("web", __name__)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """The database answers and its schema is the newest."""
    try:
        found = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError:
        return jsonify(status="database"), 503
    if found != current_app.config["SCHEMA_HEAD"]:
        return jsonify(status="migrations"), 503
    return jsonify(status="ok"), 200
