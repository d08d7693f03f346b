"""What Slack tells of by itself: messages, reactions, and what becomes of rooms, people and installations. Slack's page:
reference/events."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from channels.slack.json_value import Json, flag, inside, items, text
from channels.slack.reading.naming import message_name, named, notes_of, person_in, principal, room_of, someone, stamp_of
from channels.slack.reading.parse_message import Told, parse_message, told_by
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.deed import (
    Deed,
    GroupChanged,
    InstallationEnded,
    MarkMessage,
    PersonChanged,
    RoomShared,
    Take,
    Throttled,
)
from intake.domain.errors import InvalidMessage
from intake.domain.message import InboundMessage
from intake.domain.principal import Principal, Role

EVENT_CALLBACK, RATE_LIMITED = "event_callback", "app_rate_limited"
TAKES = "eyes"  # the reaction by which somebody takes the ticket of a card
_SLACK_ITSELF = Principal(name="slack", role=Role.DEVICE)
_LONGEST_EMOJI = 100


def parse_event(payload: Json, arrival: Arrival) -> InboundMessage | Action:
    """Raises InvalidMessage."""
    if text(payload, "type") == RATE_LIMITED:
        return _throttled(payload, arrival)
    event, told = inside(payload, "event"), told_by(payload, arrival.received_at)
    parse = _PARSERS.get(text(event, "type"))
    if parse is None:
        raise InvalidMessage(f"The desk hears no event of the type {text(event, 'type')[:60]!r}")
    return parse(event, told)


def emoji_of(event: Json) -> str:
    """Without the tone of its skin."""
    return text(event, "reaction").partition("::")[0][:_LONGEST_EMOJI]


def bot_was_revoked(event: Json) -> bool:
    """Tokens of single people are none of ours."""
    return any(isinstance(one, str) for one in items(event, "tokens", "bot"))


def _reaction(event: Json, told: Told) -> Action:
    room, stamp, who = room_of(event, "item", "channel"), stamp_of(event, "item", "ts"), someone(event, "user")
    name, emoji = message_name(room, stamp), emoji_of(event)
    if not emoji:
        raise InvalidMessage("It brings no reaction")
    takes = emoji == TAKES
    again = f"/{stamp_of(event, 'event_ts')}" if takes else ""  # refused once, or taken from them meanwhile: they may again
    author = person_in(event, "item_user")
    return Action(
        channel=Channel.SLACK,
        external_id=f"{name}/reaction/{emoji}/{who.value}{again}",
        received_at=told.received_at,
        by=principal(who),
        deed=Take() if takes else MarkMessage(workspace=told.workspace, message=name, emoji=emoji, author=author),
        thread=notes_of(name) if takes else None,
    )


def _throttled(payload: Json, arrival: Arrival) -> Action:
    workspace, minute = named(payload, "team_id"), payload.get("minute_rate_limited")
    at = minute if isinstance(minute, int) and not isinstance(minute, bool) else 0
    return Action(
        channel=Channel.SLACK,
        external_id=f"{RATE_LIMITED}/{workspace}/{str(at)[:20]}",
        received_at=arrival.received_at,
        by=_SLACK_ITSELF,
        deed=Throttled(workspace=workspace),
    )


def _of_slack(deed: Deed, told: Told) -> Action:
    return Action(
        channel=Channel.SLACK,
        external_id=named({"event_id": told.event_id}, "event_id"),
        received_at=told.received_at,
        by=_SLACK_ITSELF,
        deed=deed,
    )


def _shared(event: Json, told: Told) -> Action:
    return _of_slack(RoomShared(workspace=told.workspace, room=room_of(event, "channel"), shared=True), told)


def _unshared(event: Json, told: Told) -> Action:
    """With that company; others may still read along."""
    still = flag(event, "is_ext_shared")
    return _of_slack(RoomShared(workspace=told.workspace, room=room_of(event, "channel"), shared=still), told)


def _person(event: Json, told: Told) -> Action:
    return _of_slack(PersonChanged(workspace=told.workspace, person=someone(event, "user", "id").value), told)


def _group(event: Json, told: Told) -> Action:
    return _of_slack(GroupChanged(workspace=told.workspace, group=group_in(event)), told)


def group_in(event: Json) -> str:
    """Empty where none is named."""
    return (text(event, "subteam_id") or text(event, "subteam", "id"))[:40]


def _revoked(event: Json, told: Told) -> Action:
    if not bot_was_revoked(event):
        raise InvalidMessage("Only tokens of people were revoked")
    return _ended(event, told)


def _ended(event: Json, told: Told) -> Action:
    """As of when it happened: what comes late must not end what was installed since."""
    told = replace(told, received_at=min(told.received_at, told.happened_at or told.received_at))
    return _of_slack(InstallationEnded(workspace=told.installation, why=text(event, "type")), told)


_PARSERS: Mapping[str, Callable[[Json, Told], InboundMessage | Action]] = {
    "message": parse_message,
    "app_mention": parse_message,
    "reaction_added": _reaction,
    "channel_shared": _shared,
    "channel_unshared": _unshared,
    "user_change": _person,
    "subteam_members_changed": _group,
    "subteam_updated": _group,
    "tokens_revoked": _revoked,
    "app_uninstalled": _ended,
}
HEARD = frozenset(_PARSERS) | {"app_home_opened"}  # what the app has to be subscribed to; `app_rate_limited` comes unasked
