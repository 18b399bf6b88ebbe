"""Reads the packs in content/ and loads them through the services of the features below."""
