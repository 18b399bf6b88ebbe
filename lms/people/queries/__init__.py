"""Reading persons, units and roles."""

from lms.people.queries.scopes import in_force, in_scope, members, unit_paths, units_in
from lms.people.queries.units import main_assignment, unit_name_on, unit_versions
from lms.people.queries.viewers import Scope, Viewer, viewer

__all__ = [
    "Scope",
    "Viewer",
    "in_force",
    "in_scope",
    "main_assignment",
    "members",
    "unit_name_on",
    "unit_paths",
    "unit_versions",
    "units_in",
    "viewer",
]
