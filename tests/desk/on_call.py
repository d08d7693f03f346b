"""A desk with people on call, and what its ladders did."""

from dataclasses import replace
from importlib import resources

from intake.desk.policy import Policy
from intake.desk.policy_file.whole import parse_policy
from intake.domain.channel import Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import Event, EventKind
from intake.domain.notice import NoticeKind
from intake.domain.page import Paging, RunState
from storage.store import SqlStore
from tests.desk.at_the_desk import AtTheDesk

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
name = "Kim"
teams = ["cio"]
mail = "kim@desk.example"
phone = "+4930901820"

[[agent]]
name = "Lee"
teams = ["cio_leads"]
role = "lead"
mail = "lee@desk.example"

[[rotation]]
name = "support"
team = "support"
time_zone = "UTC"
starts = "2026-01-05"
members = ["Ben"]

[[rotation]]
name = "cio"
team = "cio"
time_zone = "Europe/Berlin"
starts = "2026-11-16"
hand_over = "Mon 09:00"
members = ["Cleo", "Kim"]
"""
LADDER = """
[[ladder]]
name = "urgent"
priorities = ["P1", "P2"]
steps = [
  { page = "on_call", tier = 1, wait_minutes = 10 },
  { page = "on_call", tier = 2, wait_minutes = 10 },
  { page = "team", tier = 3, wait_minutes = 10, repeat = 1 },
]
"""


def policy_on_call(ladders: str = LADDER, people: str = PEOPLE) -> Policy:
    return parse_policy(f"{without_page()}\n{people}\n{ladders}", "desk.toml")


def without_page() -> str:
    """The shipped file, whose `[page]` stands for a ladder."""
    text = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
    return text.replace('[page]\npriorities = ["P1", "P2"]\nclimb_after_minutes = 10\n', "")


def desk_on_call(store: SqlStore, ladders: str = LADDER, people: str = PEOPLE, **more: object) -> AtTheDesk:
    desk = AtTheDesk(store=store, policy=policy_on_call(ladders, people), senders=(Channel.EMAIL,))
    return replace(desk, **more)  # type: ignore[arg-type] # a test names the fields it needs


def pagings(desk: AtTheDesk, number: int | None) -> tuple[Paging, ...]:
    return desk.story(number).pagings


def woken(desk: AtTheDesk, number: int | None) -> list[str]:
    """To which address each page went, in order."""
    return [page.address for paging in pagings(desk, number) for page in paging.pages if page.delivery is not None]


def states(desk: AtTheDesk, number: int | None) -> list[RunState]:
    return [paging.run.state for paging in pagings(desk, number)]


def page_mails(desk: AtTheDesk, number: int | None, *states: DeliveryState) -> list[Delivery]:
    found = [d for d in desk.story(number).deliveries if d.notice is not None and d.notice.kind is NoticeKind.PAGE]
    return [delivery for delivery in found if not states or delivery.state in states]


def told(desk: AtTheDesk, number: int | None, *kinds: EventKind) -> list[Event]:
    return [event for event in desk.story(number).events if event.kind in kinds]


def goes_unanswered(desk: AtTheDesk, minutes: int = 10) -> int:
    """How many pages that brings."""
    before = _pages(desk)
    desk.clock.advance(minutes=minutes)
    desk.fires_what_is_due()
    return _pages(desk) - before


def _pages(desk: AtTheDesk) -> int:
    with desk.store.looking() as reader:
        return sum(d.notice is not None and d.notice.kind is NoticeKind.PAGE for d in reader.outbox(limit=10_000))
