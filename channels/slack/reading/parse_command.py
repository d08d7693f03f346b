"""`/helpdesk the printer is out of paper` -> a message."""

from channels.slack.json_value import Json, text
from channels.slack.reading.mrkdwn import plain
from channels.slack.reading.naming import named, someone
from channels.slack.reading.plain_text import LONGEST
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.errors import InvalidMessage
from intake.domain.message import InboundMessage

_ASKS_HOW = frozenset({"help", "hilfe", "?"})  # it asks how this works, which the form shows


def command_words(payload: Json) -> str:
    """What is to be a ticket; empty where a form is wanted."""
    words = plain(text(payload, "text"))
    return "" if words.lower() in _ASKS_HOW else words


def parse_command(payload: Json, arrival: Arrival) -> InboundMessage:
    """The conversation goes on in the direct messages: a command is seen by nobody else. Raises InvalidMessage."""
    words = command_words(payload)[:LONGEST]
    if not words:
        raise InvalidMessage("The command came without words: it opens a form")
    return InboundMessage(
        channel=Channel.SLACK,
        external_id=named(payload, "trigger_id"),
        received_at=arrival.received_at,
        author=someone(payload, "user_id", name=text(payload, "user_name")),
        text=words,
        full_text=words,
        authentic=True,
    )
