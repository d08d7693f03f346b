"""Whom a message was addressed to: which of the desk's own addresses, and which people besides."""

from collections.abc import Collection
from dataclasses import dataclass

from intake.domain.channel import Address, AddressKind
from intake.domain.message import InboundMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """`mailbox` is the desk's own address that was named first, empty where none was; `also` are its other ones."""

    mailbox: str = ""
    also: tuple[str, ...] = ()
    people: tuple[Address, ...] = ()


def addressed(message: InboundMessage, own: Collection[str]) -> Addressed:
    """The author is not among the people. `own` are plain addresses: what follows a plus sign is no part of them."""
    if not message.recipients:
        return Addressed()
    ours: dict[str, None] = {}
    people: list[Address] = []
    for recipient in message.recipients:
        plain = plain_address(recipient)
        if plain in own:
            ours[plain] = None
        elif message.author is None or recipient.value != message.author.value:
            people.append(recipient)
    first, *also = ours or ("",)
    return Addressed(mailbox=first, also=tuple(also), people=tuple(people))


def plain_address(address: Address) -> str:
    if address.kind is not AddressKind.EMAIL:
        return address.value
    local, _, domain = address.value.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def takes_no_answers(address: Address) -> bool:
    """By its name: nobody reads what is sent there."""
    return address.value.partition("@")[0].startswith(_UNREAD)


_UNREAD = ("noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "mailer-daemon", "postmaster", "bounce")
