"""A desk with people of both sides, and changes in every stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources

from intake.desk.policy import Policy
from intake.desk.policy_file.whole import parse_policy
from intake.domain import deed as d
from intake.domain.change import Change, ChangeKind, ChangeStory, Risk, Side
from intake.domain.delivery import Delivery
from intake.domain.event import Event, EventKind
from intake.domain.label import Category, Kind, Label, Level
from intake.domain.notice import NoticeKind
from intake.domain.principal import Principal
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket_message import Direction
from storage.reader import SqlReader
from tests.desk.at_the_desk import ANN, BURNING, AtTheDesk, mail

WISH = Label(
    kind=Kind.ENHANCEMENT,
    category=Category.CHANGE_REQUEST,
    impact=Level.LOW,
    urgency=Level.LOW,
    confidence=0.9,
    version="test",
)
FIX = Label(
    kind=Kind.ENHANCEMENT,
    category=Category.DEFECT_FIX,
    impact=Level.LOW,
    urgency=Level.LOW,
    confidence=0.9,
    version="test",
)
# Cleo and Cora plan, Lee and Lia decide for CIO, Lou and Lyn for Process; Max leads on both sides.
PEOPLE = """
[[agent]]
name = "Ben"
teams = ["support"]
mail = "ben@desk.example"

[[agent]]
name = "Cleo"
teams = ["cio"]
mail = "cleo@desk.example"

[[agent]]
name = "Cora"
teams = ["cio"]
mail = "cora@desk.example"

[[agent]]
name = "Pia"
teams = ["process"]
mail = "pia@desk.example"

[[agent]]
name = "Lee"
teams = ["cio_leads"]
role = "lead"
mail = "lee@desk.example"

[[agent]]
name = "Lia"
teams = ["cio_leads"]
role = "lead"
mail = "lia@desk.example"

[[agent]]
name = "Lou"
teams = ["process_leads"]
role = "lead"
mail = "lou@desk.example"

