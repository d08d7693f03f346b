"""Cards: a ticket is shown where the team that has it is, and what the team hears of it stands in the card's thread."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.chat.internal_place import MIRROR
from intake.desk.gate import closed_for_a_line
from intake.desk.out_tray import OutTray
from intake.desk.policy import MirrorRule
from intake.desk.ports import UnitOfWork
from intake.domain.channel import Channel
from intake.domain.mirror import Mirror
from intake.domain.notice import Notice, NoticeKind
from intake.domain.ticket import Ticket

MOVES = frozenset({Channel.SLACK})  # a card goes where its ticket goes; a record elsewhere stays that ticket's record


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Of every mirror, wherever it is; those of a chat move with the ticket."""

    tray: OutTray

    def show(self, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """A new ticket, wherever its team wants to see it. What has been changed since it was opened may be shown already."""
        rules = self._rules(ticket)
        if rules:
            there = {_place(one) for one in books.mirrors.of(ticket.number)} if ticket.revision else set()
            self._add([rule for rule in rules if (rule.channel, rule.address) not in there], ticket, books, now)

    def refresh(self, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """Whatever shows this ticket is out of date: what stands where it is not any more says so, and it is shown where its
        team is now. What was never shown there stays unsaid."""
        books.tickets.shown(ticket.number)
        rules = [rule for rule in self._rules(ticket) if rule.channel in MOVES] if ticket.revision else []
        wanted, there = {(rule.channel, rule.address) for rule in rules}, set[tuple[Channel, str]]()
        for mirror in books.mirrors.of(ticket.number):
            there.add(_place(mirror))
            moved = mirror.channel in MOVES and ticket.revision > 0 and _place(mirror) not in wanted
            if moved:
                books.mirrors.end(mirror.id)
            if not moved or mirror.ref:
                self.draw(ticket, mirror, books, now)
        self._add([rule for rule in rules if (rule.channel, rule.address) not in there], ticket, books, now)

    def refresh_changed(self, books: UnitOfWork, now: datetime, also: Collection[int] = ()) -> None:
        """Every ticket that was changed in this unit of work and not shown since, and `also` these. Asks nothing where no
        ticket is shown anywhere."""
        numbers = dict.fromkeys((*books.tickets.changed(), *also))
        if numbers and self.tray.policy.mirrors:
            for ticket in books.tickets.many(numbers).values():
                self.refresh(ticket, books, now)

    def draw(self, ticket: Ticket, mirror: Mirror, books: UnitOfWork, now: datetime) -> None:
        """A newer one stands for those that wait."""
        coalesce = _key(mirror)
        self.tray.put(ticket, mirror.channel, mirror.address, books, now, mirror=mirror.id, coalesce=coalesce)

    def tell_under(self, ticket: Ticket, kind: NoticeKind, books: UnitOfWork, now: datetime, fields: Mapping[str, str]) -> None:
        """In the thread of each card of the ticket, to where it has just been handed over as well. The gate bounds the lines of
        a room as it bounds those of a team's mailbox."""
        if not any(rule.channel in MOVES for rule in self.tray.policy.mirrors):
            return
        if kind is NoticeKind.ARRIVAL:
            if not fields or not ticket.revision:
                return  # a new ticket's card says all
            self.refresh(ticket, books, now)
        gate = self.tray.policy.gate
        for mirror in books.mirrors.of(ticket.number):
            if mirror.channel not in MOVES:
                continue
            told = books.outbox.told_since(mirror.address, now - gate.window, gate.digest_lines_per_recipient)
            self.tray.put(
                ticket,
                mirror.channel,
                mirror.address,
                books,
                now,
                notice=Notice(kind=kind, fields={"team": ticket.assignment_group, **fields, MIRROR: str(mirror.id)}),
                held=closed_for_a_line(told, gate),
                group=f"card:{mirror.id}",  # what happens at once is one post, each of it a line to the gate
            )

    def _rules(self, ticket: Ticket) -> Sequence[MirrorRule]:
        return [rule for rule in self.tray.policy.mirrors if rule.team == ticket.assignment_group]

    def _add(self, rules: Sequence[MirrorRule], ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        if not rules:
            return
        past = {_place(one): one for one in books.mirrors.past(ticket.number)} if ticket.revision else {}
        for rule in rules:
            mirror = past.get((rule.channel, rule.address))
            if mirror is not None:
                mirror = self._again(mirror, books)
            else:
                mirror = Mirror(id=books.next_id(), ticket=ticket.number, channel=rule.channel, address=rule.address)
                books.mirrors.add(mirror)
            self.draw(ticket, mirror, books, now)

    def _again(self, mirror: Mirror, books: UnitOfWork) -> Mirror:
        """A new one, below what was said since; but where nobody was told yet that it had gone, it had not: a card that nothing
        draws any more would keep its buttons."""
        ref = mirror.ref if mirror.ref and books.outbox.is_under_way(mirror.ticket, _key(mirror)) else ""
        books.mirrors.begin_anew(mirror.id, ref)
        return replace(mirror, ref=ref, over=False)


def _key(mirror: Mirror) -> str:
    return f"mirror:{mirror.id}"


def _place(mirror: Mirror) -> tuple[Channel, str]:
    return mirror.channel, mirror.address
