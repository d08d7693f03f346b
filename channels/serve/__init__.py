"""Opening the doors: the composition root, the writer thread, the loops that deliver and keep time."""
