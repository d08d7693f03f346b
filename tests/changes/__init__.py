"""Changes, by the desk and its store."""
