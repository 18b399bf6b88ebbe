"""make bench: prints one officer's flow beside the floor, measured in the same run on a demo province of its own."""

import os
import statistics
import tempfile
from itertools import count
from pathlib import Path
from time import process_time

from flask import Flask
from flask_migrate import upgrade
from werkzeug.test import Client

from bench import editor, floor
from bench.flow import Step, run
from config import TestConfig
from lms import clock
from lms.app import create_app
from lms.content.packs import read_packs
from lms.content.services import load as load_content
from lms.db import db
from lms.demo import services as demo
from lms.people.services import hash_password

ROUNDS = 5
MOODLE_MS = (1330, 1490)  # CPU of the same 24 requests in a well-tuned Moodle 4.5, as the plan measured it
HOLD = {"flow": 60, "real": 75, "page": 2.0, "queries": 5, "bytes": 40 * 1024}


def make_app(folder: Path) -> Flask:
    """An application with 200 invented officers, templates compiled and warm caches as in a server that has run for a while."""

    class Bench(TestConfig):
        TESTING = False
        ENV = "development"
        DATA_DIR = folder
        SQLALCHEMY_DATABASE_URI = os.environ.get("LMS_DATABASE_URL", f"sqlite:///{folder / 'bench.sqlite3'}")

    app = create_app(Bench)
    app.logger.handlers.clear()
    with app.app_context():
        upgrade(directory=app.extensions["migrate"].directory)
        load_content(read_packs(Path(app.config["CONTENT_DIR"])), clock.now())
        password_hash = hash_password(demo.PASSWORD)
        demo.put_accounts(password_hash, clock.now())
        db.session.commit()
        for _ in demo.load(200, 1, password_hash, clock.now()):
            db.session.commit()
    return app


def floor_ms(folder: Path) -> float:
    """CPU of one floor page, the median of many."""
    client = Client(floor.make_app(folder / "floor.sqlite3"))
    client.get("/")
    taken = []
    for _ in range(200):
        begun = process_time()
        client.get("/")
        taken.append((process_time() - begun) * 1000)
    return statistics.median(taken)


def rounds(app: Flask, real_use: bool) -> list[dict[str, Step]]:
    """The flow of several officers; the first warms the process up and is left out."""
    officers = (f"dt1{n:06d}" for n in count(1))
    found: list[dict[str, Step]] = []
    while len(found) < ROUNDS + 1:
        try:
            found.append(run(app, next(officers), demo.PASSWORD, real_use))
        except (RuntimeError, LookupError):
            continue  # somebody who never came, or has used up the attempts
    return found[1:]


def total(steps: dict[str, Step]) -> float:
    """CPU of a whole flow in ms."""
    return sum(sum(step.cpu) for step in steps.values())


def main() -> None:
    """Print the tables."""
    folder = Path(tempfile.mkdtemp(prefix="sen-bench-"))
    app = make_app(folder)
    page = floor_ms(folder)
    plain, real = rounds(app, False), rounds(app, True)
    print(f"floor: {page:.2f} ms CPU a page; its 24 pages {24 * page:.1f} ms\n")
    print(f"{'step':<28}{'times':>6}{'CPU ms':>9}{'x floor':>9}{'queries':>9}{'KB':>7}")
    for name in real[0]:
        cpu = statistics.median(ms for steps in real for ms in steps[name].cpu)
        first = real[0][name]
        print(f"{name:<28}{len(first.cpu):>6}{cpu:>9.2f}{cpu / page:>9.1f}{max(first.queries):>9}{max(first.size) / 1024:>7.1f}")
    flow, use = statistics.median(map(total, plain)), statistics.median(map(total, real))
    requests = sum(len(step.cpu) for step in plain[0].values())
    print(
        f"\nflow of {requests} requests: {flow:.0f} ms (hold {HOLD['flow']}), {flow / (24 * page):.1f} x floor, Moodle {MOODLE_MS[0] / flow:.0f} x"
    )
    print(f"real use: {use:.0f} ms (hold {HOLD['real']})\n")
    editor.measure(app)


if __name__ == "__main__":
    main()
