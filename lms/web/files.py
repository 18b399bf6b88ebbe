"""Files as they come in and go out: read before the transaction begins, given out as attachments only."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, request, send_file

from lms import storage
from lms.db import release
from lms.errors import Conflict, NotFound


def sent(name: str, most: int, largest: int) -> list[tuple[str, bytes]]:
    """Names and bytes of the files in a form, a byte more than `largest` at most. Keeping them is slow, so nobody waits for a lock meanwhile.
    Raises Conflict when there are more than `most`."""
    given = [f for f in request.files.getlist(name) if f.filename]
    if not given:
        return []
    if len(given) > most:
        raise Conflict(f"Mỗi lần gửi nhiều nhất {most} tệp. Chưa nhận tệp nào.")
    release()
    return [(f.filename or "", f.stream.read(largest + 1)) for f in given]


def attachment(files: Iterable[Mapping[str, Any]], digest: str) -> Response:
    """One of these files, to be saved; never opened inside our pages. Raises NotFound when it is none of them."""
    entry = next((f for f in files if f["digest"] == digest), None)
    if entry is None:
        raise NotFound
    response = send_file(
        storage.existing(digest), mimetype="application/octet-stream", as_attachment=True, download_name=entry["name"], etag=digest,
        max_age=None,
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
