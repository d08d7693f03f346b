"""The desk in a chat: who speaks there, what is said, what is done."""
