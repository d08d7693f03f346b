"""A desk with a real store, a clock under control and a classifier that says what the test wants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from intake.desk.desk import Desk
from intake.desk.dispatch import Dispatcher
from intake.desk.incoming import Incoming, understand
from intake.desk.keys import KeyRing
from intake.desk.outbound import Outbound
from intake.desk.policy import Policy
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import Deed
from intake.domain.delivery import SentRef
from intake.domain.errors import DeliveryError
from intake.domain.label import Category, Kind, Label, Level
from intake.domain.message import InboundMessage, ThreadKind, ThreadRef
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Receipt
from intake.domain.story import TicketStory
from intake.domain.ticket import Ticket
from storage.reader import SqlReader
from storage.store import SqlStore
from tests.desk.dice import FixedRandom

KEYS = KeyRing([b"a key that signs only in tests"])
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANN = Address(kind=AddressKind.EMAIL, value="ann@customer.example", name="Ann")
MALLORY = Address(kind=AddressKind.EMAIL, value="mallory@elsewhere.example", name="Mallory")

CALM = Label(
    kind=Kind.SERVICE_REQUEST, category=Category.HOW_TO, impact=Level.LOW, urgency=Level.LOW, confidence=0.9, version="test"
)
BURNING = Label(
    kind=Kind.INCIDENT, category=Category.UNAVAILABLE, impact=Level.HIGH, urgency=Level.HIGH, confidence=0.9, version="test"
)


@dataclass
class SettableClock:
    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: int) -> None:
        self.now += timedelta(**by)


@dataclass
class SaysAlways:
    """A classifier through the port."""

    label: Label = CALM

    def classify(self, text: str) -> Label:
        return self.label


@dataclass
class AtTheDesk:
    store: SqlStore
    policy: Policy
    clock: SettableClock = field(default_factory=SettableClock)
    classifier: SaysAlways = field(default_factory=SaysAlways)
    senders: tuple[Channel, ...] = (Channel.EMAIL, Channel.SLACK, Channel.SMS)
    replica: str = "one"
    own: tuple[str, ...] = ("desk@localhost",)
    keys: KeyRing = KEYS
    _count: int = 0

    @property
    def desk(self) -> Desk:
        return Desk(self.policy, self.keys, self.clock, senders=self.senders, own=self.own)

    @property
    def dispatcher(self) -> Dispatcher:
        return Dispatcher(policy=self.policy, replies=self.desk.replies, replica=self.replica, random=FixedRandom())

    def hears(self, message: InboundMessage, label: Label | None = None) -> Receipt:
        """Through the writer's door: one transaction."""
        self.classifier.label = label or CALM
        with self.store.begin() as books:
            return self.desk.receive(self.understood(message), books)

    def understood(self, said: InboundMessage | Action, raw: bytes | None = None) -> Incoming:
        arrival = Arrival(
            channel=said.channel,
            received_at=said.received_at,
            raw=raw if raw is not None else repr(said).encode(),
            envelope={},
        )
        return understand(arrival, lambda _: said, self.classifier)

    def does(self, deed: Deed, by: str | Principal, **where: int | ThreadRef) -> Receipt:
        """`by` is a requester's address, the name of somebody who may do everything, or a principal; `where` the ticket."""
        self._count += 1
        action = Action(
            channel=Channel.PHONE,
            external_id=f"action-{self._count}",
            received_at=self.clock(),
            by=by if isinstance(by, Principal) else principal(by),
            deed=deed,
            **where,  # type: ignore[arg-type] # a test names the fields it needs
        )
        with self.store.begin() as books:
            return self.desk.receive(self.understood(action), books)

    def claims(self, *channels: Channel, limit: int = 100) -> list[Outbound]:
        with self.store.begin() as books:
            return list(self.dispatcher.claim(channels or self.senders, limit, books, self.clock()))

    def sends(self, *channels: Channel) -> list[Outbound]:
        """What is due leaves, and the other side takes it."""
        return self._hands_over(channels, None)

    def fails_to_send(self, *channels: Channel, permanent: bool = True) -> list[Outbound]:
        return self._hands_over(channels, DeliveryError("550 nobody by that name", permanent=permanent))

    def _hands_over(self, channels: tuple[Channel, ...], fault: DeliveryError | None) -> list[Outbound]:
        claimed = self.claims(*channels)
        for outbound in claimed:
            with self.store.begin() as books:
                if fault is not None:
                    self.dispatcher.failed(outbound, fault, books, self.clock())
                else:
                    ref = SentRef(value=f"sent-{outbound.delivery.id}")
                    self.dispatcher.sent(outbound, ref, books, self.clock())
        return claimed

    def ticket(self, number: int | None) -> Ticket:
        return self.story(number).line.ticket

    def fires_what_is_due(self) -> int:
        with self.store.begin() as books:
            until = self.clock() + timedelta(minutes=1)
            timers = books.timers.claim(now=self.clock(), until=until, replica=self.replica, limit=100)
            for timer in timers:
                self.desk.fire(timer, books)
            return len(timers)

    def story(self, number: int | None) -> TicketStory:
        assert number is not None
        with self.store.reading() as connection:
            story = SqlReader(connection).story(number)
        assert story is not None
        return story


def principal(name: str) -> Principal:
    """A phone number is a device's word, an address a requester's, anything else an administrator's name."""
    if name.startswith("+"):
        return Principal(name=name, role=Role.DEVICE)
    if "@" in name:
        return Principal(name=name, role=Role.REQUESTER, address=Address(kind=AddressKind.EMAIL, value=name))
    return Principal(name=name, role=Role.ADMIN)


_COUNTER = iter(range(1, 1_000_000))


def mail(
    text: str = "The printer on floor 3 makes odd noises.",
    *,
    author: Address | None = ANN,
    subject: str = "Printer",
    name: str = "",
    answers: tuple[ThreadRef, ...] = (),
    **more: object,
) -> InboundMessage:
    """A mail, understood; `name` is its Message-ID (a fresh one when empty)."""
    name = name or f"m{next(_COUNTER)}@customer.example"
    fields: Mapping[str, object] = {
        "channel": Channel.EMAIL,
        "external_id": name,
        "received_at": MONDAY,
        "authentic": True,
        "known_as": (ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.MESSAGE_ID, value=name),),
        **more,
    }
    return InboundMessage(
        author=author,
        subject=subject,
        text=text,
        full_text=text,
        answers=answers,
        **fields,  # type: ignore[arg-type]
    )
