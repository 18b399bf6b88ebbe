"""Who has completed what, shown and exported."""
