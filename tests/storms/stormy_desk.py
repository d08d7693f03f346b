"""A desk that remembers reports, and people who report."""

from dataclasses import dataclass, field, replace
from importlib import resources

from intake.desk.desk import Desk
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import parse_policy
from intake.desk.storms.memory import Memory
from intake.domain.channel import Address, AddressKind
from intake.domain.delivery import Delivery
from intake.domain.label import Category, Kind, Label, Level
from intake.domain.message import InboundMessage
from intake.domain.notice import NoticeKind
from intake.domain.storm import Member, Storm
from storage.reader import SqlReader
from storage.storms import storm_lines, storm_story
from tests.desk.at_the_desk import AtTheDesk, mail
from tests.storms.shared_words import SharedWords

BROKEN = Label(
    kind=Kind.INCIDENT, category=Category.UNAVAILABLE, impact=Level.LOW, urgency=Level.MEDIUM, confidence=0.9, version="test"
)
STANDS_STILL = replace(BROKEN, impact=Level.HIGH, urgency=Level.HIGH)
VPN = "The VPN does not connect since this morning, it says timeout."
COFFEE = "Cup holder of my desk drawer is loose."
_AGENTS = """
[[agent]]
name = "Ben"
teams = ["support"]
mail = "ben@desk.example"

[[agent]]
name = "Pia"
teams = ["process"]
mail = "pia@desk.example"
"""


def policy(more: str = "", /, **storm: float) -> Policy:
    """The shipped one with people, and `more`; `storm` are keys of [storm]."""
    text = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
    before, begins, rest = text.partition("[storm]\n")
    lines = rest.split("\n")
    for key, value in storm.items():
        (place,) = (number for number, line in enumerate(lines) if line.startswith(f"{key} = "))
        lines[place] = f"{key} = {value}"
    return parse_policy(before + begins + "\n".join(lines) + _AGENTS + more, "desk.toml")


@dataclass
class StormyDesk(AtTheDesk):
    follows: bool = True
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.forget_all()

    def forget_all(self) -> None:
        """As after a restart."""
        self.memory = Memory(SharedWords, self.policy, follows=self.follows)

    @property
    def desk(self) -> Desk:
        return Desk(self.policy, self.keys, self.clock, senders=self.senders, own=self.own, memory=self.memory)

    def reports(self, who: str, text: str = VPN, label: Label = BROKEN, **more: object) -> int:
        """The number of the ticket."""
        receipt = self.hears(self.report(who, text, **more), label)
        assert receipt.ticket is not None
        return receipt.ticket

    def report(self, who: str, text: str = VPN, **more: object) -> InboundMessage:
        fields: dict[str, object] = {"subject": "VPN", "received_at": self.clock(), **more}
        return mail(text, author=person(who), **fields)  # type: ignore[arg-type]

    def many_report(self, count: int, first: int = 1) -> list[int]:
        return [self.reports(f"p{number}") for number in range(first, first + count)]

    @property
    def storms(self) -> list[Storm]:
        """The oldest first."""
        with self.store.reading() as connection:
            return [line.storm for line in reversed(storm_lines(connection, (), None, 1_000))]

    @property
    def storm(self) -> Storm:
        (only,) = self.storms
        return only

    @property
    def parent(self) -> int:
        return self.storm.parent

    def members(self, parent: int | None = None) -> list[Member]:
        with self.store.reading() as connection:
            story = storm_story(connection, parent if parent is not None else self.parent)
        assert story is not None
        return [member for member in story.members if member.left_at is None]

    def told(self, who: str, kind: NoticeKind) -> list[Delivery]:
        """What this person was told of this kind, on any ticket."""
        return [one for one in self.deliveries() if one.address == mailbox(who) and one.notice and one.notice.kind is kind]

    def answers_to(self, who: str) -> list[Delivery]:
        return [one for one in self.deliveries() if one.address == mailbox(who) and one.reply is not None and not one.copy]

    def deliveries(self) -> list[Delivery]:
        with self.store.reading() as connection:
            return list(SqlReader(connection).outbox(limit=100_000))

    def ladders(self) -> list[int]:
        """Of which tickets people are being woken for."""
        with self.store.begin() as books:
            numbers = [line.ticket.number for line in self.lines()]
            return [number for number in numbers if (it := books.tickets.get(number)) and self.desk._pager.running(it, books)]

    def lines(self) -> list:  # type: ignore[type-arg]
        with self.store.reading() as connection:
            return list(SqlReader(connection).tickets(limit=100_000))


def mailbox(who: str) -> str:
    return f"{who}@customer.example"


def person(who: str) -> Address:
    return Address(kind=AddressKind.EMAIL, value=mailbox(who), name=who.title())
