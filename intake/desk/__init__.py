"""Policy: what becomes of a message, who gets the ticket, who is told, who is woken."""
