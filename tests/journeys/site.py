"""Sen as a new user gets it: a demo province in a folder of its own, served by granian with its worker."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import free_port, wait_for_port

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@dataclass
class Site:
    """A running Sen: its address, its data folder, and the demo sign-ins by role: {"name", "password"}."""

    url: str
    env: dict[str, str]
    accounts: dict[str, dict[str, str]]

    def flask(self, *words: str) -> str:
        """Run a command of the application on the site's data."""
        done = subprocess.run([BIN / "flask", *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout


@contextmanager
def running_site(folder: Path, officers: int = 120, database_url: str = "", workers: int = 2) -> Iterator[Site]:
    """A demo province of that many officers, served until the block ends; only processes started here are ended."""
    port = free_port()
    env = os.environ | {
        "LMS_DATA_DIR": str(folder), "LMS_PUBLIC_URL": f"http://127.0.0.1:{port}", "LMS_ENV": "development", "PATH": f"{BIN}:{os.environ['PATH']}",
    }  # fmt: skip
    if database_url:
        env["LMS_DATABASE_URL"] = database_url
    site = Site(f"http://127.0.0.1:{port}", env, {})
    site.flask("db", "upgrade")
    site.flask("content", "load")
    site.flask("demo", "load", "--officers", str(officers), "--seed", "1")
    site.accounts = json.loads(site.flask("demo", "accounts", "--json"))
    log = (folder / "server.log").open("w")
    worker = subprocess.Popen(
        [BIN / "huey_consumer", "wsgi.huey", "--worker-type", "thread"], cwd=ROOT, env=env, stdout=log, stderr=log
    )
    server = serve(site, port, workers, log)
    try:
        wait_for_port(port, server)
        yield site
    finally:
        for process in (server, worker):
            process.terminate()
        for process in (server, worker):
            process.wait(20)


def serve(site: Site, port: int, workers: int, log) -> subprocess.Popen:
    """Start the web server of a site."""
    command = [
        BIN / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers),
        "--blocking-threads", "64", "--log-level", "warning", "wsgi:app",
    ]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT, env=site.env, stdout=log, stderr=log)
