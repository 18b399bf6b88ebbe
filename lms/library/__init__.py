"""Legal instruments and who cites them."""
