"""A desk with numbers that text it: what the vendor would send, through the parser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from channels.phone.envelope import arrival_of
from channels.phone.parse import parse_text
from intake.desk.incoming import Incoming, understand
from intake.domain.channel import Channel
from intake.domain.deed import Reply, ReportDelivery, Resolve
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.label import Category, Kind, Label, Level
from intake.domain.notice import NoticeKind
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Receipt
from storage.store import SqlStore
from tests.desk.at_the_desk import BURNING, CALM, AtTheDesk
from tests.desk.on_call import policy_on_call

LINE = "+4930901820"
NUMBERS = {
    "ann": "+4930111111",
    "bob": "+4930222222",
    "cid": "+4930333333",
    "kim": "+4930444444",
    "sam": "+4930555555",
    "team": "+4930666666",
}
DEVICE = Principal(name="the vendor", role=Role.DEVICE)
ABSTAINED = Label(kind=Kind.NONE, category=None, impact=Level.LOW, urgency=Level.LOW, confidence=0.0, version="test")
BROKEN = Label(
    kind=Kind.INCIDENT, category=Category.ERROR_MESSAGE, impact=Level.LOW, urgency=Level.MEDIUM, confidence=0.9, version="test"
)
FIX = Label(
    kind=Kind.ENHANCEMENT, category=Category.DEFECT_FIX, impact=Level.LOW, urgency=Level.LOW, confidence=0.9, version="test"
)
LABELS: Mapping[str, Label] = {"none": ABSTAINED, "calm": CALM, "broken": BROKEN, "burning": BURNING, "defect_fix": FIX}
PEOPLE = f"""
[[agent]]
name = "Kim"
teams = ["support"]
mail = "kim@desk.example"
phone = "{NUMBERS["kim"]}"

[[agent]]
name = "Sam"
teams = ["cio"]
mail = "sam@desk.example"
phone = "{NUMBERS["sam"]}"

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
steps = [
  { page = "on_call", tier = 1, by = ["sms"], wait_minutes = 10 },
  { page = "team", tier = 2, by = ["sms"], wait_minutes = 10 },
]
"""


@dataclass
class TextDesk:
    at: AtTheDesk
    _count: int = field(default=0)

    def texts(
        self,
        who: str,
        body: str,
        label: str = "none",
        *,
        sid: str = "",
        files: int = 0,
        opt_out: str = "",
        earlier: timedelta = timedelta(0),
    ) -> Receipt:
        """`earlier`: it came to the door before now, and is booked only now."""
        with self.at.store.begin() as books:
            incoming = self.understood(who, body, label, sid=sid, files=files, opt_out=opt_out, earlier=earlier)
            return self.at.desk.receive(incoming, books)

    def understood(
        self,
        who: str,
        body: str,
        label: str = "none",
        *,
        sid: str = "",
        files: int = 0,
        opt_out: str = "",
        earlier: timedelta = timedelta(0),
    ) -> Incoming:
        self._count += 1
        form = {
            "MessageSid": sid or f"SM{self._count:032x}",
            "AccountSid": f"AC{7:032x}",
            "From": NUMBERS.get(who, who),
            "To": LINE,
            "Body": body,
            "NumMedia": str(files),
            **({"OptOutType": opt_out} if opt_out else {}),
            **{f"MediaUrl{place}": f"https://api.twilio.com/media/{place}" for place in range(files)},
            **{f"MediaContentType{place}": "image/jpeg" for place in range(files)},
        }
        self.at.classifier.label = LABELS[label]
        arrival = arrival_of(
            Channel.SMS, urlencode(form).encode(), path="/twilio/sms", query="", received_at=self.at.clock() - earlier
        )
        return understand(arrival, parse_text, self.at.classifier)

    def answers(self, number: int, text: str) -> None:
        """A human texts back, and it leaves."""
        receipt = self.at.does(Reply(text=text, channel=Channel.SMS), "root", ticket=number)
        assert receipt.refusal is None, receipt.reason
        self.at.sends(Channel.SMS)

    def resolves(self, number: int, text: str) -> None:
        """The final response leaves, and the vendor says that it arrived."""
        receipt = self.at.does(Resolve(text=text), "root", ticket=number)
        assert receipt.refusal is None, receipt.reason
        for sent in self.at.sends(Channel.SMS, Channel.EMAIL):
            delivery = sent.delivery
            if delivery.reply is not None:
                report = ReportDelivery(delivery=delivery.id, state=DeliveryState.DELIVERED)
                self.at.does(report, DEVICE, delivery=delivery.id)

    def told(self, who: str) -> Sequence[Delivery]:
        """What went, or goes, to this number by SMS, the oldest first."""
        with self.at.store.looking() as reader:
            found = [one for one in reader.outbox(limit=1_000) if one.channel is Channel.SMS]
        return sorted((one for one in found if one.address == NUMBERS.get(who, who)), key=lambda one: one.id)

    def kinds_told(self, who: str) -> list[str]:
        return [one.notice.kind.value if one.notice else "reply" for one in self.told(who)]

    def code_for(self, who: str, number: int) -> str:
        """Of the last page to them about this ticket."""
        pages = [one for one in self.told(who) if one.notice and one.notice.kind is NoticeKind.PAGE and one.ticket == number]
        assert pages[-1].notice is not None
        return pages[-1].notice.fields["code"]

    def where_texts_are(self) -> Mapping[int, int]:
        """Ledger entry -> ticket, of every message that came in."""
        with self.at.store.looking() as reader:
            numbers = [line.ticket.number for line in reader.tickets(limit=1_000)]
        stories = [self.at.story(number) for number in numbers]
        return {
            said.ledger: story.line.ticket.number for story in stories for said in story.messages if said.ledger is not None
        }


def text_desk(store: SqlStore, people: str = PEOPLE, ladder: str = LADDER) -> TextDesk:
    at = AtTheDesk(store=store, policy=policy_on_call(ladder, people), senders=(Channel.EMAIL, Channel.SMS))
    return TextDesk(at=at)
