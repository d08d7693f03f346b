"""The calendar of changes, as calendar programs read it."""
