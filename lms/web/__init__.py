"""What pages share: the guard, error pages, form parts, template filters, headers and logs."""
