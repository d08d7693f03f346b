"""The calendar of changes, as a feed that calendar programs subscribe to (RFC 5545)."""
