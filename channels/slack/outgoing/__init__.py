"""What leaves: cards, notices, answers, pages."""
