"""What the desk needs from its store to wake people: runs of ladders, and the pages that they sent."""

from collections.abc import Sequence
from typing import Protocol

from intake.domain.page import Page, Paging, Run


class Ladders(Protocol):
    """Whoever asks has the ticket locked (`Tickets.get`): two never go on with one run at once."""

    def of(self, ticket: int) -> Sequence[Run]:
        """The ticket's runs, the newest first; at most one of them is open."""
        ...

    def run_of(self, delivery: int) -> Run | None:
        """The run that sent the page which this delivery carries; None for one of an older desk, and for what is no page."""
        ...

    def pages(self, run: int) -> Sequence[Page]:
        """What the run sent, the oldest first, with the steps that reached nobody."""
        ...

    def has_paged(self, ticket: int, agent: str) -> bool:
        """Has any run of the ticket paged them by name?"""
        ...

    def add(self, run: Run) -> None:
        """Raises Conflict at the flush where the ticket has an open run already."""
        ...

    def save(self, run: Run) -> None:
        """Write its ladder, state, moves and end."""
        ...

    def add_page(self, page: Page) -> None:
        """Raises Conflict at the flush if this very page was written before."""
        ...


class PagesReader(Protocol):
    """Sees one moment."""

    def pagings(self, ticket: int) -> Sequence[Paging]:
        """The ticket's runs, the oldest first."""
        ...

    def page_of(self, delivery: int) -> tuple[Page, Run] | None:
        """The page that this delivery carries, and the run that sent it."""
        ...
