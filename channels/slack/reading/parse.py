"""What Slack sent -> what somebody says or does. Pure; raises InvalidMessage and nothing else."""

from collections.abc import Callable, Mapping

from channels.slack.envelope import KIND, Kind
from channels.slack.forms.submitted import submitted
from channels.slack.json_value import Json, read_object, text
from channels.slack.pressed import pressed
from channels.slack.presses import SHORTCUT_MAKE
from channels.slack.reading.parse_command import parse_command
from channels.slack.reading.parse_event import parse_event
from channels.slack.reading.parse_shortcut import parse_found, parse_shortcut
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.errors import InvalidMessage
from intake.domain.message import InboundMessage


def parse(arrival: Arrival) -> InboundMessage | Action:
    """Any bytes. Raises InvalidMessage."""
    kind = arrival.envelope.get(KIND, "")
    read = _PARSERS.get(kind)
    if read is None:
        raise InvalidMessage(f"Slack sends nothing of the kind {kind[:40]!r}")
    try:
        return read(read_object(arrival.raw), arrival)
    except (ValueError, RecursionError) as fault:  # no JSON, or a deed that checks itself
        raise InvalidMessage(f"It says what cannot be: {str(fault)[:200]}") from fault


def parse_interaction(payload: Json, arrival: Arrival) -> InboundMessage | Action:
    """Raises InvalidMessage."""
    kind = text(payload, "type")
    if kind == "block_actions":
        return pressed(payload, arrival)
    if kind == "view_submission":
        return submitted(payload, arrival)
    if kind == "message_action" and text(payload, "callback_id") == SHORTCUT_MAKE:
        return parse_shortcut(payload, arrival)
    raise InvalidMessage(f"What is pressed or sent off is no {kind[:60]!r}")


_PARSERS: Mapping[str, Callable[[Json, Arrival], InboundMessage | Action]] = {
    Kind.EVENT: parse_event,
    Kind.INTERACTION: parse_interaction,
    Kind.COMMAND: parse_command,
    Kind.FOUND: parse_found,
}
