"""Somebody asks that a message becomes a ticket: by the shortcut, which brings its words along, or by a reaction, whose message
the desk has looked up."""

from channels.slack.json_value import Json, inside, text, told_flag
from channels.slack.reading.naming import address, message_name, named, person_in, room_of, someone, stamp_of
from channels.slack.reading.parse_message import Told, said_there, told_by
from intake.domain.arrival import Arrival
from intake.domain.chat import Marked
from intake.domain.message import InboundMessage

_LONGEST_LINK = 500
_LONGEST_REASON = 200


def parse_shortcut(payload: Json, arrival: Arrival) -> InboundMessage:
    """Raises InvalidMessage."""
    room, said = room_of(payload, "channel", "id"), inside(payload, "message")
    name = text(payload, "user", "username") or text(payload, "user", "name")
    by = someone(payload, "user", "id", name=name)
    return said_there(
        said,
        room,
        told_by(payload, arrival.received_at),
        external_id=named(payload, "trigger_id"),
        marked=Marked(by=by),
        otherwise=by,
    )


def parse_found(payload: Json, arrival: Arrival) -> InboundMessage:
    """`{"message": as conversations.history has it, "room", "workspace", "by", "author", "link", "why_not", "shared"}`. A
    message that could not be read has only its `ts`, and `why_not` says why. Raises InvalidMessage."""
    room, said = room_of(payload, "room"), inside(payload, "message")
    by = someone(payload, "by")
    marked = Marked(by=by, link=text(payload, "link")[:_LONGEST_LINK], why_not=text(payload, "why_not")[:_LONGEST_REASON])
    author = person_in(payload, "author")
    told = Told(
        received_at=arrival.received_at,
        workspace=text(payload, "workspace")[:40],
        shared=told_flag(payload, "shared"),
    )
    return said_there(
        said,
        room,
        told,
        external_id=f"found/{message_name(room, stamp_of(said, 'ts'))}",
        marked=marked,
        otherwise=address(author) if author else by,
    )
