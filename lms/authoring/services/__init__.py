"""Writes of authoring."""
