"""Sen as a new user gets it: a demo province in a folder of its own, served by granian with its worker."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from config import Config
from lms.app import create_app
from tests.servers import free_port, wait_for_port

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@dataclass
class Site:
    """A running Sen: its address, its data folder, and the demo sign-ins by role: {"name", "password"}."""

    port: int
    folder: Path
    env: dict[str, str]
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    processes: list[subprocess.Popen] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def flask(self, *words: str) -> str:
        """Run a command of the application on the site's data."""
        done = subprocess.run([BIN / "flask", *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def app(self) -> Flask:
        """An application on the same data, in this process: to look at what was stored."""

        class Same(Config):
            DATA_DIR = self.folder
            SQLALCHEMY_DATABASE_URI = self.env.get("LMS_DATABASE_URL", f"sqlite:///{self.folder / 'sen.sqlite3'}")

        return create_app(Same)

    def start(self, *command: str | Path) -> subprocess.Popen:
        """Start a process of the site, in a group of its own so that it can be ended with its children."""
        with (self.folder / "server.log").open("a") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True)
        self.processes.append(process)
        return process

    def serve(self) -> None:
        """Start the web server and wait until it answers."""
        server = self.start(
            BIN / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "2",
            "--blocking-threads", "64", "--log-level", "warning", "wsgi:app",
        )  # fmt: skip
        wait_for_port(self.port, server)

    def kill_and_restart(self) -> None:
        """kill -9 to the server and all its workers, then a new one on the same port."""
        server = self.processes.pop()
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(20)
        self.serve()

    def end(self) -> None:
        """End the processes started here."""
        for process in self.processes:
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            process.wait(20)


@contextmanager
def running_site(folder: Path, officers: int = 120, database_url: str = "") -> Iterator[Site]:
    """A demo province of that many officers, served until the block ends."""
    port = free_port()
    env = os.environ | {"LMS_DATA_DIR": str(folder), "LMS_PUBLIC_URL": f"http://127.0.0.1:{port}", "LMS_ENV": "development"}
    env["PATH"] = f"{BIN}:{env['PATH']}"
    if database_url:
        env["LMS_DATABASE_URL"] = database_url
    site = Site(port, folder, env)
    site.flask("db", "upgrade")
    site.flask("content", "load")
    site.flask("demo", "load", "--officers", str(officers), "--seed", "1")
    site.accounts = json.loads(site.flask("demo", "accounts", "--json"))
    try:
        site.start(BIN / "huey_consumer", "wsgi.huey", "--worker-type", "thread")
        site.serve()
        yield site
    finally:
        site.end()
