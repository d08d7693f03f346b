"""The clocks of tickets: what is counted, and why."""
