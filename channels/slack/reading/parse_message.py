"""Something that was said, edited or deleted in Slack -> what the desk makes of any message."""

from dataclasses import dataclass
from datetime import UTC, datetime

from channels.slack.json_value import Json, inside, text, told_flag
from channels.slack.reading.files import files_of
from channels.slack.reading.naming import (
    address,
    conversation,
    installed_at,
    is_stamp,
    message_id,
    message_name,
    named,
    notes_of,
    own_users,
    person_in,
    room_of,
    someone,
    stamp_of,
    workspace_of,
)
from channels.slack.reading.plain_text import LONGEST, names_somebody, words_in
from intake.domain.channel import Address, Channel
from intake.domain.chat import Amends, Marked, Place
from intake.domain.errors import InvalidMessage
from intake.domain.message import InboundMessage, Nature

BOT_MESSAGE, CHANGED, DELETED = "bot_message", "message_changed", "message_deleted"
SAID = frozenset({"", "file_share", "me_message", "thread_broadcast", BOT_MESSAGE})  # subtypes of what somebody says
TOMBSTONE = "tombstone"  # what a deleted message with answers below it is changed into
_SLACKBOT = "USLACKBOT"
_LATEST = 253_402_300_799  # the last second of the year 9999
_DIRECT = frozenset({"im", "app_home"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What Slack says around an event. `own` are the desk's users, `installation` what its installation there goes by, `shared`
    None where Slack does not say: around what people press it never does."""

    received_at: datetime
    workspace: str
    installation: str = ""
    own: frozenset[str] = frozenset()
    shared: bool | None = None
    event_id: str = ""
    happened_at: datetime | None = None


def told_by(payload: Json, received_at: datetime) -> Told:
    return Told(
        received_at=received_at,
        workspace=workspace_of(payload),
        installation=installed_at(payload),
        own=own_users(payload),
        shared=told_flag(payload, "is_ext_shared_channel"),
        event_id=text(payload, "event_id"),
        happened_at=_moment(payload.get("event_time")),
    )


def _moment(seconds: object) -> datetime | None:
    in_range = isinstance(seconds, int) and not isinstance(seconds, bool) and 0 <= seconds <= _LATEST
    return datetime.fromtimestamp(seconds, UTC) if in_range and isinstance(seconds, int) else None


def parse_message(event: Json, told: Told) -> InboundMessage:
    """Raises InvalidMessage for what nobody said (somebody joined, a topic changed)."""
    subtype, room = text(event, "subtype"), room_of(event, "channel")
    if subtype == CHANGED:
        return _changed(event, room, told)
    if subtype == DELETED:
        return _amending(inside(event, "previous_message"), room, stamp_of(event, "deleted_ts"), told, deleted=True)
    if subtype not in SAID:
        raise InvalidMessage(f"Nobody said anything: it is a {subtype[:60]}")
    # Put in later, the desk's name would be a repetition of what was said without it, and come to nothing.
    later = text(event, "type") == "app_mention" and text(event, "edited", "ts") != ""
    name = message_name(room, stamp_of(event, "ts"))
    return said_there(event, room, told, external_id=f"{name}/mentioned" if later else name)


def said_there(
    said: Json,
    room: str,
    told: Told,
    *,
    external_id: str = "",
    marked: Marked | None = None,
    otherwise: Address | None = None,
) -> InboundMessage:
    """`otherwise` wrote it for all the desk knows, where it does not say who did, or a program did. Raises InvalidMessage."""
    stamp, root = stamp_of(said, "ts"), _root(said, room)
    name, program = message_name(room, stamp), is_of_a_program(said)
    whole, files = words_in(said, told.own), files_of(said, told.workspace)
    written = "\n".join(part for part in (whole, *files.links) if part)
    cut = (f"the text is cut at {LONGEST} characters",) if len(written) > LONGEST else ()
    return InboundMessage(
        channel=Channel.SLACK,
        external_id=external_id or name,
        received_at=told.received_at,
        author=_author(said, program, marked, otherwise),
        text=written[:LONGEST],
        full_text=written[:LONGEST],
        nature=Nature.BOT if program else Nature.HUMAN,
        authentic=True,
        answers=(conversation(root), notes_of(root)) if root else (),
        known_as=(message_id(name), conversation(root or name)),
        remote=files.remote,
        place=_place(said, room, stamp, told),
        marked=marked,
        notes=(*files.notes, *cut),
    )


def is_of_a_program(said: Json) -> bool:
    return bool(text(said, "bot_id")) or text(said, "subtype") == BOT_MESSAGE or text(said, "user") == _SLACKBOT


def _author(said: Json, program: bool, marked: Marked | None, otherwise: Address | None) -> Address | None:
    if program:
        return marked.by if marked is not None else _somebody(said)
    return (_somebody(said) or otherwise) if otherwise is not None else someone(said, "user", name=_name(said))


def _somebody(said: Json) -> Address | None:
    person = person_in(said, "user")
    return address(person, _name(said)) if person else None


def _name(said: Json) -> str:
    return text(said, "user_profile", "display_name") or text(said, "user_profile", "real_name")


def _changed(event: Json, room: str, told: Told) -> InboundMessage:
    now = inside(event, "message")
    stamp, deleted = stamp_of(now, "ts"), text(now, "subtype") == TOMBSTONE
    if deleted:
        return _amending(inside(event, "previous_message"), room, stamp, told, deleted=True)
    return _amending(now, room, stamp, told, deleted=False)


def _amending(said: Json, room: str, stamp: str, told: Told, *, deleted: bool) -> InboundMessage:
    """`said` is how it reads now, or how it read before it was deleted: those words are the desk's already."""
    name = message_name(room, stamp)
    written = "" if deleted else words_in(said, told.own)[:LONGEST]
    at = text(said, "edited", "ts")[:60]
    edited = at or named({"event_id": told.event_id}, "event_id")
    return InboundMessage(
        channel=Channel.SLACK,
        external_id=f"{name}/deleted" if deleted else f"{name}/edited/{edited}",
        received_at=told.received_at,
        author=_somebody(said),
        text=written,
        full_text=written,
        nature=Nature.BOT if is_of_a_program(said) else Nature.HUMAN,
        authentic=True,
        place=_place(said, room, stamp, told),
        amends=Amends(name=name, deleted=deleted, edited=at if is_stamp(at) and not deleted else ""),
    )


def _root(said: Json, room: str) -> str:
    """Of the thread that it stands in; empty at top level, where it may be a root itself."""
    thread = text(said, "thread_ts")
    return message_name(room, stamp_of(said, "thread_ts")) if thread and thread != text(said, "ts") else ""


def _place(said: Json, room: str, stamp: str, told: Told) -> Place:
    return Place(
        room=room,
        said_at=stamp,
        workspace=told.workspace,
        thread=_root(said, room),
        direct=room.startswith("D") or text(said, "channel_type") in _DIRECT,
        shared=told.shared,
        mentioned=text(said, "type") == "app_mention" or names_somebody(said, told.own),
    )
