"""Who comes by the link that asks for a decision on a change: the signature, the letter that carried it, how that stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from channels.portal.visit import LinkExpired
from intake.desk.changes.approvers import MayNot, approvers_looked_up
from intake.desk.changes.windows import MOST_LOOKED_AT, conflicts, freezes_in
from intake.desk.keys import KeyRing
from intake.desk.policy import Policy
from intake.desk.reading import Library, Reader
from intake.desk.signed_names import delivery_of_change_key
from intake.domain.address_shape import address_of
from intake.domain.agreement import Balance
from intake.domain.change import Change, ChangeStory, Conflict, Side, Stage
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.delivery import Delivery
from intake.domain.errors import NotFound
from intake.domain.notice import NoticeKind
from intake.domain.principal import Principal, Role
from intake.domain.ticket import Ticket
from intake.domain.ticket_message import Direction, TicketMessage

SIDES = (Side.CIO, Side.PROCESS)
_TO_HAPPEN = frozenset({Stage.SCHEDULED, Stage.IMPLEMENTING})
_OPEN = frozenset({Stage.DRAFT, Stage.ASSESSMENT, Stage.APPROVAL, Stage.SCHEDULED, Stage.IMPLEMENTING, Stage.REVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeVisit:
    """`who` is asked for `side`; `may` says on whose behalf they decide (empty: their own), or why they do not. `is_earlier`:
    approval was asked for once more since this letter was written. `asked` opened the ticket. `balance` is that of its
    agreement, where whoever comes may see it. `freezes` and `others` are what else is in its window."""

    delivery: int
    who: Principal
    side: Side
    may: str | MayNot
    is_earlier: bool
    story: ChangeStory
    asked: TicketMessage | None
    balance: Balance | None
    incident: Ticket | None
    freezes: tuple[Conflict, ...]
    others: tuple[Conflict, ...]

    @property
    def change(self) -> Change:
        return self.story.line.change

    @property
    def ticket(self) -> Ticket:
        return self.story.line.ticket

    @property
    def is_owner(self) -> bool:
        return self.side is Side.PRODUCT_OWNER


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """`why_not` they decide nothing any more, though they may look; empty where they may."""

    who: Principal
    side: Side
    why_not: str = ""


def verified(keys: KeyRing, key: str) -> int:
    """The delivery that carried this link. Raises NotFound."""
    delivery = delivery_of_change_key(keys, key)
    if delivery is None:
        raise NotFound("Nobody signed this link")
    return delivery


def find(library: Library, policy: Policy, delivery: int, now: datetime) -> ChangeVisit:
    """Asks the store: not for the event loop. Raises NotFound, LinkExpired or StoreUnavailable."""
    with library.looking() as reader:
        sent = reader.delivery(delivery)
        if sent is None:
            raise NotFound("There is no such delivery")
        story = reader.change(sent.ticket)
        if story is None:
            raise NotFound("The ticket carries no change")
        change = story.line.change
        agreement = reader.agreement(change.agreement) if change.agreement else None
        named = _named(sent, agreement.line.agreement.product_owners if agreement is not None else (), policy, reader)
        if now > sent.created_at + policy.portal_links_last:
            raise LinkExpired("The link is too old")
        asked = _opening(sent.ticket, reader)
        freezes, others = _in_the_window(change, policy, reader)
        incident = reader.story(change.incident) if change.incident is not None else None
        may = _may(named, story, policy, reader, now)
    return ChangeVisit(
        delivery=delivery,
        who=named.who,
        side=named.side,
        may=may,
        is_earlier=change.asked_at is not None and sent.created_at < change.asked_at,
        story=story,
        asked=asked,
        balance=agreement.line.balance if agreement is not None and not named.why_not else None,
        incident=incident.line.ticket if incident is not None else None,
        freezes=freezes,
        others=others,
    )


def _named(sent: Delivery, owners: Collection[str], policy: Policy, reader: Reader) -> _Named:
    """Whom the letter was written to, while they are who they were: an agent with that address, a product owner of the
    agreement. Raises NotFound."""
    notice = sent.notice
    if notice is None or sent.channel not in {Channel.EMAIL, Channel.SLACK}:
        raise NotFound("This delivery asks for no decision")
    if notice.kind is NoticeKind.CONSENT_WANTED:
        return _owner(sent, owners, reader)
    agent = policy.agents.get(notice.fields.get("agent", ""))
    side = next((side for side in SIDES if side.value == notice.fields.get("side")), None)
    if notice.kind is not NoticeKind.APPROVAL_WANTED or side is None or agent is None or agent.mail != sent.address:
        raise NotFound("Whoever got this link is not asked any more")
    return _Named(who=agent.principal, side=side)


def _mail_asked(sent: Delivery, reader: Reader) -> Address:
    """In a chat: the mail that their profile proves now. Raises NotFound."""
    if sent.channel is Channel.EMAIL:
        return address_of(AddressKind.EMAIL, sent.address)
    person = reader.person(sent.address)
    if person is None or not person.mail or person.stranger or person.guest or person.deactivated:
        raise NotFound("Whoever got this link takes no part any more")
    return address_of(AddressKind.EMAIL, person.mail)


def _owner(sent: Delivery, owners: Collection[str], reader: Reader) -> _Named:
    """As `principal_of_owner`, with the name that they are known by."""
    address = _mail_asked(sent, reader)
    speaks = address.value in {address_of(AddressKind.EMAIL, owner).value for owner in owners}
    asked = AddressKind.SLACK if sent.channel is Channel.SLACK else AddressKind.EMAIL
    if not speaks and (asked, sent.address) not in {(one.kind, one.value) for one in reader.watchers(sent.ticket)}:
        raise NotFound("Whoever got this link takes no part any more")
    found = reader.contact_at(address)
    contact = reader.contact(found.id) if found is not None else None
    known = contact.addresses if contact is not None else ()
    address = next((one for one in known if (one.kind, one.value) == (address.kind, address.value)), address)
    who = Principal(name=address.value, role=Role.REQUESTER, address=address)
    return _Named(
        who=who, side=Side.PRODUCT_OWNER, why_not="" if speaks else "The hours of this change come from elsewhere now"
    )


def _may(named: _Named, story: ChangeStory, policy: Policy, reader: Reader, now: datetime) -> str | MayNot:
    if named.side is Side.PRODUCT_OWNER:
        return MayNot(named.why_not) if named.why_not else ""
    return approvers_looked_up(story, reader, policy, now).may(named.who.name, named.side)


def _opening(ticket: int, reader: Reader) -> TicketMessage | None:
    story = reader.story(ticket)
    messages = story.messages if story is not None else ()
    return next((one for one in messages if one.direction is Direction.IN and one.public and not one.held), None)


def _in_the_window(change: Change, policy: Policy, reader: Reader) -> tuple[tuple[Conflict, ...], tuple[Conflict, ...]]:
    window = change.window
    if window is None:
        return (), ()
    lines = [line for line in reader.change_windows(window, MOST_LOOKED_AT) if line.change.stage in _TO_HAPPEN]
    freezes = freezes_in(window, change.services, policy) if change.stage in _OPEN else []
    return tuple(freezes), tuple(conflicts(change, window, lines, policy))
