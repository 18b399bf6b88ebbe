"""Reading packs: text in content/ -> checked entries, or every problem with its file and line. No database."""

from lms.content.packs.captions import read_captions
from lms.content.packs.course import CoursePack, Known, named_files, read_course
from lms.content.packs.read import BrokenPack, Packs, Problem, digest, read_packs
from lms.content.packs.write import write_course

__all__ = [
    "BrokenPack", "CoursePack", "Known", "Packs", "Problem", "digest", "named_files", "read_captions", "read_course", "read_packs",
    "write_course",
]  # fmt: skip
