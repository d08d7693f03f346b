"""What a message is about, read from its words: no network, no training data, every label with its reasons."""
