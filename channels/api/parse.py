"""A body and its envelope, as they lie in the ledger, become what somebody said or did."""

from dataclasses import replace

from channels.api.bodies import Addition, Opening, read_agreement_deed, read_body
from channels.api.envelope import ADD, OPEN, Asked, asked_of
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Address
from intake.domain.deed import AGREEMENT_DEEDS, DEEDS, Deed
from intake.domain.errors import InvalidMessage
from intake.domain.message import Chosen, InboundMessage
from intake.domain.principal import STAFF, Principal, Role


def parse(arrival: Arrival) -> InboundMessage | Action:
    """For both channels that speak this way, API and command line. Raises InvalidMessage."""
    asked = asked_of(arrival.envelope)
    if asked.verb == OPEN:
        opening = read_body(Opening, arrival.raw)
        chosen = Chosen(by=asked.by.name, impact=opening.impact, urgency=opening.urgency)
        message = _message(arrival, asked, author_of(opening, asked.by), opening.subject, opening.text)
        return replace(message, chosen=chosen) if chosen.impact or chosen.urgency else message
    if asked.verb == ADD:
        addition = read_body(Addition, arrival.raw)
        if asked.ticket is None or asked.by.address is None:
            raise InvalidMessage("A message needs its ticket, and its author's address")
        return _message(arrival, asked, asked.by.address, "", addition.text)
    return Action(
        channel=arrival.channel,
        external_id=asked.external_id,
        received_at=arrival.received_at,
        by=asked.by,
        deed=_deed(asked, arrival.raw),
        ticket=asked.ticket,
        seen=asked.seen,
    )


def _deed(asked: Asked, raw: bytes) -> Deed:
    if (about_agreement := AGREEMENT_DEEDS.get(asked.verb)) is not None:
        return (
            read_agreement_deed(about_agreement, raw, asked.agreement) if asked.agreement else read_body(about_agreement, raw)
        )
    if asked.verb not in DEEDS:
        raise InvalidMessage(f"Nobody here knows how to {asked.verb[:100]!r}")
    if asked.ticket is None:
        raise InvalidMessage(f"{asked.verb}: the envelope names no ticket")
    return read_body(DEEDS[asked.verb], raw)


def author_of(opening: Opening, by: Principal) -> Address:
    """Who asks: a requester for themselves, the desk's own people for the caller they name. Raises InvalidMessage."""
    if by.role is not Role.REQUESTER:
        if opening.caller is None:
            raise InvalidMessage("caller is needed: who asks?")
        return opening.caller.as_address
    if opening.caller is not None:
        raise InvalidMessage("caller is not allowed here: you ask for yourself")
    if by.address is None:
        raise InvalidMessage("a requester needs an address")
    return by.address


def _message(arrival: Arrival, asked: Asked, author: Address, subject: str, text: str) -> InboundMessage:
    return InboundMessage(
        channel=arrival.channel,
        external_id=asked.external_id,
        received_at=arrival.received_at,
        author=author,
        subject=subject,
        text=text,
        full_text=text,
        ticket=asked.ticket,
        authentic=True,
        notes=(f"taken down by {asked.by.name}",) if asked.by.role in STAFF else (),
    )
