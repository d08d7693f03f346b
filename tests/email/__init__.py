"""What the desk understands of mail, in every state it arrives in."""
