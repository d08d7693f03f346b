"""A form of a change's page -> what an approver or a product owner decides or says. Pure; raises InvalidMessage."""

from collections.abc import Mapping
from datetime import datetime

from channels.portal.change_form import OF_APPROVERS, ChangeForm, ChangeVerb, change_form_of
from channels.portal.form import read_fields
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.change import Side
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import ApproveChange, ConsentToChange, DeclineChange, Deed, RejectChange, ReworkChange
from intake.domain.errors import InvalidMessage
from intake.domain.message import InboundMessage
from intake.domain.principal import Principal, Role

DOOR = "change"


def arrival_of(
    raw: bytes, *, verb: ChangeVerb, ticket: int, delivery: int, who: Principal, side: Side, asked: int, received_at: datetime
) -> Arrival:
    """`delivery` is the one whose link opened the page, `who` the person whom it names: somebody of the desk, or a product
    owner by their address. `side` is whom they decide for, in the round `asked`."""
    envelope = {
        "door": DOOR,
        "verb": verb.value,
        "ticket": str(ticket),
        "delivery": str(delivery),
        "by": who.name,
        "role": who.role.value,
        "teams": "\n".join(sorted(who.teams)),
        "side": side.value,
        "round": str(asked),
        "address": who.address.value if who.address is not None else "",
        "address_name": who.address.name if who.address is not None else "",
    }
    return Arrival(channel=Channel.FORM, received_at=received_at, raw=raw, envelope=envelope)


def parse(arrival: Arrival) -> InboundMessage | Action:
    """A link decides once: what a verb does has the same name whenever it is sent."""
    said = arrival.envelope
    try:
        verb, side = ChangeVerb(said["verb"]), Side(said["side"])
        ticket, delivery, asked, who = int(said["ticket"]), int(said["delivery"]), int(said["round"]), _who(said)
    except (KeyError, ValueError) as fault:
        raise InvalidMessage(f"The form did not come from a change's page: {fault!r}") from fault
    if (verb in OF_APPROVERS) is (side is Side.PRODUCT_OWNER) or (side is Side.PRODUCT_OWNER and who.address is None):
        raise InvalidMessage(f"{verb.value} is not for {side.value}")
    form = change_form_of(verb, read_fields(arrival.raw))
    if verb is ChangeVerb.ADD:
        return InboundMessage(
            channel=Channel.FORM,
            external_id=f"{delivery}:{verb.value}:{form.once}",
            received_at=arrival.received_at,
            author=who.address,
            text=form.text,
            full_text=form.text,
            ticket=ticket,
            authentic=True,
        )
    return Action(
        channel=Channel.FORM,
        external_id=f"{delivery}:{verb.value}",
        received_at=arrival.received_at,
        by=who,
        deed=_deed(form, side, asked),
        ticket=ticket,
    )


def _who(said: Mapping[str, str]) -> Principal:
    value = said.get("address", "")
    address = Address(kind=AddressKind.EMAIL, value=value, name=said.get("address_name", "")) if value else None
    teams = frozenset(said.get("teams", "").splitlines())
    return Principal(name=said["by"], role=Role(said["role"]), teams=teams, address=address)


def _deed(form: ChangeForm, side: Side, asked: int) -> Deed:
    match form.verb:
        case ChangeVerb.APPROVE:
            return ApproveChange(side=side, comment=form.text, round=asked)
        case ChangeVerb.REJECT:
            return RejectChange(reason=form.text, round=asked)
        case ChangeVerb.REWORK:
            return ReworkChange(reason=form.text, round=asked)
        case ChangeVerb.CONSENT:
            return ConsentToChange(comment=form.text, round=asked)
        case ChangeVerb.DECLINE:
            return DeclineChange(reason=form.text, round=asked)
        case ChangeVerb.ADD:
            raise AssertionError("an addition is a message, not a deed")
