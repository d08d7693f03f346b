"""A form that was sent from the ticket's page -> what its sender says or does. Pure; raises InvalidMessage."""

from collections.abc import Mapping
from datetime import datetime

from channels.portal import change_parse, oncall_parse
from channels.portal.form import Form, Verb, form_of, read_fields
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import AnswerQuestion, Confirm, Deed, Dispute, Reopen
from intake.domain.errors import InvalidMessage
from intake.domain.message import InboundMessage
from intake.domain.principal import Principal, Role


def arrival_of(raw: bytes, *, verb: Verb, ticket: int, delivery: int, address: Address, received_at: datetime) -> Arrival:
    """The form as it came. `delivery` is the one whose link opened the page, `address` where that went."""
    envelope = {
        "verb": verb.value,
        "ticket": str(ticket),
        "delivery": str(delivery),
        "address_kind": address.kind.value,
        "address": address.value,
        "address_name": address.name,
    }
    return Arrival(channel=Channel.FORM, received_at=received_at, raw=raw, envelope=envelope)


def parse(arrival: Arrival) -> InboundMessage | Action:
    said = arrival.envelope
    if said.get("door") == change_parse.DOOR:
        return change_parse.parse(arrival)
    if said.get("verb") == oncall_parse.VERB:
        return oncall_parse.parse(arrival)
    try:
        verb, ticket, delivery = Verb(said["verb"]), int(said["ticket"]), int(said["delivery"])
        address = _address(said)
    except (KeyError, ValueError) as fault:
        raise InvalidMessage(f"The form did not come from a ticket's page: {fault!r}") from fault
    form = form_of(verb, read_fields(arrival.raw))
    external_id = f"{delivery}:{verb.value}:{form.once}"
    if verb is Verb.REPLY:
        return InboundMessage(
            channel=Channel.FORM,
            external_id=external_id,
            received_at=arrival.received_at,
            author=address,
            text=form.text,
            full_text=form.text,
            ticket=ticket,
            authentic=True,
        )
    return Action(
        channel=Channel.FORM,
        external_id=external_id,
        received_at=arrival.received_at,
        by=Principal(name=address.value, role=Role.REQUESTER, address=address),
        deed=_deed(form),
        ticket=ticket,
    )


def _address(said: Mapping[str, str]) -> Address:
    if not said["address"]:
        raise ValueError("no address")
    return Address(kind=AddressKind(said["address_kind"]), value=said["address"], name=said.get("address_name", ""))


def _deed(form: Form) -> Deed:
    match form.verb:
        case Verb.CONFIRM:
            return Confirm()
        case Verb.DISPUTE:
            return Dispute(text=form.text)
        case Verb.REOPEN:
            return Reopen(reason=form.text)
        case Verb.ANSWER:
            assert form.kind is not None
            return AnswerQuestion(kind=form.kind)
        case Verb.REPLY:
            raise AssertionError("a reply is a message, not a deed")
