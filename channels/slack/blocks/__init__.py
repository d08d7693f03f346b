"""What stands on a screen of Slack, in Block Kit's own parts, within its limits."""
