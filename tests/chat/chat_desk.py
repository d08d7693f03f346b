"""A desk in a chat: messages made by hand, as its channel would hand them in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from intake.desk.outbound import Outbound
from intake.desk.policy import MirrorRule, Policy
from intake.desk.policy_file.chat import ChatPolicy, RequestRoom, Take
from intake.domain.action import Action
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.chat import Amends, Marked, Person, Place
from intake.domain.deed import Deed
from intake.domain.delivery import Delivery, SentRef
from intake.domain.label import Label
from intake.domain.message import InboundMessage, Nature, ThreadKind, ThreadRef
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Receipt
from intake.domain.remote_file import RemoteFile
from intake.domain.ticket_message import TicketMessage
from storage.store import SqlStore
from tests.desk.at_the_desk import BURNING, CALM, AtTheDesk
from tests.desk.on_call import policy_on_call
from tests.texts.text_desk import ABSTAINED, BROKEN

WORKSPACE = "T0OURS"
WHO = {"ann": "U0ANN", "bob": "U0BOB", "cid": "U0CID", "kim": "U0KIM", "sam": "U0SAM", "bot": "U0BOT"}
ROOMS = {"help": "C0HELP", "cio": "C0CIO", "some": "C0SOME", "emoji": "C0EMOJI", "talk": "C0TALK", "triage": "C0TRIAGE"}
LABELS: Mapping[str, Label] = {"none": ABSTAINED, "calm": CALM, "broken": BROKEN, "burning": BURNING}
PEOPLE = """
[[agent]]
name = "Kim"
teams = ["support"]
mail = "kim@desk.example"
slack = "U0KIM"

[[agent]]
name = "Sam"
teams = ["process"]
mail = "sam@desk.example"
slack = "U0SAM"

