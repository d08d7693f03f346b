"""What somebody has sent off with a form -> a message, or a deed. Pure; raises InvalidMessage."""

from channels.slack.forms.every_form import FORMS
from channels.slack.forms.filled import Filled, press_of_form, read_filled
from channels.slack.forms.new_request import message
from channels.slack.forms.private import read_private
from channels.slack.json_value import Json, text
from channels.slack.presses import Press
from channels.slack.reading.naming import installed_at, named, principal, someone
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Address, Channel
from intake.domain.errors import InvalidMessage
from intake.domain.message import InboundMessage


def submitted(payload: Json, arrival: Arrival) -> InboundMessage | Action:
    """A form that shows a refusal at a field keeps its hash: sent off again with other words it is another input."""
    press, filled = press_of_form(payload), read_filled(payload)
    view = f"{named(payload, 'view', 'id')}/{named(payload, 'view', 'hash')}"
    external_id = f"view/{view}/{filled.digest}"
    name = text(payload, "user", "username") or text(payload, "user", "name")
    who = someone(payload, "user", "id", name=name)
    try:
        if press is Press.NEW_REQUEST:
            return message(filled, who, installed_at(payload), external_id, arrival.received_at)
        return _action(press, payload, filled, who, external_id, arrival)
    except ValueError as fault:  # a field, or a deed that checks itself
        raise InvalidMessage(f"The form says what cannot be: {str(fault)[:200]}") from fault


def _action(press: Press | None, payload: Json, filled: Filled, who: Address, external_id: str, arrival: Arrival) -> Action:
    """Raises InvalidMessage, or ValueError."""
    form = FORMS.get(press) if press is not None else None
    if form is None:
        raise InvalidMessage(f"There is no form {text(payload, 'view', 'callback_id')[:60]!r}")
    private = read_private(text(payload, "view", "private_metadata"))
    if private is None or not private.ticket:
        raise InvalidMessage("The form does not say which ticket it is about")
    return Action(
        channel=Channel.SLACK,
        external_id=external_id,
        received_at=arrival.received_at,
        by=principal(who),
        deed=form.deed(filled, private),
        ticket=private.ticket,
        seen=private.seen if form.staff else None,
    )
