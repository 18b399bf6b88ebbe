"""Forms of authoring; they give entries of packs."""
