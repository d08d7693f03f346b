"""The letters that leave: their words, their form, their way."""
