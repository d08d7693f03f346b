"""Installing the desk in several workspaces, and the tokens that come of it."""
