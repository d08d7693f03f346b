"""A desk whose changes have windows: people of both sides, a freeze, templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from intake.desk.policy_file.whole import parse_policy
from intake.domain import deed as d
from intake.domain.change import Change, ChangeKind, Risk, Side
from intake.domain.delivery import Delivery
from intake.domain.event import Event, EventKind
from intake.domain.label import Category, Kind, Label, Level
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome, Receipt
from intake.domain.timer import TimerKind
from storage.reader import SqlReader
from storage.store import SqlStore
from tests.changes.test_policy_changes import SHIPPED
from tests.desk.at_the_desk import AtTheDesk, mail

WISH = Label(
    kind=Kind.ENHANCEMENT,
    category=Category.CHANGE_REQUEST,
    impact=Level.LOW,
    urgency=Level.LOW,
    confidence=0.9,
    version="test",
)
PEOPLE = """
[[agent]]
name = "Cleo"
teams = ["cio"]
mail = "cleo@desk.example"

[[agent]]
name = "Lea"
teams = ["cio_leads"]
role = "lead"
mail = "lea@desk.example"

[[agent]]
name = "Paul"
teams = ["process_leads"]
role = "lead"
mail = "paul@desk.example"

[[service]]
name = "ERP"
aliases = ["SAP"]
"""
FREEZE = """
[[freeze]]
name = "year end"
from = "2026-12-18T18:00"
until = "2027-01-04T06:00"
time_zone = "Europe/Berlin"
"""
ERP_FREEZE = FREEZE.replace("year end", "quarter") + 'services = ["ERP"]\n'


@dataclass
class CalendarDesk(AtTheDesk):
    def opens(self, text: str = "Please make the report wider.") -> int:
        receipt = self.hears(mail(text, received_at=self.clock()), WISH)
        assert receipt.ticket is not None
        return receipt.ticket

    def do(self, deed: d.Deed, ticket: int, by: str = "Cleo") -> Receipt:
        return self.does(deed, self.policy.agents[by].principal, ticket=ticket)

    def must(self, deed: d.Deed, ticket: int, by: str = "Cleo") -> str:
        receipt = self.do(deed, ticket, by)
        assert receipt.outcome is Outcome.APPLIED, receipt.reason
        return receipt.reason

    def refuses(self, deed: d.Deed, ticket: int, by: str = "Cleo") -> str:
        receipt = self.do(deed, ticket, by)
        assert receipt.outcome is Outcome.SUPPRESSED, receipt.reason
        return receipt.reason

    def approved(self, *services: str, kind: ChangeKind = ChangeKind.NORMAL) -> int:
        """A change that waits for its window; whoever asked was answered, so that no clock takes it elsewhere meanwhile."""
        ticket = self.opens()
        self.must(d.Reply(text="We look at it."), ticket)
        self.sends()
        plan = d.PlanChange(kind=kind, risk=Risk.LOW, services=services or ("Reports",), backout_plan="Put it back.")
        for deed in (plan, d.SubmitChange(), d.RequestApproval()):
            self.must(deed, ticket)
        self.must(d.ApproveChange(side=Side.CIO), ticket, "Lea")
        self.must(d.ApproveChange(side=Side.PROCESS), ticket, "Paul")
        return ticket

    def schedule(self, ticket: int, starts: datetime, ends: datetime, **more: str) -> str:
        return self.must(d.ScheduleChange(starts=starts, ends=ends, **more), ticket)

    def change(self, ticket: int) -> Change:
        with self.store.reading() as connection:
            story = SqlReader(connection).change(ticket)
        assert story is not None
        return story.line.change

    def told(self, kind: NoticeKind, address: str = "") -> Sequence[Delivery]:
        """The oldest first."""
        with self.store.reading() as connection:
            found = SqlReader(connection).outbox(limit=10_000)
        wanted = [one for one in found if one.notice and one.notice.kind is kind and address in ("", one.address)]
        return sorted(wanted, key=lambda one: one.id)

    def events(self, ticket: int, kind: EventKind) -> Sequence[Event]:
        with self.store.reading() as connection:
            return list(SqlReader(connection).events(ticket=ticket, kinds=[kind], limit=1_000))

    def timers(self, ticket: int, kind: TimerKind) -> int:
        with self.store.begin() as books:
            return books.timers.cancel(ticket, kind)


def calendar_desk(store: SqlStore, more: str = "") -> CalendarDesk:
    return CalendarDesk(store=store, policy=parse_policy(SHIPPED + PEOPLE + more, "desk.toml"))


def at(text: str) -> datetime:
    """UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)
