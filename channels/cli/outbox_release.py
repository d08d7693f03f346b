"""`intake outbox release`: what the outbound gate held back leaves after all."""

from collections.abc import Sequence
from datetime import UTC, datetime

from channels.api import shapes
from channels.cli.outbox import retry_deliveries
from channels.cli.settings import read_desk_settings
from channels.cli.store import writing
from channels.cli.terminal import in_one_line, say
from channels.cli.ticket_number import ticket_number
from channels.cli.who import administrator
from intake.desk.gate import Cap
from intake.desk.outbox_by_hand import release, what_of
from intake.domain.channel import Channel
from intake.domain.errors import NotFound
from intake.domain.held import WhichHeld

AT_ONCE = 100  # in one commit, so that a running desk need not wait long


def which_held(to: str, channel: str, ticket: str, because: str) -> WhichHeld:
    """Raises NotFound where there is no such channel, ticket number or cap."""
    if channel and channel not in list(Channel):
        raise NotFound(f"{channel!r} is no channel; there are {', '.join(Channel)}")
    if because and because not in list(Cap):
        raise NotFound(f"{because!r} is no cap; there are {', '.join(Cap)}")
    return WhichHeld(
        address=to.strip(),
        channel=Channel(channel) if channel else None,
        ticket=ticket_number(ticket) if ticket else None,
        because=because,
    )


def release_ids(ids: Sequence[int], *, as_json: bool) -> int:
    """How many could not be let out."""
    return retry_deliveries(ids, as_json=as_json)


def release_matching(which: WhichHeld, *, as_json: bool) -> None:
    count = 0
    with writing(read_desk_settings()) as store:
        while True:
            with store.looking() as reader:
                ids = reader.held(which, AT_ONCE)
            with store.begin() as books:
                released = release(ids, books, administrator(), datetime.now(UTC))
            if not released:
                break
            count += len(released)
            for delivery in released:
                if as_json:
                    say(shapes.json_line(shapes.outbox_delivery(delivery)))
                else:
                    say(in_one_line(f"{delivery.id}  {what_of(delivery)} to {delivery.address}: {delivery.state.value}"))
    if not as_json:
        say(f"{count} let out; they leave behind what is fresh." if count else "Nothing like that is held.")
