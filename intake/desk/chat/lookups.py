"""What still has to be asked of a chat: claimed, answered, tried again, given up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from intake.desk.chat.acquaintance import Acquaintance, want
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.domain.chat import Lookup, LookupKind, LookupState, Person
from intake.domain.errors import DeliveryError

LEASE = timedelta(minutes=2)
GROUPS_EVERY = timedelta(minutes=10)
GIVE_UP_AFTER: Mapping[LookupKind, timedelta] = {
    LookupKind.PERSON: timedelta(days=1),
    LookupKind.GROUP: timedelta(days=1),
    LookupKind.MESSAGE: timedelta(hours=1),  # somebody waits: a ticket with its link alone is better than none
}
_SECONDS = (2, 5, 15, 60, 300)  # from one attempt to the next
_LONGEST = timedelta(hours=1)
_TURN = "slack groups"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """`workspaces` are those where the desk is installed; none where it has one token of its own."""

    lookups: Sequence[Lookup]
    workspaces: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    policy: Policy
    acquaintance: Acquaintance

    def want_groups(self, books: UnitOfWork, now: datetime) -> None:
        """Who is in the staff groups: once in `GROUPS_EVERY`, by one replica."""
        if self.policy.chat.groups and books.signs.take_turn(_TURN, now, GROUPS_EVERY):
            for group in self.policy.chat.groups:
                want(LookupKind.GROUP, group, "", books, now)

    def claim(self, books: UnitOfWork, now: datetime, replica: str, limit: int) -> Claimed:
        """What is to be asked now: this replica's for `LEASE`."""
        lookups = books.chat.claim(now=now, until=now + LEASE, replica=replica, limit=limit)
        living = books.installations.living() if lookups else ()
        return Claimed(lookups=lookups, workspaces=[one.workspace or one.enterprise for one in living])

    def found_person(self, lookup: Lookup, person: Person, books: UnitOfWork, now: datetime) -> None:
        self.acquaintance.learnt(person, books, now)
        self.answered(lookup, books)

    def found_members(self, lookup: Lookup, people: Collection[str], books: UnitOfWork, now: datetime) -> None:
        books.chat.keep_members(lookup.subject, people)
        self.acquaintance.will_meet(people, lookup.workspace, books, now)
        self.answered(lookup, books)

    def answered(self, lookup: Lookup, books: UnitOfWork) -> None:
        books.chat.save(replace(lookup, state=LookupState.FOUND, error=""))

    def is_over(self, lookup: Lookup, fault: DeliveryError, now: datetime) -> bool:
        """For good, or for too long."""
        return fault.permanent or now + _pause(lookup, fault) > lookup.created_at + GIVE_UP_AFTER[lookup.kind]

    def put_off(self, lookup: Lookup, fault: DeliveryError, books: UnitOfWork, now: datetime) -> Lookup:
        """Ask again later, or give up: of a group nobody is a member then, of a person whom the chat does not know nothing is
        proven. Whoever could not be looked up for a day is as they were, and looked up when they speak."""
        over = self.is_over(lookup, fault, now)
        after = replace(
            lookup,
            state=LookupState.FAILED if over else LookupState.WAITING,
            due_at=now + _pause(lookup, fault),
            attempts=lookup.attempts if fault.tried else max(lookup.attempts - 1, 0),
            error=str(fault),
        )
        books.chat.save(after)
        if fault.permanent and lookup.kind is LookupKind.PERSON:
            self.acquaintance.is_gone(lookup.subject, lookup.workspace, books, now)
        elif over and lookup.kind is LookupKind.GROUP:
            books.chat.keep_members(lookup.subject, ())
        return after


def _pause(lookup: Lookup, fault: DeliveryError) -> timedelta:
    pause = timedelta(seconds=_SECONDS[min(max(lookup.attempts, 1), len(_SECONDS)) - 1])
    if fault.retry_after is not None:
        pause = max(pause, min(timedelta(seconds=fault.retry_after), _LONGEST))
    return pause
