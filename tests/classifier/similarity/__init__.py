"""Which reports tell of one thing, and which do not."""
