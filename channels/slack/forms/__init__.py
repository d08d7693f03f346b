"""The forms that open over Slack: one file each, what they ask, and what is done with it."""
