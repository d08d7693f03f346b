"""Texts, played as dialogues through the real desk and the real parser."""
