"""What reports are put together from: a period, what was done in it, one look, and where the figures come from."""
