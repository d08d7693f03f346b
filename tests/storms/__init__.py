"""Storms: a hundred reports of one outage."""
