"""What the desk asks of its store about changes and work agreements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from intake.domain.agreement import Agreement, AgreementLine, AgreementStory, Balance, Entry, OfChange
from intake.domain.change import (
    Announcement,
    Change,
    ChangeDecision,
    ChangeKind,
    ChangeLine,
    ChangeStory,
    ChangeTask,
    Stage,
    Window,
)


class Changes(Protocol):
    """A change is known by the number of its ticket; whoever holds the ticket (`Tickets.get`) holds its change."""

    def get(self, ticket: int) -> Change | None: ...

    def add(self, change: Change) -> None: ...

    def save(self, change: Change) -> None:
        """Raises PolicyViolation where the schema itself forbids it: a fix without its incident, a missing approval."""
        ...

    def of_incident(self, incident: int) -> Sequence[Change]:
        """Those that name it as what they mend, the oldest first."""
        ...

    def decide(self, decision: ChangeDecision) -> None: ...

    def decisions(self, ticket: int) -> Sequence[ChangeDecision]:
        """Of all rounds, the oldest first."""
        ...

    def tasks(self, ticket: int) -> Sequence[ChangeTask]:
        """By position."""
        ...

    def put_task(self, task: ChangeTask) -> None:
        """A new one, or what has become of it."""
        ...

    def announcements(self, ticket: int) -> Sequence[Announcement]:
        """By position."""
        ...

    def put_announcement(self, announcement: Announcement) -> None: ...

    def drop_announcement(self, ticket: int, position: int) -> bool:
        """False if there was none, or it was sent."""
        ...

    def audience(self, ticket: int) -> Sequence[str]: ...

    def add_audience(self, ticket: int, address: str) -> bool:
        """False if it was there."""
        ...

    def drop_audience(self, ticket: int, address: str) -> bool: ...

    def windows(self, during: Window, most: int) -> Sequence[ChangeLine]:
        """Scheduled changes, and those being implemented, whose window overlaps; by their beginning."""
        ...

    def has_occurrence(self, template: str, occurrence: datetime) -> bool:
        """Did this one of a recurring change open its ticket before? A second one is a Conflict at the flush."""
        ...


class Agreements(Protocol):
    def names(self) -> Sequence[str]:
        """Of all that there are, also the closed ones."""
        ...

    def get(self, name: str) -> Agreement | None: ...

    def lock(self, name: str) -> Agreement | None:
        """Nobody else writes into its book until this unit of work ends; what others wrote before can be seen."""
        ...

    def add(self, agreement: Agreement) -> None: ...

    def save(self, agreement: Agreement) -> None: ...

    def last(self, name: str) -> Entry | None:
        """The last line of its book; lock it first."""
        ...

    def write(self, entry: Entry) -> None:
        """The next line. Raises PolicyViolation where the schema forbids it (it would overdraw), Conflict where somebody else
        wrote that line."""
        ...

    def of_change(self, ticket: int) -> Mapping[str, OfChange]:
        """What this change has, by agreement; without those in which it has nothing."""
        ...

    def reserved(self, name: str) -> Sequence[OfChange]:
        """Every change that still has something reserved here."""
        ...

    def balance(self, name: str) -> Balance: ...

    def any_open(self, on: date) -> bool:
        """Is there one in which something could be reserved on that day: not closed, and its period has not ended?"""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilter:
    """Empty collections and None let everything through."""

    stages: Collection[Stage] = ()
    kinds: Collection[ChangeKind] = ()
    agreement: str | None = None
    incident: int | None = None


EVERY_CHANGE = ChangeFilter()


class ChangeReader(Protocol):
    """For looking alone."""

    def changes(self, which: ChangeFilter = EVERY_CHANGE, *, before: int | None = None, limit: int) -> Sequence[ChangeLine]:
        """The newest first."""
        ...

    def change(self, ticket: int) -> ChangeStory | None: ...

    def fixes(self, incident: int) -> Sequence[ChangeLine]:
        """The changes that name this incident."""
        ...

    def change_windows(self, during: Window, limit: int) -> Sequence[ChangeLine]:
        """As `Changes.windows`, and those that were closed; what was withdrawn after it was scheduled as well."""
        ...

    def agreements(self, *, also_closed: bool = False) -> Sequence[AgreementLine]:
        """By name."""
        ...

    def agreement(self, name: str) -> AgreementStory | None: ...

    def overdue_approvals(self, now: datetime) -> int:
        """How many emergency changes are past their deadline, and not approved."""
        ...
