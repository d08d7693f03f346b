"""A desk that gets to know the people of a chat: profiles are told to it as they were looked up."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from intake.desk.chat.lookups import Claimed
from intake.desk.incoming import Incoming, understand
from intake.desk.policy_file.chat import ChatPolicy, StaffGroup
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.chat import Lookup, Person, Place
from intake.domain.deed import Deed
from intake.domain.errors import DeliveryError
from intake.domain.event import Event, EventKind
from intake.domain.message import InboundMessage
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Receipt
from storage.store import SqlStore
from tests.desk.at_the_desk import MONDAY, AtTheDesk, mail
from tests.desk.on_call import policy_on_call

OURS, ELSEWHERE = "T0OURS00001", "T0ELSE00001"
ROOM, GROUP = "C0ROOM00001", "S0GROUP0001"
STAFF = """
[[agent]]
name = "Kim"
teams = ["support"]
mail = "kim@desk.example"

[[agent]]
name = "Sam"
teams = ["support"]
mail = "sam@desk.example"
slack = "U0SAM000001"

[[agent]]
name = "Lee"
teams = ["cio"]
mail = "lee@desk.example"
"""
LADDER = """
[[ladder]]
name = "urgent"
priorities = ["P1"]
steps = [{ page = "team", tier = 1, by = ["slack"], wait_minutes = 10 }]
"""
SLACK_ITSELF = Principal(name="slack", role=Role.DEVICE)
KIM = Person(id="U0KIM000001", workspace=OURS, name="Kim Nobody", mail="kim@desk.example", looked_up_at=MONDAY)
ANN = Person(id="U0ANN000001", workspace=OURS, name="Ann Example", mail="ann@customer.example", looked_up_at=MONDAY)


def slack(person: str) -> Address:
    return Address(kind=AddressKind.SLACK, value=person)


@dataclass
class PeopleDesk:
    at: AtTheDesk
    _count: int = field(default=0)

    def meets(self, person: str, *, room: str = ROOM, shared: bool = False) -> None:
        """They say something there."""
        place = Place(room=room, said_at="1.1", workspace=OURS, shared=shared)
        with self.at.store.begin() as books:
            self.at.desk.lookups.acquaintance.met(slack(person), place, books, self.at.clock())

    def learns(self, person: Person) -> None:
        with self.at.store.begin() as books:
            self.at.desk.lookups.acquaintance.learnt(replace(person, looked_up_at=self.at.clock()), books, self.at.clock())

    def has_in_group(self, *people: str, group: str = GROUP) -> None:
        with self.at.store.begin() as books:
            books.chat.keep_members(group, people)

    def asks(self) -> list[Lookup]:
        """What is asked of the chat now, all of it claimed."""
        return list(self.claims().lookups)

    def claims(self) -> Claimed:
        with self.at.store.begin() as books:
            return self.at.desk.lookups.claim(books, self.at.clock(), "one", 100)

    def does(self, person: str, deed: Deed, ticket: int | None = None, *, name: str = "") -> Receipt:
        """Whoever has this id presses something in the chat."""
        by = Principal(name=person, role=Role.REQUESTER, address=slack(person))
        return self.hears_of(deed, by, ticket, name=name)

    def hears_of(self, deed: Deed, by: Principal = SLACK_ITSELF, ticket: int | None = None, *, name: str = "") -> Receipt:
        self._count += 1
        action = Action(
            channel=Channel.SLACK,
            external_id=name or f"action-{self._count}",
            received_at=self.at.clock(),
            by=by,
            deed=deed,
            ticket=ticket,
        )
        with self.at.store.begin() as books:
            return self.at.desk.receive(self._understood(action), books)

    def fails(self, lookup: Lookup, *, permanent: bool = True) -> None:
        with self.at.store.begin() as books:
            fault = DeliveryError("nobody there", permanent=permanent)
            self.at.desk.lookups.put_off(lookup, fault, books, self.at.clock())

    def opens(self, author: Address, text: str = "The printer on floor 3 makes odd noises.") -> int:
        """A ticket of theirs, as if by another door of the same person."""
        number = self.at.hears(mail(text, author=author)).ticket
        assert number is not None
        return number

    def person(self, id: str) -> Person | None:
        with self.at.store.begin() as books:
            return books.chat.person(id)

    def is_shared(self, room: str = ROOM) -> bool:
        with self.at.store.begin() as books:
            known = books.chat.room(room)
        return known is not None and known.shared

    def events(self, ticket: int, kind: EventKind) -> list[Event]:
        with self.at.store.looking() as reader:
            return list(reader.events(ticket=ticket, kinds=[kind], limit=99))

    def are_one(self, *addresses: Address) -> bool:
        with self.at.store.begin() as books:
            found = [books.contacts.at(address) for address in addresses]
            same = [books.contacts.identities(one.id) if one is not None else frozenset[int]() for one in found]
        return all(same) and len(set(same)) == 1

    @property
    def now(self) -> datetime:
        return self.at.clock()

    def _understood(self, said: InboundMessage | Action) -> Incoming:
        arrival = Arrival(channel=said.channel, received_at=said.received_at, raw=repr(said).encode(), envelope={})
        return understand(arrival, lambda _: said, self.at.classifier)


def people_desk(store: SqlStore) -> PeopleDesk:
    policy = policy_on_call(LADDER, STAFF)
    chat = ChatPolicy(groups={GROUP: StaffGroup(id=GROUP, team="support")})
    return PeopleDesk(at=AtTheDesk(store=store, policy=replace(policy, chat=chat), senders=(Channel.EMAIL, Channel.SLACK)))
