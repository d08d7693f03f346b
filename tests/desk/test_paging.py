"""P1 and P2 wake somebody, tier by tier, until a human acknowledges."""

import pytest

from intake.domain.channel import Channel
from intake.domain.deed import AcknowledgePage, Deed, PressKey, Take
from intake.domain.delivery import DeliveryState
from intake.domain.event import EventKind
from intake.domain.label import Level, Priority
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from tests.desk.at_the_desk import BURNING, CALM, AtTheDesk, mail


def pages(at_the_desk: AtTheDesk, ticket: int | None) -> list[str]:
    deliveries = at_the_desk.story(ticket).deliveries
    return [d.address for d in deliveries if d.notice and d.notice.kind is NoticeKind.PAGE]


def let_a_page_go_unanswered(at_the_desk: AtTheDesk) -> int:
    at_the_desk.clock.advance(minutes=11)
    return at_the_desk.fires_what_is_due()


def test_a_p1_pages_the_tier_that_owns_it_at_once(at_the_desk: AtTheDesk) -> None:
    assert pages(at_the_desk, at_the_desk.hears(mail(), BURNING).ticket) == ["support@localhost"]


def test_a_p4_wakes_nobody(at_the_desk: AtTheDesk) -> None:
    receipt = at_the_desk.hears(mail(), CALM)
    assert pages(at_the_desk, receipt.ticket) == []
    assert let_a_page_go_unanswered(at_the_desk) == 0


def test_an_unanswered_page_climbs_to_the_team_and_to_the_leads(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail(), BURNING).ticket
    for _ in range(3):
        let_a_page_go_unanswered(at_the_desk)
    assert pages(at_the_desk, number) == [
        "support@localhost",
        "cio@localhost",
        "cio-leads@localhost",
        "cio-leads@localhost",
    ]


def test_paging_ends_and_says_that_nobody_answered(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail(), BURNING).ticket
    for _ in range(8):
        let_a_page_go_unanswered(at_the_desk)
    last = at_the_desk.story(number).events[-1]
    assert len(pages(at_the_desk, number)) == 6
    assert (last.kind, "nobody acknowledged" in last.reason) == (EventKind.LADDER_EXHAUSTED, True)


@pytest.mark.parametrize("deed", [AcknowledgePage(), Take()])
def test_an_acknowledgement_stops_the_climb_and_unsent_pages(at_the_desk: AtTheDesk, deed: Deed) -> None:
    number = at_the_desk.hears(mail(), BURNING).ticket
    assert number is not None
    receipt = at_the_desk.does(deed, "bob", ticket=number)
    assert receipt.outcome is Outcome.APPLIED
    assert let_a_page_go_unanswered(at_the_desk) == 0
    story = at_the_desk.story(number)
    page = next(d for d in story.deliveries if d.notice and d.notice.kind is NoticeKind.PAGE)
    assert page.state is DeliveryState.CANCELED
    assert EventKind.ACKNOWLEDGED in [event.kind for event in story.events]


def test_a_key_that_makes_it_p1_starts_paging_once(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail(), CALM).ticket
    assert number is not None
    at_the_desk.does(PressKey(impact=Level(1)), "+33140000000", ticket=number)
    assert pages(at_the_desk, number) == []
    at_the_desk.does(PressKey(urgency=Level(1)), "+33140000000", ticket=number)
    at_the_desk.does(PressKey(urgency=Level(2)), "+33140000000", ticket=number)
    assert at_the_desk.story(number).line.ticket.priority is Priority.P2
    assert pages(at_the_desk, number) == ["support@localhost"]


def test_a_timer_that_two_replicas_claimed_fires_once(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail(), BURNING).ticket
    at_the_desk.clock.advance(minutes=11)
    with at_the_desk.store.begin() as books:
        timer = books.timers.claim(now=at_the_desk.clock(), until=at_the_desk.clock(), replica="one", limit=1)[0]
    with at_the_desk.store.begin() as books:
        again = books.timers.claim(now=at_the_desk.clock(), until=at_the_desk.clock(), replica="two", limit=1)[0]
        at_the_desk.desk.fire(again, books)
    with at_the_desk.store.begin() as books:
        at_the_desk.desk.fire(timer, books)
    assert len(pages(at_the_desk, number)) == 2


def test_a_page_leaves_before_everything_that_was_due_earlier(at_the_desk: AtTheDesk) -> None:
    for _ in range(5):
        at_the_desk.hears(mail())
    at_the_desk.clock.advance(minutes=1)
    at_the_desk.hears(mail(), BURNING)
    first = at_the_desk.claims(Channel.EMAIL)[0].delivery
    assert first.notice is not None
    assert first.notice.kind is NoticeKind.PAGE
