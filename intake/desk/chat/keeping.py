"""What a chat tells the desk beside messages: it is about no ticket, and written down here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.chat.acquaintance import want
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.slack_health import THROTTLED
from intake.domain.action import Action
from intake.domain.channel import AddressKind, Channel
from intake.domain.chat import LookupKind, Room
from intake.domain.deed import (
    ChatDeed,
    GroupChanged,
    InstallationEnded,
    MarkMessage,
    PersonChanged,
    RoomShared,
    Throttled,
)
from intake.domain.errors import Forbidden, PolicyViolation
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.principal import Principal, Role
from intake.domain.ticket import spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    by: Principal
    at: datetime
    books: UnitOfWork
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatKeeper:
    policy: Policy

    def apply(self, action: Action, deed: ChatDeed, books: UnitOfWork, now: datetime) -> str:
        """What was done, in words. Raises Forbidden, PolicyViolation."""
        if action.channel is not Channel.SLACK or (action.by.role is not Role.DEVICE and not isinstance(deed, MarkMessage)):
            raise Forbidden(f"{action.by.name} may not {deed.verb}: only the chat itself does")
        return self.handlers[type(deed)](deed, _Told(by=action.by, at=action.received_at, books=books, now=now))

    @property
    def handlers(self) -> Mapping[type[ChatDeed], Callable[..., str]]:
        return {
            MarkMessage: self._mark,
            RoomShared: self._share,
            PersonChanged: self._look_again,
            GroupChanged: self._look_into_group,
            InstallationEnded: self._end,
            Throttled: self._throttled,
        }

    def _mark(self, deed: MarkMessage, told: _Told) -> str:
        """What the message says comes in by itself, when it was looked up."""
        room, by = deed.message.partition("/")[0], told.by.address
        if by is None or by.kind is not AddressKind.SLACK:
            raise Forbidden("Somebody in the chat marks messages")
        if any(rule.address == room for rule in self.policy.mirrors if rule.channel is Channel.SLACK):
            raise PolicyViolation("what is said in a team's own channel is no request")
        if deed.emoji != self.policy.chat.emoji_of(room):
            raise PolicyViolation(f":{deed.emoji}: means nothing there")
        names = [ThreadRef(channel=Channel.SLACK, kind=kind, value=deed.message) for kind in _NAMES]
        if bound := told.books.threads.bound(names):
            return f"{deed.message} is on {spoken(next(iter(bound.values())))} already"
        asked = want(
            LookupKind.MESSAGE, deed.message, deed.workspace, told.books, told.now, by=by.value, author=deed.author
        )  # fmt: skip
        return f"{deed.message} is being looked up" if asked else f"{deed.message} was marked already"

    def _share(self, deed: RoomShared, told: _Told) -> str:
        known = told.books.chat.room(deed.room) or Room(id=deed.room, workspace=deed.workspace)
        told.books.chat.keep_room(replace(known, shared=deed.shared))
        return f"another company reads along in {deed.room}" if deed.shared else f"{deed.room} is our own"

    def _look_again(self, deed: PersonChanged, told: _Told) -> str:
        """Until then the profile makes nobody staff."""
        known = told.books.chat.person(deed.person)
        if known is None:
            return f"{deed.person} is nobody whom the desk knows"
        told.books.chat.keep_person(replace(known, looked_up_at=None))
        want(LookupKind.PERSON, deed.person, known.workspace, told.books, told.now)
        return f"{deed.person} is looked up again"

    def _look_into_group(self, deed: GroupChanged, told: _Told) -> str:
        if deed.group not in self.policy.chat.groups:
            return f"{deed.group} is no group of ours"
        want(LookupKind.GROUP, deed.group, deed.workspace, told.books, told.now)
        return f"{deed.group} is looked up again"

    def _end(self, deed: InstallationEnded, told: _Told) -> str:
        living = [one for one in told.books.installations.living() if deed.workspace == (one.workspace or one.enterprise)]
        ended = [one for one in living if one.installed_at <= told.at]
        if living and not ended:
            return f"{deed.workspace}: {deed.why}, before it was installed anew"
        for one in ended:
            told.books.installations.end(one.enterprise, one.workspace, deed.why, told.now)
        if not ended:
            return f"{deed.workspace}: {deed.why}; its token is none that was given by an installation"
        return f"the desk is in {deed.workspace} no longer: {deed.why}"

    def _throttled(self, deed: Throttled, told: _Told) -> str:
        """The sign is what the watchdog sees."""
        told.books.signs.saw(THROTTLED, told.now)
        return f"{deed.workspace} holds back what it has for the desk"


_NAMES = (ThreadKind.MESSAGE_ID, ThreadKind.CONVERSATION)
