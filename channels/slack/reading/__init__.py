"""What came in, understood: messages, reactions, commands, shortcuts."""
