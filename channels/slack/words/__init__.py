"""What people are told in Slack, in the words of one language."""
