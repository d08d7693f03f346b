"""From the bytes of a mail to its parts, its words and what may be shown of it."""
