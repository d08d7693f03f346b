"""What people answer to whoever asked, and what becomes of it on the way."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.answer_left import answer_left
from intake.desk.arriving import ARRIVES, Arrival
from intake.desk.case import Case
from intake.desk.closing import Closer
from intake.desk.directory import Directory
from intake.desk.lifecycle import OPEN, demand_open, move
from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.reaching import addresses_of_caller
from intake.desk.sla.history import ARRIVED, DIRECT
from intake.desk.storms.settling import carriers, of_the_same_person, settle
from intake.desk.telling import REACHED_BY, Teller
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import ConfirmUndeliverable, Note, Reply, Resolve
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.errors import IllegalTransition, PolicyViolation
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.ticket import State, Ticket, spoken
from intake.domain.ticket_message import Direction, TicketMessage
from intake.domain.timer import Timer, TimerKind
from intake.domain.work_note import WorkNote

S = DeliveryState
ON_ITS_WAY = frozenset({S.QUEUED, S.SENDING, S.SENT})
LOST = frozenset({S.FAILED, S.CANCELED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    policy: Policy
    teller: Teller
    closer: Closer
    pager: Pager

    def note(self, deed: Note, case: Case) -> str:
        note = WorkNote(id=case.books.next_id(), ticket=case.ticket.number, author=case.by.name, text=deed.text, at=case.now)
        case.books.tickets.add_note(note)
        case.write(EventKind.WORK_NOTE, "wrote a work note", data={"note": str(note.id)})
        return "noted"

    def reply(self, deed: Reply, case: Case, told: Collection[str] = ()) -> str:
        """Also after the resolution; a merged ticket is answered where it went. Whoever was `told` already, because its author
        wrote to them directly with the desk in copy, is not sent it again."""
        ticket = case.ticket
        if ticket.merged_into is not None:
            raise IllegalTransition(f"{spoken(ticket.number)} was merged into {spoken(ticket.merged_into)}: answer there")
        addresses = self.addresses(case, deed.channel)
        if not addresses:
            raise PolicyViolation(f"{spoken(ticket.number)} has no requester who could be answered")
        message = self.write_down(deed, case)
        direct = next((address.value for address in addresses if address.value in told), "")
        said = f"answered {direct} directly" if direct else f"answered, {self._send(message, addresses[0], case)}"
        self._send_to_watchers(message, addresses, case, told)
        progress = move(ticket, State.IN_PROGRESS) if ticket.state is State.NEW and ticket.assigned_to else ticket
        data = {"message": str(message.id), **({DIRECT: direct} if direct else {})}
        case.write(EventKind.REPLIED, said, progress, data=data)
        self.pager.acknowledge(case.ticket, case.by.name, case.books, case.now, "by answering")
        return said

    def living_addresses(self, case: Case, but: Address) -> list[Address]:
        """Where else the caller can be reached, the best way first; nothing that mail has come back from."""
        contact = case.books.contacts.get(case.ticket.caller) if case.ticket.caller is not None else None
        dead = {but.value, *(address.value for address in contact.dead)} if contact is not None else set()
        known = self.addresses(case, None)
        return [one for one in known if one.value not in dead and REACHED_BY[one.kind] in self.teller.senders]

    def resolve(self, deed: Resolve, case: Case) -> str:
        """The final response; the ticket is resolved when it has arrived."""
        demand_open(case.ticket, "resolve")
        if any(sent.state in ON_ITS_WAY for sent in self._final(case)):
            raise PolicyViolation(f"The final response of {spoken(case.ticket.number)} is on its way already")
        addresses = self.addresses(case, deed.channel)
        message = self.write_down(deed, case)
        if addresses:
            said = self._send(message, addresses[0], case)
            self._send_to_watchers(message, addresses, case)
        else:
            said = "nobody can be reached: confirm that it could not be delivered"
        self._send_to_merged(message, addresses, case)
        case.write(
            EventKind.FINAL_RESPONSE,
            f"final response, {said}",
            replace(case.ticket, final_response=message.id),
            data={"message": str(message.id)},
        )
        self.pager.acknowledge(case.ticket, case.by.name, case.books, case.now, "by answering")
        return f"final response, {said}; resolved when it has arrived"

    def confirm_undeliverable(self, deed: ConfirmUndeliverable, case: Case) -> str:
        demand_open(case.ticket, "resolve")
        number = spoken(case.ticket.number)
        if case.ticket.final_response is None:
            raise PolicyViolation(f"{number} has no final response yet: write one first (resolve)")
        for sent in self._final(case):
            if sent.state in ON_ITS_WAY:
                raise PolicyViolation(f"The final response of {number} may still arrive at {sent.address}: wait for it")
            if sent.state is S.HELD:
                raise PolicyViolation(f"The outbound gate holds the final response of {number}: release it, or give it up")
        self.closer.resolve(case, f"the final response could not be delivered: {deed.reason}")
        return "resolved; the final response could not be delivered"

    def sent(self, delivery: Delivery, books: UnitOfWork, now: datetime) -> None:
        """The other side took it. For some channels that is an arrival; a mail may still come back."""
        match ARRIVES[delivery.channel]:
            case Arrival.ACCEPTED:
                self.arrived(delivery, "it was accepted", books, now)
            case Arrival.NO_BOUNCE:
                answer_left(delivery, books, now)
                due = now + self.policy.final.bounce_window
                books.timers.add(
                    Timer(
                        id=books.next_id(),
                        ticket=delivery.ticket,
                        kind=TimerKind.NO_BOUNCE,
                        due_at=due,
                        delivery=delivery.id,
                    )
                )
            case Arrival.REPORT:
                answer_left(delivery, books, now)

    def did_not_bounce(self, delivery: int, books: UnitOfWork, now: datetime) -> None:
        sent = books.outbox.get(delivery)
        if sent is not None and sent.state is S.SENT:
            self.arrived(sent, "it did not come back", books, now)

    def arrived(self, delivery: Delivery, why: str, books: UnitOfWork, now: datetime) -> None:
        """A final response that has arrived resolves its ticket."""
        books.outbox.save(replace(delivery, state=S.DELIVERED, error="", sent_at=delivery.sent_at or now))
        books.timers.cancel(delivery.ticket, TimerKind.NO_BOUNCE, delivery.id)
        ticket = books.tickets.get(delivery.ticket)
        if ticket is None or delivery.reply is None:
            return
        case = Case(ticket, books, now)
        what = "final response" if ticket.final_response == delivery.reply else "answer"
        case.write(
            EventKind.DELIVERY_REPORTED,
            f"{what} to {delivery.address}: delivered, {why}",
            data={"delivery": str(delivery.id), **({} if delivery.copy else {ARRIVED: "yes"})},
        )
        for one in (case, *of_the_same_person(case)):
            self.resolve_if_arrived(one)
        settle(case, self.closer)

    def resolve_if_arrived(self, case: Case) -> None:
        """An open ticket whose final response has reached whoever asked is resolved."""
        if is_pending(case.ticket) and any(sent.state is S.DELIVERED for sent in self._final(case)):
            self.closer.resolve(case, "the final response has arrived")

    def failed(self, delivery: Delivery, books: UnitOfWork, now: datetime, *, was: DeliveryState) -> None:
        """An answer that failed for good takes the contact's next channel; where there is none, an agent must look. What had
        been taken for delivered, and resolved its ticket, resolves it no longer."""
        books.timers.cancel(delivery.ticket, TimerKind.NO_BOUNCE, delivery.id)
        ticket = books.tickets.get(delivery.ticket)
        if ticket is None or delivery.reply is None:
            return
        message = books.tickets.message(delivery.reply)
        case = Case(ticket, books, now)
        if not delivery.copy and was in {S.SENT, S.DELIVERED}:
            data = {"delivery": str(delivery.id)}
            case.note(EventKind.ANSWER_CAME_BACK, f"answer to {delivery.address} came back: {delivery.error}", data)
        fellows = [sent for sent in books.outbox.of_reply(delivery.reply, (delivery.ticket,)) if not sent.copy]
        if message is None or delivery.copy or any(sent.state is S.DELIVERED for sent in fellows):
            return
        if was is S.DELIVERED and ticket.final_response == delivery.reply:
            for one in (case, *of_the_same_person(case)):
                if one.ticket.final_response == delivery.reply:
                    self.closer.did_not_arrive(one, delivery.error)
        tried = {sent.address for sent in fellows}
        gone = Address(kind=AddressKind.EMAIL, value=delivery.address)
        left = [address for address in self.living_addresses(case, gone) if address.value not in tried]
        data = {"delivery": str(delivery.id), "message": str(delivery.reply)}
        if left:
            said = self._send(message, left[0], case)
            case.write(EventKind.DELIVERY_DIVERTED, f"{delivery.address} cannot be reached; {said}", data=data)
            why = f"{delivery.address} cannot be reached ({delivery.error}); sent to {left[0].value} instead"
        else:
            case.write(EventKind.UNDELIVERABLE, f"{delivery.address} cannot be reached, and no other way is known", data=data)
            why = f"{delivery.address} cannot be reached ({delivery.error}), and no other way is known"
        self.teller.tell_holder(case.ticket, NoticeKind.UNREACHED, books, now, {"why": why})
        settle(case, self.closer)

    def hand_over(self, message: TicketMessage, case: Case) -> str:
        """What was written for several tickets goes to whoever asked on this one, and to those who read along; how far it gets
        at once, empty where nobody can be reached."""
        addresses = self.addresses(case, None)
        said = self._send(message, addresses[0], case) if addresses else ""
        self._send_to_watchers(message, addresses, case)
        return said

    def hand_to_merged(self, message: TicketMessage, case: Case, may: Callable[[Ticket], bool]) -> None:
        """The same for those whose tickets were merged into this one, as far as they `may` hear it."""
        self._send_to_merged(message, self.addresses(case, None), case, may)

    def is_answered(self, case: Case) -> bool:
        """Is a final response of its own on its way?"""
        return is_pending(case.ticket) and any(sent.state in ON_ITS_WAY for sent in self._final(case))

    def may_arrive(self, case: Case) -> bool:
        """Is there a final response that is not lost? Also one that the gate holds, or that nothing is configured to send."""
        return is_pending(case.ticket) and any(sent.state not in LOST for sent in self._final(case))

    def write_down(self, deed: Reply | Resolve, case: Case) -> TicketMessage:
        agent = Directory(policy=self.policy).named(case.by.name)
        author = Address(kind=AddressKind.EMAIL, value=agent.mail, name=agent.name) if agent and agent.mail else None
        message = TicketMessage(
            id=case.books.next_id(),
            ticket=case.ticket.number,
            direction=Direction.OUT,
            channel=case.channel,
            author=author,
            body=deed.text,
            full_body=deed.text,
            subject=case.ticket.short_description,
            at=case.now,
            ledger=case.ledger,
        )
        case.books.tickets.add_message(message, [file.as_attachment for file in deed.files])
        return message

    def _send(self, message: TicketMessage, address: Address, case: Case) -> str:
        state = self.teller.answer(case.ticket, message, address, case.books, case.now)
        return f"to {address.value} by {REACHED_BY[address.kind].value}: {state.value}"

    def _send_to_watchers(self, message: TicketMessage, reached: list[Address], case: Case, told: Collection[str] = ()) -> None:
        """Those who watch from outside read along."""
        passed_over = {*told, *(address.value for address in reached)}
        for watcher in case.books.tickets.watchers(case.ticket.number):
            if watcher.value in passed_over or self.teller.of_the_staff(watcher, case.books) is not None:
                continue
            known = case.books.contacts.at(watcher)
            if known is None or not known.dead:
                self.teller.answer(case.ticket, message, watcher, case.books, case.now, copy=True)

    def _send_to_merged(
        self, message: TicketMessage, reached: list[Address], case: Case, may: Callable[[Ticket], bool] | None = None
    ) -> None:
        """Whoever asked the same on a ticket that was merged into this one hears it as well, under their own number."""
        told = {address.value for address in reached}
        for number in case.books.tickets.merged_into(case.ticket.number):
            ticket = case.books.tickets.get(number)
            addresses = self.addresses(case.on(ticket), None) if ticket is not None else []
            new = addresses and not told & {address.value for address in addresses}
            if ticket is not None and new and (may is None or may(ticket)):
                told |= {address.value for address in addresses}
                self.teller.answer(ticket, message, addresses[0], case.books, case.now)
            if ticket is not None:
                self._send_to_watchers(message, addresses, case.on(ticket), told)

    def addresses(self, case: Case, channel: Channel | None) -> list[Address]:
        """The caller's, the one used last first; of a chosen channel only. Raises PolicyViolation where it knows none."""
        return addresses_of_caller(case, self.teller, channel)

    def _final(self, case: Case) -> list[Delivery]:
        """Every way by which the final response goes, or went, to whoever asked."""
        final = case.ticket.final_response
        found = case.books.outbox.of_reply(final, carriers(case)) if final is not None else ()
        return [sent for sent in found if not sent.copy]


def is_pending(ticket: Ticket) -> bool:
    """Has a final response been written that has not arrived yet?"""
    return ticket.state in OPEN and ticket.final_response is not None
