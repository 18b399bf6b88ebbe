"""Banks and question versions."""
