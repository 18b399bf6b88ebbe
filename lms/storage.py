"""Files by content: bytes are kept under their sha256, so the same file is kept once and cannot change."""

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

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
