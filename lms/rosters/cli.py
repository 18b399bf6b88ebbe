"""Commands: flask rosters ..."""

from flask.cli import AppGroup

group = AppGroup("rosters")