[[rotation]]
name = "support"
team = "support"
time_zone = "UTC"
starts = "2026-01-05"
members = ["Kim"]
"""
LADDER = """
[[ladder]]
name = "urgent"
priorities = ["P1", "P2"]
steps = [{ page = "on_call", tier = 1, wait_minutes = 10 }, { page = "team", tier = 2, wait_minutes = 10 }]
"""
CHAT = ChatPolicy(
    rooms={
        room.id: room
        for room in (
            RequestRoom(id="C0HELP"),
            RequestRoom(id="C0CIO", team="cio"),
            RequestRoom(id="C0SOME", take=Take.MENTION),
            RequestRoom(id="C0EMOJI", take=Take.EMOJI),
        )
    }
)


@dataclass
class ChatDesk:
    at: AtTheDesk
    _count: int = field(default=0)

    def moment(self, earlier: timedelta = timedelta(0)) -> str:
        """As the chat writes it; no two are the same."""
        self._count += 1
        at = Decimal(int((self.at.clock() - earlier).timestamp())) + Decimal(self._count) / 1_000_000
        return f"{at:.6f}"

    def said(
        self,
        who: str,
        text: str,
        *,
        room: str = "dm",
        thread: str = "",
        mentions: bool = False,
        earlier: timedelta = timedelta(0),
        files: int = 0,
        shared: bool = False,
        nature: Nature = Nature.HUMAN,
        moment: str = "",
    ) -> InboundMessage:
        """`thread` is the name of a root; `earlier`: it was said before it came to the door."""
        place = Place(
            room=f"D{WHO[who]}" if room == "dm" else ROOMS[room],
            said_at=moment or self.moment(earlier),
            workspace=WORKSPACE,
            thread=thread,
            direct=room == "dm",
            shared=shared,
            mentioned=mentions,
        )
        name = f"{place.room}/{place.said_at}"
        return InboundMessage(
            channel=Channel.SLACK,
            external_id=name,
            received_at=self.at.clock(),
            author=person(who),
            text=text,
            full_text=text,
            nature=nature,
            authentic=True,
            answers=(named(ThreadKind.CONVERSATION, thread), named(ThreadKind.NOTES, thread)) if thread else (),
            known_as=(named(ThreadKind.MESSAGE_ID, name), named(ThreadKind.CONVERSATION, thread or name)),
            remote=tuple(
                RemoteFile(url=f"https://files.slack.com/{place.said_at}/{one}", content_type="image/png", name=f"{one}.png")
                for one in range(files)
            ),
            place=place,
        )

    def amended(self, message: InboundMessage, text: str = "", *, deleted: bool = False) -> InboundMessage:
        """What its author makes of it afterwards."""
        name = message.external_id
        edited = "" if deleted else self.moment()
        how = f"edited/{edited}" if edited else "deleted"
        return replace(
            message,
            external_id=f"{name}/{how}",
            received_at=self.at.clock(),
            text=text,
            full_text=text,
            answers=(),
            known_as=(),
            remote=(),
            amends=Amends(name=name, deleted=deleted, edited=edited),
        )

    def found(self, message: InboundMessage, by: str, why_not: str = "") -> InboundMessage:
        """What was looked up because somebody marked it."""
        link = f"https://ours.slack.com/archives/{message.external_id}"
        marked = Marked(by=person(by), link=link, why_not=why_not)
        text = "" if why_not else message.text
        external_id = f"found/{message.external_id}"
        return replace(message, external_id=external_id, received_at=self.at.clock(), text=text, full_text=text, marked=marked)

    def command(self, who: str, text: str) -> InboundMessage:
        return InboundMessage(
            channel=Channel.SLACK,
            external_id=f"trigger-{self.moment()}",
            received_at=self.at.clock(),
            author=person(who),
            text=text,
            full_text=text,
            authentic=True,
        )

    def hears(self, message: InboundMessage, label: str = "none") -> Receipt:
        return self.at.hears(message, LABELS[label])

    def does(self, who: str, deed: Deed, **where: int | ThreadRef) -> Receipt:
        by = Principal(name=WHO[who], role=Role.REQUESTER, address=person(who))
        self._count += 1
        action = Action(
            channel=Channel.SLACK,
            external_id=f"action/{self._count}",
            received_at=self.at.clock(),
            by=by,
            deed=deed,
            **where,  # type: ignore[arg-type] # a test names the fields it needs
        )
        with self.at.store.begin() as books:
            return self.at.desk.receive(self.at.understood(action), books)

    def sends(self) -> Sequence[Outbound]:
        """What is due leaves, and has a name in the chat then."""
        claimed = self.at.claims(*self.at.senders)
        for outbound in claimed:
            room = outbound.answers[0].value.partition("/")[0] if outbound.answers else outbound.delivery.address
            room = f"D{room}" if room.startswith("U") else room
            with self.at.store.begin() as books:
                self.at.dispatcher.sent(outbound, SentRef(value=f"{room}/{self.moment()}"), books, self.at.clock())
        return claimed

    def card(self, number: int) -> str:
        """What shows the ticket in its team's channel."""
        self.sends()
        with self.at.store.begin() as books:
            ref = next(mirror.ref for mirror in books.mirrors.of(number) if mirror.channel is Channel.SLACK)
            books.threads.bind([named(ThreadKind.NOTES, ref)], number)
        return ref

    def knows(self, who: str, **what: str | bool) -> None:
        """What a look at the profile has brought."""
        found = Person(id=WHO[who], workspace=WORKSPACE, looked_up_at=self.at.clock(), **what)  # type: ignore[arg-type] # ditto
        with self.at.store.begin() as books:
            books.chat.keep_person(found)

    def told(self, who: str) -> Sequence[Delivery]:
        """What went, or goes, to this person in the chat, the oldest first."""
        with self.at.store.looking() as reader:
            found = [one for one in reader.outbox(limit=1_000) if one.channel is Channel.SLACK]
        return sorted((one for one in found if one.address == WHO[who]), key=lambda one: one.id)

    def mails_to(self, address: str) -> Sequence[Delivery]:
        with self.at.store.looking() as reader:
            return [one for one in reader.outbox(limit=1_000) if one.address == address]

    def messages(self, number: int) -> Sequence[TicketMessage]:
        return self.at.story(number).messages

    def numbers(self) -> Sequence[int]:
        with self.at.store.looking() as reader:
            return sorted(line.ticket.number for line in reader.tickets(limit=1_000))


def person(who: str) -> Address:
    return Address(kind=AddressKind.SLACK, value=WHO[who], name=who.title())


def named(kind: ThreadKind, value: str) -> ThreadRef:
    return ThreadRef(channel=Channel.SLACK, kind=kind, value=value)


def chat_policy(people: str = PEOPLE, ladder: str = LADDER, chat: ChatPolicy = CHAT) -> Policy:
    mirrors = (MirrorRule(team="support", channel=Channel.SLACK, address=ROOMS["triage"]),)
    return replace(policy_on_call(ladder, people), chat=chat, mirrors=mirrors)


def chat_desk(store: SqlStore) -> ChatDesk:
    return ChatDesk(at=AtTheDesk(store=store, policy=chat_policy(), senders=(Channel.EMAIL, Channel.SLACK)))
