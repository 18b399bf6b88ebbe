"""Forms of people."""

from lms.people.forms.access import ActivateForm, DisplayForm, ForgottenForm, PasswordForm, ResetForm, SignInForm

__all__ = ["ActivateForm", "DisplayForm", "ForgottenForm", "PasswordForm", "ResetForm", "SignInForm"]
