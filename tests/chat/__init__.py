"""The desk and a chat: which ticket is meant, what is told, and nothing opened twice."""
