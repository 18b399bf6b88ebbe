"""make bench: one officer's flow, CPU, queries and bytes per step, beside the floor in the same run."""
