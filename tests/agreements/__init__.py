"""Work agreements, by the desk and its store."""
