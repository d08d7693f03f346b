"""The public holidays of a country or a part of it, as the package `holidays` knows them. It is loaded when one is named."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

FIRST, LAST = 1990, 2150  # outside of these nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """`days`, and those of the place (`DE`, `DE-BY`) in any year that `written_down` does not span: there `days` has all."""

    days: frozenset[date]
    place: str
    written_down: tuple[int, int] = (0, 0)

    def __contains__(self, day: object) -> bool:
        if day in self.days:
            return True
        if not isinstance(day, date) or self.written_down[0] <= day.year <= self.written_down[1]:
            return False
        return day in holidays_in(self.place, day.year)

    def all_in(self, first: int, last: int) -> Collection[date]:
        return self.days.union(*(holidays_in(self.place, year) for year in range(first, last + 1)))


@lru_cache(maxsize=1024)
def holidays_in(place: str, year: int) -> frozenset[date]:
    """Raises ValueError for a place that is not known."""
    from holidays import country_holidays  # noqa: PLC0415 - heavy, and few need it

    country, _, part = place.partition("-")
    if not FIRST <= year <= LAST:
        return frozenset()
    try:
        return frozenset(country_holidays(country, subdiv=part or None, years=year).keys())
    except NotImplementedError as fault:  # the library's word for a country, or a part of one, that it does not have
        raise ValueError(f"{place!r} is no country or part of one whose holidays are known") from fault
