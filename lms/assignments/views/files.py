"""Files of submissions, products and appeals as they come in."""

from typing import Any

from flask import request

from lms.assignments.services import LARGEST, MOST, keep
from lms.web.files import sent


def sent_files(name: str = "files") -> list[dict[str, Any]]:
    """The files of the form, kept on the disk. Raises Conflict for what is not taken."""
    return [keep(filename, data) for filename, data in sent(name, MOST, LARGEST)]


def choose_again(name: str = "files") -> str:
    """What stands at the field of files when another field is refused: a browser does not fill it in again."""
    lost = [f.filename for f in request.files.getlist(name) if f.filename]
    return f"Hãy chọn lại tệp ({', '.join(lost)}): lần gửi vừa rồi chưa được ghi." if lost else ""
