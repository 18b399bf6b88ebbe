"""Each role's first page, the guides, the log."""
