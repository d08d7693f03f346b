"""Minutes of an agreement, as people say them."""

from datetime import timedelta

from intake.desk.sla.words import duration


def in_hours(minutes: int) -> str:
    """Such as `2 h 10 min`."""
    return duration(timedelta(minutes=minutes)) if minutes else "0 min"


def left_in_words(minutes: int) -> str:
    return f"{in_hours(minutes)} left" if minutes else "nothing left"
