"""What the classifier must read out of people's words."""
