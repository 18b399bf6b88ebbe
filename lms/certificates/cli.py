"""Commands: flask certificates ..."""

from flask.cli import AppGroup

group = AppGroup("certificates")
