"""Raw mail against a whole desk: attacks that must not get in, and honest mail that must."""
