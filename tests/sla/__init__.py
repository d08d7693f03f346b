"""The clocks of tickets as pure functions."""
