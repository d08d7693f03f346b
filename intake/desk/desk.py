"""The desk: every input ends in exactly one outcome.

dedupe → nature (machine mail?) → which ticket? → who? → label → route → pages → answers
"""

import traceback
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from intake.desk.agreements.keeping import Hands, Keeper
from intake.desk.case import Case
from intake.desk.chat.acquaintance import Acquaintance
from intake.desk.chat.keeping import ChatKeeper
from intake.desk.chat.lookups import Lookups
from intake.desk.chat.speaking import Speaking
from intake.desk.crew import crew_of
from intake.desk.incoming import Incoming, clean
from intake.desk.keys import KeyRing
from intake.desk.opening import UNKNOWN
from intake.desk.policy import Policy
from intake.desk.ports import Clock, UnitOfWork
from intake.desk.sla.running_out import Breach
from intake.desk.sla.targets import as_text
from intake.desk.storms.memory import Memory
from intake.domain.action import Action
from intake.domain.channel import Address, Channel
from intake.domain.deed import AgreementDeed, ChatDeed
from intake.domain.errors import (
    Conflict,
    Forbidden,
    HelpdeskError,
    IllegalTransition,
    NotFound,
    PolicyViolation,
    StoreUnavailable,
    TooEarly,
)
from intake.domain.message import InboundMessage, Nature
from intake.domain.receipt import LedgerEntry, Outcome, Receipt, Refusal
from intake.domain.timer import Timer, TimerKind


