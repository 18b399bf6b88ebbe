"""Reads of authoring."""
