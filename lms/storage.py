"""Files by content: bytes are kept under their sha256, so the same file is kept once and cannot change."""

import hashlib
import os
import shutil
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from flask import current_app

from lms.errors import NotFound


def put(data: bytes) -> str:
    """Keep the bytes and return their sha256. On return they are on the disk (fsync), so a row may refer to them."""
    digest = hashlib.sha256(data).hexdigest()
    target = path(digest)
    if target.exists():
        return digest
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, delete=False) as part:
        part.write(data)
        part.flush()
        os.fsync(part.fileno())
    os.replace(part.name, target)
    return digest


def put_stream(stream: IO[bytes]) -> tuple[str, int]:
    """Keep what a stream holds from its beginning, without reading it into memory; sha256 and size. On the disk on return, as `put`."""
    folder = path("00").parent
    folder.mkdir(parents=True, exist_ok=True)
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    if path(digest).exists():
        return digest, path(digest).stat().st_size
    stream.seek(0)
    with NamedTemporaryFile(dir=folder, delete=False) as part:
        shutil.copyfileobj(stream, part, 2**20)
        size = part.tell()
        part.flush()
        os.fsync(part.fileno())
    target = path(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(part.name, target)
    return digest, size


def put_file(source: Path) -> str:
    """Keep a finished file (an export) without reading it into memory; the source is moved."""
    with source.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    target = path(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, target)
    return digest


def path(digest: str) -> Path:
    """Where the bytes lie."""
    return Path(current_app.config["DATA_DIR"]) / "files" / digest[:2] / digest


def existing(digest: str) -> Path:
    """Where the bytes lie. Raises NotFound when they are not there."""
    found = path(digest)
    if not found.exists():
        raise NotFound
    return found
