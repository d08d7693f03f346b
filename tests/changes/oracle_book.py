"""What the book of each agreement must say: docs/changes.md's arithmetic, once more and naively."""

from dataclasses import dataclass, field
from datetime import date

from intake.domain.principal import Principal
from tests.changes.oracle_people import TEAMS, knows, same


@dataclass(slots=True)
class Share:
    """What one change has of one agreement."""

    reserved: int = 0
    overdraft: int = 0
    spent: int = 0
    allowed_by: set[str] = field(default_factory=set)  # an overdraft that it still has


@dataclass(slots=True, kw_only=True)
class Book:
    party: str
    starts: date
    ends: date
    spenders: tuple[str, ...]
    owners: tuple[str, ...]
    carry_over: int | None
    granted: int
    closed: bool = False
    shares: dict[int, Share] = field(default_factory=dict)

    @property
    def reserved(self) -> int:
        return sum(share.reserved for share in self.shares.values())

    @property
    def overdraft(self) -> int:
        return sum(share.overdraft for share in self.shares.values())

    @property
    def spent(self) -> int:
        return sum(share.spent for share in self.shares.values())

    @property
    def left(self) -> int:
        return self.granted + self.overdraft - self.reserved - self.spent

    @property
    def balance(self) -> tuple[int, int, int, int]:
        return self.granted, self.reserved, self.spent, self.overdraft

    def of(self, ticket: int) -> Share:
        return self.shares.setdefault(ticket, Share())

    def may_spend(self, by: Principal) -> bool:
        known = knows(by.name)
        teams = TEAMS[known] if known else by.teams
        return bool(teams & set(self.spenders)) or (bool(known) and any(same(by.name, one) for one in self.spenders))

    def reserve_to(self, ticket: int, minutes: int) -> None:
        """So much, whatever it was."""
        share = self.of(ticket)
        if minutes >= share.reserved:
            share.reserved = minutes
        else:
            self.release(ticket, share.reserved - minutes)

    def release(self, ticket: int, minutes: int) -> None:
        share = self.of(ticket)
        share.reserved -= minutes
        share.overdraft -= min(minutes, share.overdraft)
        if not share.overdraft:
            share.allowed_by.clear()

    def spend(self, ticket: int, minutes: int) -> None:
        share = self.of(ticket)
        share.reserved -= min(minutes, share.reserved)
        share.spent += minutes

    def allow(self, ticket: int, minutes: int, by: str) -> None:
        share = self.of(ticket)
        share.allowed_by.add(by)
        share.reserved += minutes
        share.overdraft += minutes

    def available_to(self, ticket: int) -> int:
        return self.left + self.of(ticket).reserved
