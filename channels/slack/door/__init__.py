"""The way in: webhooks and the socket, and what is kept before they are answered."""
