"""The command line: the administrator's door. Each command imports what it needs, so that help is quick."""
