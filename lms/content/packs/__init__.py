"""Reading packs: text in content/ -> checked entries, or every problem with its file and line. No database."""

from lms.content.packs.course import CoursePack
from lms.content.packs.read import BrokenPack, Packs, Problem, read_packs

__all__ = ["BrokenPack", "CoursePack", "Packs", "Problem", "read_packs"]
