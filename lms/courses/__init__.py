"""Catalogue, modules, lessons, enrolment cycles, activity results, completion."""
