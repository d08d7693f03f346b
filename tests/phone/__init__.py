"""Phone calls and texts."""
