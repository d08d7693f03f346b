"""A week of desk life: a real desk under a clock under control, and an oracle that knows only what the docs say."""
