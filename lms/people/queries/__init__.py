"""Reading persons, units and roles."""

from lms.people.queries.officers import identifiers
from lms.people.queries.scopes import in_force, in_scope, members, unit_paths, units_in
from lms.people.queries.sign_in import (
    Attempt,
    network_wait,
    one_time_secret,
    own_attempt,
    person_to_write_to,
    sign_in_attempt,
)
from lms.people.queries.units import main_assignment, unit_name_on, unit_versions
from lms.people.queries.viewers import Scope, Viewer, viewer

__all__ = [
    "Attempt",
    "Scope",
    "Viewer",
    "identifiers",
    "in_force",
    "in_scope",
    "main_assignment",
    "members",
    "network_wait",
    "one_time_secret",
    "own_attempt",
    "person_to_write_to",
    "sign_in_attempt",
    "unit_name_on",
    "unit_paths",
    "unit_versions",
    "units_in",
    "viewer",
]
