"""Names that the desk gives its own mail: `desk+1042.<mac>@…` to answer to, `desk+n.1042.<mac>@…` to write a note to,
`desk+b.1042.77.<mac>@…` for it to come back to, `desk+c.<id>.<mac>@…` for a canary to fly home to, `hd.1042.77.<mac>@…` as a
Message-ID, `77.<mac>` in a link to the ticket's page, or with another signature in the link of a page or of a change, and an
agent's name with its signature in the address of a calendar feed."""

import base64
import re
from dataclasses import dataclass

from intake.desk.keys import MAC_LENGTH, KeyRing, Purpose

_REPLY = re.compile(rf"([0-9]{{1,12}})\.([a-z2-7]{{{MAC_LENGTH}}})\Z", re.ASCII)
_BOUNCE = re.compile(rf"b\.([0-9]{{1,12}})\.([0-9]{{1,19}})\.([a-z2-7]{{{MAC_LENGTH}}})\Z", re.ASCII)
_NOTE = re.compile(rf"n\.([0-9]{{1,12}})\.([a-z2-7]{{{MAC_LENGTH}}})\Z", re.ASCII)
_CANARY = re.compile(rf"c\.([0-9]{{1,18}})\.([a-z2-7]{{{MAC_LENGTH}}})\Z", re.ASCII)
_LINK = re.compile(rf"([0-9]{{1,18}})\.([a-z2-7]{{{MAC_LENGTH}}})\Z", re.ASCII)
_FEED = re.compile(rf"([a-z2-7]{{1,800}})\.([a-z2-7]{{{MAC_LENGTH}}})\Z", re.ASCII)
_MESSAGE_ID = re.compile(rf"hd\.([0-9]{{1,12}})\.([0-9]{{1,19}})\.([a-z2-7]{{{MAC_LENGTH}}})@", re.ASCII)


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """What a Message-ID of ours says: which delivery, on which ticket."""

    ticket: int
    delivery: int


def reply_tag(keys: KeyRing, ticket: int) -> str:
    """The part behind the plus sign."""
    return f"{ticket}.{keys.sign(Purpose.REPLY_ADDRESS, str(ticket))}"


def ticket_of_reply_tag(keys: KeyRing, tag: str) -> int | None:
    match = _REPLY.match(tag.lower())
    return int(match[1]) if match and keys.verifies(Purpose.REPLY_ADDRESS, match[1], match[2]) else None


def note_tag(keys: KeyRing, ticket: int) -> str:
    """The part behind the plus sign of the address at which staff write work notes."""
    return f"n.{ticket}.{keys.sign(Purpose.NOTE_ADDRESS, str(ticket))}"


def ticket_of_note_tag(keys: KeyRing, tag: str) -> int | None:
    match = _NOTE.match(tag.lower())
    return int(match[1]) if match and keys.verifies(Purpose.NOTE_ADDRESS, match[1], match[2]) else None


def canary_tag(keys: KeyRing, canary: int) -> str:
    """The part behind the plus sign of the address to which the desk writes to itself, to see whether mail still comes in."""
    return f"c.{canary}.{keys.sign(Purpose.CANARY, str(canary))}"


def canary_of_tag(keys: KeyRing, tag: str) -> int | None:
    match = _CANARY.match(tag.lower())
    return int(match[1]) if match and keys.verifies(Purpose.CANARY, match[1], match[2]) else None


def bounce_tag(keys: KeyRing, ticket: int, delivery: int) -> str:
    """The part behind the plus sign of an envelope's sender (VERP): a bounce to it says what bounced."""
    return f"b.{ticket}.{delivery}.{keys.sign(Purpose.BOUNCE, f'{ticket}.{delivery}')}"


def bounced_message(keys: KeyRing, tag: str) -> OwnMessage | None:
    match = _BOUNCE.match(tag.lower())
    if match is None or not keys.verifies(Purpose.BOUNCE, f"{match[1]}.{match[2]}", match[3]):
        return None
    return OwnMessage(int(match[1]), int(match[2]))


def portal_key(keys: KeyRing, delivery: int) -> str:
    """What stands in a link that this delivery carries: it opens the ticket's page for whoever the delivery went to."""
    return f"{delivery}.{keys.sign(Purpose.PORTAL, str(delivery))}"


def delivery_of_portal_key(keys: KeyRing, key: str) -> int | None:
    match = _LINK.match(key)
    return int(match[1]) if match and keys.verifies(Purpose.PORTAL, match[1], match[2]) else None


def page_key(keys: KeyRing, delivery: int) -> str:
    """What stands in the link of a page: whoever was paged says with it that they are on it."""
    return f"{delivery}.{keys.sign(Purpose.PAGE, str(delivery))}"


def delivery_of_page_key(keys: KeyRing, key: str) -> int | None:
    match = _LINK.match(key)
    return int(match[1]) if match and keys.verifies(Purpose.PAGE, match[1], match[2]) else None


def change_key(keys: KeyRing, delivery: int) -> str:
    """What stands in the link that asks for a decision on a change: whoever this delivery went to decides with it."""
    return f"{delivery}.{keys.sign(Purpose.CHANGE, str(delivery))}"


def delivery_of_change_key(keys: KeyRing, key: str) -> int | None:
    match = _LINK.match(key)
    return int(match[1]) if match and keys.verifies(Purpose.CHANGE, match[1], match[2]) else None


def feed_key(keys: KeyRing, agent: str) -> str:
    """What stands in the address of an agent's calendar feed."""
    name = base64.b32encode(agent.encode()).decode().rstrip("=").lower()
    return f"{name}.{keys.sign(Purpose.CALENDAR, name)}"


def agent_of_feed_key(keys: KeyRing, key: str) -> str | None:
    match = _FEED.match(key)
    if match is None or not keys.verifies(Purpose.CALENDAR, match[1], match[2]):
        return None
    name = match[1].upper()
    return base64.b32decode(name + "=" * (-len(name) % 8)).decode()


def message_id(keys: KeyRing, ticket: int, delivery: int, domain: str) -> str:
    """Without angle brackets. The same delivery always gets the same one."""
    return f"hd.{ticket}.{delivery}.{keys.sign(Purpose.MESSAGE_ID, f'{ticket}.{delivery}')}@{domain}"


def own_message(keys: KeyRing, name: str) -> OwnMessage | None:
    match = _MESSAGE_ID.match(name)
    if match is None or not keys.verifies(Purpose.MESSAGE_ID, f"{match[1]}.{match[2]}", match[3]):
        return None
    return OwnMessage(int(match[1]), int(match[2]))


def loop_mark(keys: KeyRing, instance: str) -> str:
    """Marks our own mail, so that it is known when it comes back; `instance` is the desk's own address."""
    return f"{instance}/{keys.sign(Purpose.LOOP, instance)}"


def is_own_mark(keys: KeyRing, mark: str) -> bool:
    instance, _, mac = mark.rpartition("/")
    return bool(instance) and keys.verifies(Purpose.LOOP, instance, mac)
