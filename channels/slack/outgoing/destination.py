"""Where something goes: a thread, a room, or somebody's direct messages."""

from dataclasses import dataclass, replace

from intake.desk.outbound import Outbound
from intake.domain.channel import Channel
from intake.domain.errors import DeliveryError
from intake.domain.message import ThreadKind

DIRECT = "D"  # how the ids of rooms begin in which the desk is alone with somebody
_PEOPLE = ("U", "W")


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """`room` is empty as long as it is only known whose direct messages are meant: `person`. `thread` is the root's ts, empty
    at top level. `shared`: another company reads along."""

    workspace: str
    room: str = ""
    person: str = ""
    thread: str = ""
    direct: bool = False
    shared: bool = False


def destination_of(outbound: Outbound) -> Destination:
    """Of what goes to a person. Raises DeliveryError: what is internal goes nowhere but to somebody's own direct messages."""
    workspace = _workspace(outbound)
    address, stranger = outbound.delivery.address, outbound.person is not None and outbound.person.stranger
    if (where := _conversation(outbound)) is not None:
        room, _, thread = where.partition("/")
        known = outbound.room if outbound.room is not None and outbound.room.id == room else None
        direct = known.direct if known is not None else room.startswith(DIRECT)
        shared = known.shared if known is not None else not direct  # a room that nobody knows may be anybody's
        shared = shared or (direct and stranger)
        return Destination(workspace=workspace, room=room, thread=thread, direct=direct, shared=shared)
    if address.startswith(_PEOPLE):
        return Destination(workspace=workspace, person=address, direct=True, shared=stranger)
    if address.startswith(DIRECT):
        return Destination(workspace=workspace, room=address, direct=True, shared=stranger)
    raise DeliveryError(f"{address} is a channel: only cards, and what stands under them, are posted there", permanent=True)


def in_person(where: Destination, address: str) -> Destination | None:
    """Where somebody hears it whom `where` takes no more: alone, at top level; None where that is no other place."""
    if where.direct:
        return replace(where, thread="") if where.thread else None
    if address.startswith(_PEOPLE):
        return Destination(workspace=where.workspace, person=address, direct=True, shared=where.shared)
    return None


def card_room(outbound: Outbound, address: str) -> Destination:
    return Destination(workspace=_workspace(outbound), room=address)


def _conversation(outbound: Outbound) -> str | None:
    notice = outbound.delivery.notice
    if notice is not None and not notice.kind.public:
        return None
    return next(
        (
            ref.value
            for ref in outbound.answers
            if ref.channel is Channel.SLACK and ref.kind is ThreadKind.CONVERSATION and "/" in ref.value
        ),
        None,
    )


def _workspace(outbound: Outbound) -> str:
    if outbound.room is not None:
        return outbound.room.workspace
    return outbound.person.workspace if outbound.person is not None else ""
