"""Work agreements: the hours that were agreed, and what they went into."""
