"""The conference of a major incident: named for its ticket, and on its timeline."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from twilio.twiml.voice_response import VoiceResponse

from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.deed import NoteConference
from intake.domain.errors import InvalidMessage
from intake.domain.principal import Principal, Role
from intake.domain.ticket import spoken

PATH = "/twilio/conference"
_EVENTS = "start end join leave"
_TICKET = re.compile(r"n=([1-9][0-9]{0,11})\Z", re.ASCII)
_SID = re.compile(r"[A-Za-z0-9]{2,64}\Z", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,9}\Z", re.ASCII)
_LONGEST_NAME = 80
_SAYS: Mapping[str, str] = {
    "conference-start": "the conference has begun",
    "conference-end": "the conference is over",
    "participant-join": "{who} joined the conference",
    "participant-leave": "{who} left the conference",
}


def join(response: VoiceResponse, ticket: int, whom: str, delivery: int, public_url: str) -> None:
    """Begins with the first who comes, and goes on until the last has left. A label must be unique in a conference, and
    somebody may come by two phones: the page's delivery makes it so."""
    dial = response.dial()
    dial.conference(
        spoken(ticket),
        start_conference_on_enter=True,
        end_conference_on_exit=False,
        participant_label=f"{whom[:_LONGEST_NAME]}#{delivery}",
        status_callback=f"{public_url.rstrip('/')}{PATH}?{urlencode({'n': ticket})}",
        status_callback_event=_EVENTS,
        status_callback_method="POST",
    )


def parse_conference(arrival: Arrival, form: Mapping[str, str]) -> Action:
    """`form` are the parameters of `arrival`, decoded. Raises InvalidMessage."""
    ticket = _TICKET.match(arrival.envelope.get("query", ""))
    conference, event = form.get("ConferenceSid", ""), form.get("StatusCallbackEvent", "")
    call, count = form.get("CallSid", ""), form.get("SequenceNumber", "0")
    if ticket is None or not _SID.match(conference) or not _COUNT.match(count) or (call and not _SID.match(call)):
        raise InvalidMessage("this is no event of a conference of ours")
    says = _SAYS.get(event)
    if says is None:
        raise InvalidMessage(f"the conference event {event[:40]!r} is not known here")
    label = form.get("ParticipantLabel", "").partition("#")[0][:_LONGEST_NAME]
    who = " ".join("".join(c if c.isprintable() else " " for c in label).split())
    return Action(
        channel=Channel.PHONE,
        external_id=f"{conference}/{call}/{event}/{count}",
        received_at=arrival.received_at,
        by=Principal(name=who or "conference", role=Role.DEVICE),
        deed=NoteConference(call=call or conference, text=says.format(who=who or "somebody")),
        ticket=int(ticket[1]),
    )
