"""One harness for all tests that need the real thing: databases, desk processes, mail peers, and the books to check."""
