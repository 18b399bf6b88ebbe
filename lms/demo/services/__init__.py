"""Filling an empty database with the invented province."""

from lms.demo.services.accounts import PASSWORD, ROLES, demo_accounts, is_empty, put_accounts
from lms.demo.services.decisions import put_decisions
from lms.demo.services.load import load
from lms.demo.services.periods import count_periods
from lms.demo.services.recognition import recognise
from lms.demo.services.work import put_work

__all__ = [
    "PASSWORD",
    "ROLES",
    "count_periods",
    "demo_accounts",
    "is_empty",
    "load",
    "put_accounts",
    "put_decisions",
    "put_work",
    "recognise",
]
