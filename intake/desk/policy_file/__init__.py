"""Reading desk.toml: a file for each of its parts; every fault is named with its line."""
