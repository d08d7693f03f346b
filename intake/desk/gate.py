"""The outbound gate: arithmetic that holds whatever the headers of a mail claim."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from intake.desk.policy import GatePolicy
from intake.desk.ports_of_sending import Outbox
from intake.domain.channel import Channel
from intake.domain.queued import Told


class Cap(StrEnum):
    """As desk.toml calls them."""

    ON_TICKET = "per_recipient_and_ticket"
    RECIPIENT = "per_recipient"
    PAGES = "pages_per_recipient"
    LINES = "digest_lines_per_recipient"
    INSTANCE = "per_instance"


class What(StrEnum):
    """The desk's own word, an answer that a person wrote, something that wakes somebody."""

    NOTICE = "notice"
    REPLY = "reply"
    PAGE = "page"


# Channels that reach the same thing share its caps: a phone is called and gets SMS.
_SHARED: Mapping[Channel, Collection[Channel]] = {
    **{channel: frozenset({channel}) for channel in Channel},
    Channel.SMS: frozenset({Channel.SMS, Channel.PHONE}),
    Channel.PHONE: frozenset({Channel.SMS, Channel.PHONE}),
}
_NAMED = re.compile(r"outbound gate: .{1,200} \(([a-z_]{1,40})\)\Z")
_SAYS: Mapping[Cap, str] = {
    Cap.ON_TICKET: "to this recipient on this ticket",
    Cap.RECIPIENT: "to this recipient",
    Cap.PAGES: "pages to this recipient",
    Cap.LINES: "lines to this team",
    Cap.INSTANCE: "automatic notices to anybody",
}


def closed_for(what: What, outbox: Outbox, gate: GatePolicy, channel: Channel, address: str, ticket: int, now: datetime) -> str:
    """Why no more of this may be queued to this address now; empty if it may.

    Whatever the desk says by itself is bounded three times: to one person about one ticket, to one person, to everybody. What a
    person writes is bounded by recipient only, pages by a cap of their own, so that no storm keeps them from leaving.
    """
    cap = _reached(what, outbox, gate, channel, address, ticket, now - gate.window)
    return reason(cap, gate) if cap is not None else ""


def closed_for_a_line(told: Told, gate: GatePolicy) -> str:
    """Of a team's digest. The digests themselves are spread."""
    return reason(Cap.LINES, gate) if told.lines >= gate.digest_lines_per_recipient else ""


def reason(cap: Cap, gate: GatePolicy) -> str:
    return f"outbound gate: {most(cap, gate)} {_SAYS[cap]} within {minutes(gate.window)} ({cap.value})"


def cap_of(why: str) -> Cap | None:
    """Which cap a held delivery's reason names."""
    named = _NAMED.match(why)
    return Cap(named[1]) if named and named[1] in list(Cap) else None


def most(cap: Cap, gate: GatePolicy) -> int:
    """How many may leave in a window."""
    match cap:
        case Cap.ON_TICKET:
            return gate.per_recipient_and_ticket
        case Cap.RECIPIENT:
            return gate.per_recipient
        case Cap.PAGES:
            return gate.pages_per_recipient
        case Cap.LINES:
            return gate.digest_lines_per_recipient
        case Cap.INSTANCE:
            return gate.per_instance


def minutes(window: timedelta) -> str:
    return f"{int(window.total_seconds() // 60)} minutes"


def _reached(
    what: What, outbox: Outbox, gate: GatePolicy, channel: Channel, address: str, ticket: int, since: datetime
) -> Cap | None:
    channels = _SHARED[channel]
    queued = outbox.queued_since(channels, address, since, gate.per_instance)
    if what is What.PAGE:
        return Cap.PAGES if queued.pages >= gate.pages_per_recipient else None
    if queued.notices + queued.replies >= gate.per_recipient:
        return Cap.RECIPIENT
    if what is What.NOTICE and queued.to_anybody >= gate.per_instance:
        return Cap.INSTANCE
    # The ticket's own count is a question more: asked only where it could be reached.
    if what is What.NOTICE and queued.notices >= gate.per_recipient_and_ticket:
        on_ticket = outbox.notices_on(ticket, channels, address, since)
        return Cap.ON_TICKET if on_ticket >= gate.per_recipient_and_ticket else None
    return None
