"""What a server loads: `granian --interface wsgi wsgi:app`, and the worker: `huey_consumer wsgi.huey`."""

from config import Config
from lms.app import create_app

app = create_app(Config)
huey = app.extensions["huey"]
