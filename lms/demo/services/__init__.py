"""Filling an empty database with the invented province."""

from lms.demo.services.accounts import PASSWORD, ROLES, demo_accounts, is_empty, put_accounts
from lms.demo.services.load import load
from lms.demo.services.recognition import recognise

__all__ = ["PASSWORD", "ROLES", "demo_accounts", "is_empty", "load", "put_accounts", "recognise"]
