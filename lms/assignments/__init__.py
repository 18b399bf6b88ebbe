"""Products marked by rubric, papers and abilities confirmed by heads of units, appeals, and what officers say of themselves."""
