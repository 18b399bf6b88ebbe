"""What is done to persons, accounts, units and roles."""

from lms.people.services.accounts import create_account, hash_password, set_password
from lms.people.services.assignments import assign, end_assignment, transfer
from lms.people.services.persons import create_person
from lms.people.services.roles import end_role, give_role
from lms.people.services.units import put_position, put_unit

__all__ = [
    "assign",
    "create_account",
    "create_person",
    "end_assignment",
    "end_role",
    "give_role",
    "hash_password",
    "put_position",
    "put_unit",
    "set_password",
    "transfer",
]
