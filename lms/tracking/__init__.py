"""Evidence to competence per officer: awards, gaps, unit roll-ups."""
