"""Changes: how an enhancement is planned, approved by both sides, done in a window, and reviewed."""
