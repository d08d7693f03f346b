"""Whole conversations in a workspace: the real door, a real desk and the real sender, judged from outside."""
