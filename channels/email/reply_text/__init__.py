"""What an author wrote, apart from quotes, headers, footers and signatures."""
