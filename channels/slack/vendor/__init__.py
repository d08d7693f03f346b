"""The vendor: its API, and what can go wrong there."""
