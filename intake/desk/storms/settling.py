"""How the final response of a storm arrives: a report is resolved with its own copy, the parent when no copy is on its way."""

from collections.abc import Sequence

from intake.desk.case import Case
from intake.desk.closing import Closer
from intake.desk.lifecycle import OPEN
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.storm import StormStage
from intake.domain.ticket import Ticket, spoken


def of_the_same_person(case: Case) -> Sequence[Case]:
    """Their other reports in the same storm: they get one copy for all of them."""
    if case.ticket.parent is None:
        return ()
    found = (case.books.tickets.get(number) for number in case.books.storms.fellows(case.ticket.number))
    return [case.on(ticket) for ticket in found if ticket is not None]


def carriers(case: Case) -> frozenset[int]:
    """On which tickets a copy of the final response counts for this one."""
    number = case.ticket.number
    if case.ticket.parent is None:
        return frozenset({number})
    return frozenset({number, *case.books.storms.fellows(number)})


def settle(case: Case, closer: Closer) -> None:
    """After something happened to a copy of the final response, or to a report: is the storm over? Whoever settles it has its
    parent's row, so that of two last copies one finds that it is the last."""
    if case.ticket.parent is None or (parent := case.books.tickets.get(case.ticket.parent)) is None:
        return
    settle_parent(case.on(parent), closer)


def settle_parent(parent: Case, closer: Closer) -> None:
    final, books = parent.ticket.final_response, parent.books
    if parent.ticket.state not in OPEN or final is None or books.storms.on_its_way(final):
        return
    copies = [sent for sent in books.outbox.of_reply(final) if not sent.copy and sent.ticket != parent.ticket.number]
    if copies and not any(sent.state is DeliveryState.DELIVERED for sent in copies):
        return  # nobody has got it: people must look
    closer.resolve(parent, _why(copies))
    resolve_unheard(parent, closer, copies)


def resolve_unheard(parent: Case, closer: Closer, copies: Sequence[Delivery]) -> None:
    """Reports of machines, which nobody is told about."""
    sent_to = {sent.ticket for sent in copies}
    storm = parent.books.storms.get(parent.ticket.number)
    if storm is None or storm.stage is not StormStage.FORMED:
        return
    for member in parent.books.storms.members(storm.parent):
        ticket = parent.books.tickets.get(member.ticket)
        if ticket is None or not _waits_for(ticket, parent.ticket) or sent_to & carriers(parent.on(ticket)):
            continue
        opening, _ = parent.books.tickets.opening(ticket.number)
        if opening is None or not opening.answerable:
            closer.resolve(parent.on(ticket), f"resolved with {spoken(storm.parent)}: nobody asked who could be told")


def _waits_for(ticket: Ticket, parent: Ticket) -> bool:
    return ticket.state in OPEN and ticket.final_response is not None and ticket.final_response == parent.final_response


def _why(copies: Sequence[Delivery]) -> str:
    if not copies:
        return "resolved; nobody outside had to be told"
    arrived = len({sent.ticket for sent in copies if sent.state is DeliveryState.DELIVERED})
    lost = len({sent.ticket for sent in copies} - {sent.ticket for sent in copies if sent.state is DeliveryState.DELIVERED})
    not_all = f"; {lost} did not get it, and stay open" if lost else ""
    return f"the final response has arrived on {arrived} {'ticket' if arrived == 1 else 'tickets'}{not_all}"
