"""E-mail: SMTP in, SMTP out."""
