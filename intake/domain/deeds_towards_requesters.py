"""What agents do that whoever asked will notice."""

from dataclasses import dataclass
from typing import ClassVar

from intake.domain.attached_file import AttachedFile, demand_bounded
from intake.domain.channel import AddressKind, Channel
from intake.domain.deed_shape import Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Deed):
    """Answer the requester, on the channel they used last or on another one. Mail carries the files along."""

    verb: ClassVar[str] = "reply"
    text: str
    channel: Channel | None = None
    files: tuple[AttachedFile, ...] = ()

    def __post_init__(self) -> None:
        Deed.__post_init__(self)  # a class with slots is made anew, and super() would ask the old one
        demand_bounded(self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve(Deed):
    """Give the final response: the ticket is resolved when it has arrived."""

    verb: ClassVar[str] = "resolve"
    text: str
    channel: Channel | None = None
    files: tuple[AttachedFile, ...] = ()

    def __post_init__(self) -> None:
        Deed.__post_init__(self)
        demand_bounded(self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmUndeliverable(Deed):
    """Confirm that the final response could not be delivered: the ticket is resolved with that on record."""

    verb: ClassVar[str] = "confirm_undeliverable"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Deed):
    """Close a resolved ticket without waiting."""

    verb: ClassVar[str] = "close"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(Deed):
    """Work again on a ticket that was resolved, closed or canceled."""

    verb: ClassVar[str] = "reopen"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Deed):
    """Drop a ticket that needs no answer: spam, a mistake, a test."""

    verb: ClassVar[str] = "cancel"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptReply(Deed):
    """Accept a held reply: it joins the ticket, and its author takes part from now on."""

    verb: ClassVar[str] = "accept_reply"
    message: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectReply(Deed):
    """Reject a held reply: it stays out of sight."""

    verb: ClassVar[str] = "reject_reply"
    message: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAddress(Deed):
    """Note that an address belongs to this ticket's requester as well."""

    verb: ClassVar[str] = "link_address"
    kind: AddressKind
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkAddress(Deed):
    """Take an address away from this ticket's requester."""

    verb: ClassVar[str] = "unlink_address"
    kind: AddressKind
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch(Deed):
    """Let somebody watch: staff hear of changes, others get the public answers."""

    verb: ClassVar[str] = "watch"
    kind: AddressKind
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwatch(Deed):
    """Let somebody watch no longer."""

    verb: ClassVar[str] = "unwatch"
    kind: AddressKind
    address: str
