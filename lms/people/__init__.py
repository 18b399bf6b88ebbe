"""Persons, identifiers, units, positions, grants, sign-in."""
