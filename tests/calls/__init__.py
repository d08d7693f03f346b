"""Phone calls at the desk, without a phone: what comes in, and what became of it."""