[[agent]]
name = "Lyn"
teams = ["process_leads"]
role = "lead"
"""
MAX = """
[[agent]]
name = "Max"
teams = ["cio_leads", "process_leads"]
role = "lead"
mail = "max@desk.example"
"""
PLAN = d.PlanChange(risk=Risk.LOW, services=("Reports",), backout_plan="Put the old one back.")


def policy(more: str = "", people: str = PEOPLE, *, product_owner_must_agree: bool = False) -> Policy:
    """The shipped one with people, and `more`."""
    text = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
    if product_owner_must_agree:
        text = text.replace("\nproduct_owner_must_agree = false", "\nproduct_owner_must_agree = true")
    return parse_policy(text + people + more, "desk.toml")


@dataclass
class ChangeDesk(AtTheDesk):
    def opens(self, label: Label = WISH, text: str = "Please make the report wider.", **more: object) -> int:
        receipt = self.hears(mail(text, **{"received_at": self.clock(), **more}), label)  # type: ignore[arg-type]
        assert receipt.ticket is not None
        return receipt.ticket

    def breaks(self, label: Label = BURNING) -> int:
        """An incident."""
        return self.opens(label, "The report is empty since this morning.", subject="Report")

    def do(self, deed: d.Deed, ticket: int, by: str | Principal = "Cleo") -> Receipt:
        """By somebody of the directory, else by whoever `does` makes of that name."""
        agent = self.policy.agents.get(by) if isinstance(by, str) else None
        return self.does(deed, agent.principal if agent is not None else by, ticket=ticket)

    def must(self, deed: d.Deed, ticket: int, by: str | Principal = "Cleo") -> str:
        receipt = self.do(deed, ticket, by)
        assert receipt.outcome is Outcome.APPLIED, receipt.reason
        return receipt.reason

    def refuses(self, deed: d.Deed, ticket: int, by: str | Principal = "Cleo") -> str:
        receipt = self.do(deed, ticket, by)
        assert receipt.outcome is Outcome.SUPPRESSED, receipt.reason
        return receipt.reason

    def assessed(self, plan: d.PlanChange = PLAN, *, by: str = "Cora", label: Label = WISH) -> int:
        """Planned and handed in, by Cora."""
        ticket = self.opens(label)
        self.must(plan, ticket, by)
        self.must(d.SubmitChange(), ticket, by)
        return ticket

    def asked(self, plan: d.PlanChange = PLAN, *, by: str = "Cleo") -> int:
        """Planned by Cora; Cleo has asked for its approval."""
        ticket = self.assessed(plan)
        self.must(d.RequestApproval(), ticket, by)
        return ticket

    def approved(self, plan: d.PlanChange = PLAN) -> int:
        ticket = self.asked(plan)
        self.approve_both(ticket)
        return ticket

    def approve_both(self, ticket: int) -> None:
        self.must(d.ApproveChange(side=Side.CIO), ticket, "Lee")
        self.must(d.ApproveChange(side=Side.PROCESS), ticket, "Lou")

    def scheduled(self, plan: d.PlanChange = PLAN) -> int:
        """From tomorrow at the same time, for four hours."""
        ticket = self.approved(plan)
        self.schedule(ticket, self.clock() + timedelta(days=1))
        return ticket

    def schedule(self, ticket: int, starts: datetime, hours: int = 4) -> str:
        return self.must(d.ScheduleChange(starts=starts, ends=starts + timedelta(hours=hours)), ticket)

    def implementing(self, plan: d.PlanChange = PLAN) -> int:
        ticket = self.scheduled(plan)
        self.clock.advance(days=1, minutes=5)
        self.must(d.ImplementChange(), ticket)
        return ticket

    def in_review(self, *, backed_out: bool = False) -> int:
        ticket = self.implementing()
        self.must(d.CompleteChange(text="went as planned", backed_out=backed_out), ticket)
        return ticket

    def emergency(self, *, begun: bool = True) -> int:
        """Planned by Cora; begun by Cleo, who has asked nobody before."""
        ticket = self.assessed(d.PlanChange(kind=ChangeKind.EMERGENCY, incident=self.breaks()))
        if begun:
            self.must(d.ImplementChange(), ticket)
        return ticket

    def change(self, ticket: int) -> Change:
        return self.change_story(ticket).line.change

    def change_story(self, ticket: int) -> ChangeStory:
        with self.store.reading() as connection:
            story = SqlReader(connection).change(ticket)
        assert story is not None
        return story

    def told(self, kind: NoticeKind, ticket: int | None = None, address: str = "") -> Sequence[Delivery]:
        """The oldest first."""
        with self.store.reading() as connection:
            found = SqlReader(connection).outbox(limit=10_000)
        wanted = [one for one in found if one.notice and one.notice.kind is kind and address in ("", one.address)]
        return sorted((one for one in wanted if ticket in (None, one.ticket)), key=lambda one: one.id)

    def told_to(self, kind: NoticeKind, ticket: int | None = None) -> list[str]:
        return sorted(one.address for one in self.told(kind, ticket))

    def decisions_told(self, ticket: int, who: str = ANN.value) -> list[str]:
        """What whoever asked was told, in order."""
        told = self.told(NoticeKind.CHANGE_DECIDED, ticket, who)
        return [one.notice.fields["decision"] for one in told if one.notice is not None]

    def answers(self, ticket: int) -> list[str]:
        """The texts that people wrote to whoever asked."""
        return [one.body for one in self.story(ticket).messages if one.direction is Direction.OUT]

    def events(self, ticket: int, kind: EventKind) -> Sequence[Event]:
        with self.store.reading() as connection:
            return list(SqlReader(connection).events(ticket=ticket, kinds=[kind], limit=1_000))

    def lets_pass(self, **by: int) -> int:
        """Time; how many timers came due, each at its own moment and some of them by now."""
        until, fired = self.clock() + timedelta(**by), 0
        while self.clock() < until:
            self.clock.now = min(until, self.clock() + timedelta(hours=1))
            fired += self.fires_what_is_due()
        return fired
