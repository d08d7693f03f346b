"""Storms: a hundred reports of one outage are one major incident."""
