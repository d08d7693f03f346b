"""What the desk texts: its words, and what fits."""
