"""Slack: events, buttons and forms in, answers and cards out."""
