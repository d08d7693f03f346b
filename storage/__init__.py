"""Where everything is kept: SQLite by default, PostgreSQL by URL. No row and no connection leaves this room."""
