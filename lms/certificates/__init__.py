"""Approve, number, issue, verify, revoke."""
