"""What is done to persons, accounts, units and roles."""

from lms.people.services.accounts import (
    create_account,
    end_session,
    forget_sessions_before,
    hash_password,
    new_session_key,
    password_matches,
    set_display,
    set_password,
    sign_out_everywhere,
)
from lms.people.services.assignments import assign, end_assignment, transfer
from lms.people.services.example import load_example_merger
from lms.people.services.persons import create_person, merge, set_identifier, update_person
from lms.people.services.roles import end_role, give_role
from lms.people.services.sign_in import (
    Entry,
    Slip,
    count_letter,
    finish_sign_in,
    forget_failures_before,
    issue_slip,
    make_reset,
    slip_digits,
    slip_failed,
    use_secret,
)
from lms.people.services.unit_events import Change, NewUnit, apply_unit_event, people_changed
from lms.people.services.units import put_position, put_unit

__all__ = [
    "Change",
    "Entry",
    "NewUnit",
    "Slip",
    "apply_unit_event",
    "assign",
    "count_letter",
    "create_account",
    "create_person",
    "end_assignment",
    "end_role",
    "end_session",
    "finish_sign_in",
    "forget_failures_before",
    "forget_sessions_before",
    "give_role",
    "hash_password",
    "issue_slip",
    "load_example_merger",
    "make_reset",
    "merge",
    "new_session_key",
    "password_matches",
    "people_changed",
    "put_position",
    "put_unit",
    "set_display",
    "set_identifier",
    "set_password",
    "sign_out_everywhere",
    "slip_digits",
    "slip_failed",
    "transfer",
    "update_person",
    "use_secret",
]
