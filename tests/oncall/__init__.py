"""Who is on call, and the ladder that wakes them."""
