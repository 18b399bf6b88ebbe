"""Commands: flask tracking ..."""

from flask.cli import AppGroup

group = AppGroup("tracking")
