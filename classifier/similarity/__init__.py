"""Which recent reports resemble this one: a window in memory, read by concepts, words and rapidfuzz."""
