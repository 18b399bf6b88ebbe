"""Servers that tests start and end: a PostgreSQL cluster, and Sen itself under granian, on free ports of 127.0.0.1."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path

import pytest


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def missing(what: str) -> None:
    """Skip a test that needs something this machine lacks; in CI a part that does not run is a failure."""
    message = f"{what} is missing: apt-get install chromium postgresql brings it"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def _postgres_bin() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else [Path(p).parent for p in sorted(glob("/usr/lib/postgresql/*/bin/initdb"))]
    return places[-1] if places else None


@contextmanager
def postgres_cluster() -> Iterator[str]:
    """A new cluster without fsync, ended and deleted afterwards; yields its SQLAlchemy URL. root hands it to the user postgres."""
    bin_dir = _postgres_bin()
    if bin_dir is None:
        missing("PostgreSQL")
        return
    folder = Path(tempfile.mkdtemp(prefix="sen-pg-"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    port = free_port()
    subprocess.run(
        [*as_user, bin_dir / "initdb", "-D", folder / "d", "-A", "trust", "-U", "sen", "-E", "UTF8", "--no-locale", "-N"],
        check=True, capture_output=True, cwd="/",
    )  # fmt: skip
    server = subprocess.Popen(
        [*as_user, bin_dir / "postgres", "-D", folder / "d", "-p", str(port), "-k", str(folder), "-c", "fsync=off",
         "-c", "listen_addresses=127.0.0.1", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip
    try:
        wait_for_port(port, server)
        yield f"postgresql+psycopg://sen@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_port(port: int, process: subprocess.Popen, seconds: float = 30) -> None:
    """Return when something answers on the port; raise RuntimeError when the process ended or the time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"server ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("server did not come up")
