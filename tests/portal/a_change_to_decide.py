"""A change that both sides and a product owner are asked about, and the pages behind their links."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from intake.domain import deed as d
from intake.domain.arrival import Arrival
from intake.domain.change import Phase, Risk
from intake.domain.receipt import Outcome, Receipt
from storage.store import SqlStore
from tests.changes.change_desk import PEOPLE, WISH, ChangeDesk, policy
from tests.desk.staff import LEE
from tests.portal.at_the_page import AtThePage

ACME = "ACME 2026"
OWNER = "olga@acme.example"
CIO, PROCESS = "lee@desk.example", "lou@desk.example"
FREEZE = """
[[freeze]]
name = "quarter end"
from = "2026-12-08T12:00"
until = "2026-12-09T12:00"
services = ["Reports"]
"""
SAM = """
[[agent]]
name = "Sam"
teams = ["support"]
mail = "sam@desk.example"

[[delegate]]
for = "Lou"
agent = "Sam"
from = "2026-11-01T00:00"
until = "2026-12-31T00:00"
"""
PLAN = d.PlanChange(
    risk=Risk.MODERATE,
    services=("Reports", "Data warehouse"),
    implementation_plan="Add the column.\nFill it overnight.",
    test_plan="Compare ten orders.",
    backout_plan="Drop the column.",
)
WORDS = "Please add a column for the delivery date.\n\nAnn"
EVENING, NIGHT = datetime(2026, 12, 8, 21, 0, tzinfo=UTC), datetime(2026, 12, 9, 1, 0, tzinfo=UTC)


@dataclass
class ChangePages(AtThePage):
    """With a desk that runs changes. `meanwhile` happens between what the page has checked and what is written; a desk that
    `quarantines` fails on whatever it is."""

    desk: ChangeDesk
    meanwhile: Callable[[], object] = lambda: None
    quarantines: bool = False

    async def receive(self, arrival: Arrival) -> Receipt:
        self.meanwhile()
        if self.quarantines:
            return Receipt(id=1, outcome=Outcome.QUARANTINED, reason="a fault of our own")
        return await super().receive(arrival)


def pages(store: SqlStore, more: str = SAM + FREEZE) -> ChangePages:
    at = ChangePages(ChangeDesk(store=store, policy=policy(more, PEOPLE)))
    agreement = d.OpenAgreement(
        agreement=ACME,
        party="ACME",
        starts=date(2026, 1, 1),
        ends=date(2026, 12, 31),
        minutes=1200,
        spenders=("cio",),
        product_owners=(OWNER,),
    )
    assert at.desk.does(agreement, LEE).outcome is Outcome.APPLIED
    return at


def assessed(page: ChangePages) -> int:
    """Planned by Cora, with all that a change may have."""
    desk = page.desk
    number = desk.opens(WISH, WORDS, subject="Delivery date")
    for deed in (
        PLAN,
        d.SubmitChange(),
        d.EstimateChange(agreement=ACME, minutes=390),
        d.AddTask(title="Tell the warehouse", assigned_to="Cleo"),
        d.AddAudience(address="everybody@acme.example"),
        d.PlanAnnouncement(phase=Phase.BEFORE, text="The reports are away for an evening.", lead=120),
    ):
        desk.must(deed, number, "Cora")
    return number


def asked(page: ChangePages) -> int:
    """Cleo has asked for its approval."""
    number = assessed(page)
    page.desk.must(d.RequestApproval(), number, "Cleo")
    return number


def scheduled(page: ChangePages) -> int:
    number = asked(page)
    page.desk.approve_both(number)
    page.desk.must(
        d.ScheduleChange(starts=EVENING, ends=NIGHT, time_zone="Europe/Berlin", despite="the auditors agreed"), number
    )
    return number


def in_review(page: ChangePages, *, backed_out: bool = False) -> int:
    number, desk = scheduled(page), page.desk
    desk.clock.now = EVENING
    desk.must(d.ImplementChange(), number)
    desk.must(d.FinishTask(task=1), number)
    desk.must(d.CompleteChange(text="went as it went", backed_out=backed_out), number)
    return number


def link(page: ChangePages, number: int, address: str = CIO) -> str:
    """In the newest letter to that address."""
    return page.change_link(number, address)
