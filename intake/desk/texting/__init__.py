"""Texts to the desk's number: which ticket is meant, or a question which one it is."""
