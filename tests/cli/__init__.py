"""The command line, run as a person would: words in, text and an exit code out."""
