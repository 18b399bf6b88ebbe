"""Levels 4 and 5 by a decision: entered with its scan and the officers it names, withdrawn with a reason."""
