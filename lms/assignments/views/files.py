"""Files of submissions, products and appeals as they come in."""

from typing import Any

from lms.assignments.services import LARGEST, MOST, keep
from lms.web.files import sent


def sent_files(name: str = "files") -> list[dict[str, Any]]:
    """The files of the form, kept on the disk. Raises Conflict for what is not taken."""
    return [keep(filename, data) for filename, data in sent(name, MOST, LARGEST)]
