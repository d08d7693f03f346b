"""What the desk calls rooms, messages, conversations and people of Slack; shapes are checked here and nowhere else."""

import re

from channels.slack.json_value import Json, at, flag, inside, items, text
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.errors import InvalidMessage
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.principal import Principal, Role

_ROOM = re.compile(r"[CGD][A-Z0-9]{1,39}\Z", re.ASCII)
_STAMP = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}\Z", re.ASCII)
_PERSON = re.compile(r"[UW][A-Z0-9]{1,39}\Z", re.ASCII)
_PLACE = re.compile(r"[TE][A-Z0-9]{1,39}\Z", re.ASCII)
_LONGEST_ID = 255  # characters of what Slack names one input
_LONGEST_NAME = 100
_MOST_AUTHORIZATIONS = 20


def room_of(value: object, *path: str) -> str:
    """Raises InvalidMessage where no channel's id stands there."""
    return _shaped(_ROOM, text(value, *path), "channel")


def stamp_of(value: object, *path: str) -> str:
    """Raises InvalidMessage where no `ts` stands there."""
    return _shaped(_STAMP, text(value, *path), "ts")


def is_stamp(value: str) -> bool:
    return _STAMP.match(value) is not None


def person_in(value: object, *path: str) -> str:
    """Empty where no user's id stands there."""
    found = text(value, *path)
    return found if _PERSON.match(found) else ""


def named(value: object, *path: str) -> str:
    """An id that Slack gives to one input. Raises InvalidMessage where there is none."""
    found = text(value, *path)
    if not found or len(found) > _LONGEST_ID or not found.isprintable():
        raise InvalidMessage(f"It brings no {'.'.join(path)}: {found[:40]!r}")
    return found


def address(person: str, name: str = "") -> Address:
    """Of an id that `person_in` has read."""
    return Address(kind=AddressKind.SLACK, value=person, name=" ".join(name.split())[:_LONGEST_NAME])


def someone(value: object, *path: str, name: str = "") -> Address:
    """Raises InvalidMessage where nobody stands there."""
    person = person_in(value, *path)
    if not person:
        raise InvalidMessage(f"It does not say who: {'.'.join(path)} is {text(value, *path)[:40]!r}")
    return address(person, name)


def principal(who: Address, role: Role = Role.REQUESTER) -> Principal:
    """As far as the door knows: the desk makes staff of them."""
    return Principal(name=who.value, role=role, address=who)


def message_name(room: str, stamp: str) -> str:
    return f"{room}/{stamp}"


def message_id(name: str) -> ThreadRef:
    return ThreadRef(channel=Channel.SLACK, kind=ThreadKind.MESSAGE_ID, value=name)


def conversation(root: str) -> ThreadRef:
    return ThreadRef(channel=Channel.SLACK, kind=ThreadKind.CONVERSATION, value=root)


def notes_of(root: str) -> ThreadRef:
    """The thread under a card."""
    return ThreadRef(channel=Channel.SLACK, kind=ThreadKind.NOTES, value=root)


def workspace_of(payload: Json) -> str:
    """The workspace whose installation was told; that of a whole enterprise where only that is named. Empty where Slack does
    not say. In a shared channel an event's own `team_id` may be the other company's."""
    installed = inside(_first_authorization(payload))
    candidates = (
        text(payload, "view", "app_installed_team_id"),
        text(installed, "team_id"),
        text(payload, "team", "id"),
        text(payload, "team_id"),
        text(payload, "user", "team_id"),
        text(payload, "view", "team_id"),
        text(installed, "enterprise_id"),
        text(payload, "enterprise", "id"),
        text(payload, "enterprise_id"),
    )
    return next((one for one in candidates if _PLACE.match(one)), "")


def installed_at(payload: Json) -> str:
    """What an installation goes by: the enterprise where the whole of it is one installation, else the workspace."""
    installed = inside(_first_authorization(payload))
    if flag(installed, "is_enterprise_install") or flag(payload, "is_enterprise_install"):
        for one in (text(installed, "enterprise_id"), text(payload, "enterprise_id")):
            if _PLACE.match(one):
                return one
    return workspace_of(payload)


def own_users(payload: Json) -> frozenset[str]:
    """The desk's own users, as the event names those for whom it came."""
    found = (inside(one) for one in items(payload, "authorizations")[:_MOST_AUTHORIZATIONS])
    return frozenset(person_in(one, "user_id") for one in found if at(one, "is_bot") is True) - {""}


def _first_authorization(payload: Json) -> object:
    return next(iter(items(payload, "authorizations")), None)


def _shaped(shape: re.Pattern[str], value: str, what: str) -> str:
    if not shape.match(value):
        raise InvalidMessage(f"It brings no {what}: {value[:40]!r}")
    return value
