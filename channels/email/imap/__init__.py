"""Mailboxes that are polled: IMAP and its sign-in."""
