"""Which reports have a word: for each key its tickets, the newest last."""

from collections.abc import Container, Iterable
from itertools import islice

NEWEST = 32  # tickets that are considered for each key
SHORT = 128  # up to here a list holds the living alone; in a longer one the dead are passed over, half of it at most
MOST_PASSED = 8 * NEWEST


class Postings:
    """`living` are the tickets that are remembered: one is taken out after it has left them. A step takes time that does not
    grow with the number of tickets, taken over many steps."""

    def __init__(self, living: Container[int]) -> None:
        self._living = living
        self._tickets: dict[int, int | list[int]] = {}  # one alone stands without a list
        self._dead: dict[int, int] = {}  # in long lists, by key

    def add(self, key: int, ticket: int) -> None:
        there = self._tickets.get(key)
        if there is None:
            self._tickets[key] = ticket
        elif isinstance(there, list):
            there.append(ticket)
        else:
            self._tickets[key] = [there, ticket]

    def newest(self, key: int) -> Iterable[int]:
        there = self._tickets.get(key)
        if not isinstance(there, list):
            return () if there is None else (there,)
        if len(there) <= SHORT:
            return there[-NEWEST:]
        return islice((ticket for ticket in there[: -MOST_PASSED - 1 : -1] if ticket in self._living), NEWEST)

    def take_out(self, key: int, ticket: int) -> None:
        there = self._tickets.get(key)
        if not isinstance(there, list):
            self._tickets.pop(key, None)
            return
        if len(there) > SHORT:
            tail = there[-SHORT:]
            if ticket in tail:
                del there[len(there) - SHORT + tail.index(ticket)]
                while there and there[-1] not in self._living:
                    there.pop()
                return
            dead = self._dead[key] = self._dead.get(key, 0) + 1
            if 2 * dead <= len(there):
                return
        there[:] = [other for other in there if other in self._living]
        self._dead.pop(key, None)
        if not there:
            del self._tickets[key]