class Desk:
    """Plain synchronous code over a unit of work; it knows no channel, no database and no clock but the one it is given."""

    def __init__(
        self,
        policy: Policy,
        keys: KeyRing,
        clock: Clock,
        *,
        senders: Collection[Channel],
        own: Collection[str],
        memory: Memory | None = None,
    ) -> None:
        """Without a `memory` of reports it spots no storms."""
        self.policy = policy
        self._clock = clock
        self._keeper = Keeper(policy=policy)
        crew = crew_of(policy, senders, own, memory)
        self.replies, self.changes = crew.replies, crew.changes
        self._pager, self._storms, self._running_out = crew.pager, crew.storms, crew.running_out
        self._firing, self._actor, self._cards = crew.firing, crew.actor, crew.teller.cards
        self._hearer = crew.hearer(keys, self._actor)
        self._chat_keeper, self.speaking = ChatKeeper(policy=policy), Speaking(policy=policy)
        self._acquaintance = Acquaintance(policy=policy, teller=crew.teller)
        self.lookups = Lookups(policy=policy, acquaintance=self._acquaintance)

    def remember_reports(self, books: UnitOfWork) -> None:
        """Before the first input, which would have to wait for it otherwise."""
        if self._storms.spotter is not None and self.policy.storm.begins_at:
            self._storms.spotter.memory.follow(books, self._clock())

    def receive(self, incoming: Incoming, books: UnitOfWork) -> Receipt:
        """One input, in a savepoint of its own: its outcome, or the first receipt if it came before. What our own code
        fails on is quarantined. Raises StoreUnavailable, TooEarly, or Conflict when another replica wrote the same thing
        first: to be decided anew in another transaction, because this one may hold what the other replica waits for."""
        try:
            with books.savepoint():
                return self.enter(incoming, books)
        except (Conflict, StoreUnavailable, TooEarly):
            raise
        except Exception:
            return self._quarantine(replace(incoming, fault=clean(traceback.format_exc())), books)

    def replay(self, entry: LedgerEntry, incoming: Incoming, books: UnitOfWork) -> Receipt:
        """Run a quarantined input again. Anything else keeps its receipt; a second replay changes nothing."""
        if entry.outcome is not Outcome.QUARANTINED:
            return replace(entry.receipt, duplicate=True)
        fault = incoming.fault
        if not fault:
            try:
                with books.savepoint():
                    return self._settle(entry, incoming, books)
            except (Conflict, StoreUnavailable, TooEarly):
                raise
            except Exception:
                fault = clean(traceback.format_exc())
        still = replace(entry, fault=fault, reason=_last_line(fault), replays=entry.replays + 1)
        books.ledger.settle(still)
        return still.receipt

    def fire(self, timer: Timer, books: UnitOfWork) -> Sequence[Breach]:
        """A timer came due. It fires once: whoever finishes it first acts on it. Which clocks ran out."""
        ticket = books.tickets.get(timer.ticket)  # first, as deeds do: two who lock must lock in the same order
        if not books.timers.finish(timer) or ticket is None:
            return ()
        if timer.kind is TimerKind.CLOCK:
            self._remember_targets(books)
        breaches = self._firing.fire(timer, Case(ticket, books, self._clock()))
        self._cards.refresh_changed(books, self._clock())
        return breaches

    def wind_clocks(self, most: int, books: UnitOfWork) -> int:
        """Open tickets from before clocks were kept get theirs; how many did."""
        self._remember_targets(books)
        return self._running_out.wind(most, books, self._clock())

    def _remember_targets(self, books: UnitOfWork) -> None:
        now = self._clock()
        books.clocks.remember(self.policy.version, lambda: as_text(self.policy.sla, now.year), now)

    def foresee(self, incoming: Incoming, books: UnitOfWork) -> None:
        """Before a batch is entered: tells the store what it will be asked."""
        author, in_copy = None, tuple[Address, ...]()
        if isinstance(said := incoming.said, InboundMessage):
            author = said.author
            in_copy = said.recipients if said.authentic and said.nature is Nature.HUMAN else ()  # else nobody joins
        books.foresee(incoming.arrival.channel, incoming.external_id, author, in_copy)

    def enter(self, incoming: Incoming, books: UnitOfWork) -> Receipt:
        """`receive` without its safety net, for the batch in which all goes well: raises whatever goes wrong."""
        if (earlier := books.ledger.receipt_for(incoming.arrival.channel, incoming.external_id)) is not None:
            return earlier
        self._remember_targets(books)
        if incoming.fault:
            return self._book(incoming, books.next_id(), _quarantined(incoming.fault), books)
        id = books.next_id()  # noqa: A001 - the ledger's own word
        return self._book(incoming, id, self._outcome(incoming, id, books), books)

    def _quarantine(self, incoming: Incoming, books: UnitOfWork) -> Receipt:
        try:
            with books.savepoint():
                return self.enter(incoming, books)
        except Conflict:
            raise
        except HelpdeskError as fault:
            raise StoreUnavailable("The store took neither the message nor its quarantine") from fault

    def _settle(self, entry: LedgerEntry, incoming: Incoming, books: UnitOfWork) -> Receipt:
        self._remember_targets(books)
        earlier = books.ledger.receipt_for(incoming.arrival.channel, incoming.external_id)
        if earlier is not None and earlier.id != entry.id:
            outcome = Receipt(id=entry.id, outcome=Outcome.SUPPRESSED, reason=f"the same as ledger {earlier.id}")
            name = entry.external_id
        else:
            outcome, name = self._outcome(incoming, entry.id, books), incoming.external_id
        settled = replace(
            entry,
            external_id=name,
            outcome=outcome.outcome,
            reason=outcome.reason,
            ticket=outcome.ticket,
            fault="",
            replays=entry.replays + 1,
        )
        if not books.ledger.settle(settled):
            raise Conflict(f"Ledger {entry.id} was replayed by somebody else meanwhile")
        return settled.receipt

    def _book(self, incoming: Incoming, id: int, receipt: Receipt, books: UnitOfWork) -> Receipt:
        arrival = incoming.arrival
        entry = LedgerEntry(
            id=id,
            channel=arrival.channel,
            external_id=incoming.external_id,
            received_at=arrival.received_at,
            sha256=incoming.sha256,
            size=len(arrival.raw),
            outcome=receipt.outcome,
            envelope=arrival.envelope,
            reason=receipt.reason,
            ticket=receipt.ticket,
            fault=incoming.fault,
        )
        books.ledger.add(entry, arrival.raw)
        return entry.receipt

    def _outcome(self, incoming: Incoming, ledger: int, books: UnitOfWork) -> Receipt:
        receipt = self._decided(incoming, ledger, books)
        self._cards.refresh_changed(books, self._clock())
        return receipt

    def _decided(self, incoming: Incoming, ledger: int, books: UnitOfWork) -> Receipt:
        match incoming.said:
            case InboundMessage() as message:
                return self._hearer.hear(message, incoming.label or UNKNOWN, ledger, books, self._clock())
            case Action() as action:
                return self._do(action, ledger, books)
            case None:
                raise AssertionError("an arrival without a fault says something")

    def _do(self, action: Action, ledger: int, books: UnitOfWork) -> Receipt:
        """A refusal undoes all that the deed had begun: it is thrown through a savepoint."""
        ticket_number: int | None = None  # only of a ticket that exists: the ledger points at it
        if action.channel is Channel.SLACK and action.by.address is not None:  # to be looked up, whatever becomes of the deed
            self._acquaintance.met(action.by.address, None, books, self._clock())
        try:
            with books.savepoint():
                if isinstance(action.deed, AgreementDeed):
                    done = self._keeper.apply(action.deed, Hands(by=action.by, books=books, now=self._clock(), ledger=ledger))
                elif isinstance(action.deed, ChatDeed):
                    done = self._chat_keeper.apply(action, action.deed, books, self._clock())
                else:
                    ticket = self._actor.ticket_of(action, books, self._clock())
                    ticket_number = ticket.number
                    action = replace(action, by=self.speaking.principal(action, ticket, books))
                    case = Case(ticket, books, self._clock(), by=action.by, channel=action.channel, ledger=ledger)
                    case.thread, case.delivery = action.thread, action.delivery
                    done = self._actor.apply(action, case)
        except tuple(_REFUSALS) as refusal:
            code = next(code for fault, code in _REFUSALS.items() if isinstance(refusal, fault))
            return Receipt(id=ledger, outcome=Outcome.SUPPRESSED, reason=f"{code.value}: {refusal}", ticket=ticket_number)
        return Receipt(id=ledger, outcome=Outcome.APPLIED, reason=f"{action.deed.verb}: {done}", ticket=ticket_number)


_REFUSALS: Mapping[type[HelpdeskError], Refusal] = {
    Forbidden: Refusal.FORBIDDEN,
    NotFound: Refusal.NOT_FOUND,
    PolicyViolation: Refusal.CONFLICT,
    IllegalTransition: Refusal.CONFLICT,
}


def _quarantined(fault: str) -> Receipt:
    return Receipt(id=0, outcome=Outcome.QUARANTINED, reason=_last_line(fault))


def _last_line(fault: str) -> str:
    return fault.strip().rpartition("\n")[2][:300]
