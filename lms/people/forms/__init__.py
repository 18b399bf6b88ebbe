"""Forms of people."""

from lms.people.forms.access import ActivateForm, DisplayForm, ForgottenForm, PasswordForm, ResetForm, SignInForm, choices
from lms.people.forms.officers import AssignmentForm, EndForm, MergeForm, OfficerForm, RoleForm
from lms.people.forms.split import SplitForm, split_form
from lms.people.forms.units import UnitEventForm

__all__ = [
    "ActivateForm",
    "AssignmentForm",
    "DisplayForm",
    "EndForm",
    "ForgottenForm",
    "MergeForm",
    "OfficerForm",
    "PasswordForm",
    "ResetForm",
    "RoleForm",
    "SignInForm",
    "SplitForm",
    "UnitEventForm",
    "choices",
    "split_form",
]
