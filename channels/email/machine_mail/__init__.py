"""Who is writing: a person, an autoresponder, a bounce, a monitor."""
