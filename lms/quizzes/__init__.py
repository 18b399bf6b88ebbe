"""Papers, attempts, answers, allowances, reported questions."""
