"""What the vendor reports of pages and texts, on a real desk: in any order, twice, and after somebody has pressed a key."""

from dataclasses import replace

import pytest

from intake.desk.outbound import Outbound
from intake.domain.channel import Channel
from intake.domain.deed import AcknowledgePage, Reply, ReportDelivery, Resolve
from intake.domain.delivery import Delivery, DeliveryState, SentRef
from intake.domain.errors import DeliveryError
from intake.domain.event import EventKind
from intake.domain.label import Kind, Label
from intake.domain.message import InboundMessage
from intake.domain.notice import NoticeKind
from intake.domain.page import RunState
from intake.domain.principal import Principal, Role
from tests.calls.call_desk import CALLER, LADDER, OTHER, OUTAGE, CallDesk, call_policy, called_desk, phone
from tests.desk.at_the_desk import CALM

S = DeliveryState
NETWORK = Principal(name="the network", role=Role.DEVICE)


def opened(desk: CallDesk, label: Label = OUTAGE, id: str = "SM1", author: str = CALLER) -> int:
    """By a text: people are woken at once."""
    message = InboundMessage(
        channel=Channel.SMS, external_id=id, received_at=desk.clock(), author=phone(author), text=f"all of it is down, {id}"
    )
    receipt = desk.hears(message, label)
    assert receipt.ticket is not None
    return receipt.ticket


def rung(desk: CallDesk) -> Delivery:
    """The page that has just left by phone."""
    [page] = desk.sends(Channel.PHONE)
    return page.delivery


def reported(desk: CallDesk, sent: Delivery, state: DeliveryState, error: str = "", *, dead: bool = False) -> str:
    deed = ReportDelivery(delivery=sent.id, state=state, error=error, dead=dead)
    return desk.does(deed, NETWORK, delivery=sent.id).reason


def presses_1(desk: CallDesk, sent: Delivery, name: str) -> str:
    return desk.does(AcknowledgePage(), Principal(name=name, role=Role.DEVICE), delivery=sent.id).reason


def now(desk: CallDesk, sent: Delivery) -> Delivery:
    return next(one for one in desk.story(sent.ticket).deliveries if one.id == sent.id)


def run_state(desk: CallDesk, ticket: int) -> RunState:
    return desk.story(ticket).pagings[-1].run.state


def test_the_end_of_a_call_does_not_undo_the_key_that_took_the_page(desk: CallDesk) -> None:
    ticket = opened(desk)
    sent = rung(desk)
    assert "acknowledged" in presses_1(desk, sent, "Kim")
    reported(desk, sent, S.FAILED, "picked up, and no key was pressed")
    assert now(desk, sent).state is S.DELIVERED
    assert run_state(desk, ticket) is RunState.ACKNOWLEDGED
    assert not desk.happened(ticket, EventKind.DELIVERY_FAILED)


def test_who_took_a_page_by_key_is_on_the_timeline(desk: CallDesk) -> None:
    ticket = opened(desk)
    presses_1(desk, rung(desk), "Kim")
    [event] = desk.happened(ticket, EventKind.ACKNOWLEDGED)
    assert (event.actor, event.reason) == ("Kim", "acknowledged the page, by key")


def test_a_key_after_a_machine_was_heard_takes_the_page_all_the_same(desk: CallDesk) -> None:
    ticket = opened(desk)
    sent = rung(desk)
    reported(desk, sent, S.FAILED, "a machine answered")
    presses_1(desk, sent, "Kim")
    assert now(desk, sent).state is S.DELIVERED
    assert run_state(desk, ticket) is RunState.ACKNOWLEDGED


def test_a_page_that_failed_twice_climbs_once(desk: CallDesk) -> None:
    ticket = opened(desk)
    sent = rung(desk)
    before = len(desk.paged(ticket))
    reported(desk, sent, S.FAILED, "busy")
    climbed = len(desk.paged(ticket))
    reported(desk, sent, S.FAILED, "busy")
    reported(desk, sent, S.DELIVERED)
    assert before < climbed == len(desk.paged(ticket))
    assert now(desk, sent).state is S.FAILED


def test_whoever_presses_after_somebody_else_comes_too_late(desk: CallDesk) -> None:
    ticket = opened(desk)
    first = rung(desk)
    reported(desk, first, S.FAILED, "no answer")
    second = rung(desk)
    presses_1(desk, second, "Cleo")
    assert presses_1(desk, first, "Kim") == "acknowledge_page: nobody was being paged"
    assert [event.actor for event in desk.happened(ticket, EventKind.ACKNOWLEDGED)] == ["Cleo"]


@pytest.mark.parametrize("last", [S.FAILED, S.DELIVERED])
def test_a_report_that_overtakes_our_own_bookkeeping_stands(desk: CallDesk, last: DeliveryState) -> None:
    opened(desk)
    [page] = desk.claims(Channel.PHONE)
    reported(desk, page.delivery, last, "busy" if last is S.FAILED else "")
    with desk.store.begin() as books:
        desk.dispatcher.sent(page, SentRef(value="CA9"), books, desk.clock())
    after = now(desk, page.delivery)
    assert (after.state, after.sent_ref) == (last, "CA9")


@pytest.mark.parametrize("told", [S.SENT, S.FAILED, S.DELIVERED])
def test_what_the_vendor_has_reported_of_is_not_handed_over_again_because_its_answer_was_lost(
    desk: CallDesk, told: DeliveryState
) -> None:
    ticket = opened(desk)
    [page] = desk.claims(Channel.PHONE)
    reported(desk, page.delivery, told)
    paged = len(desk.paged(ticket))
    with desk.store.begin() as books:
        desk.dispatcher.failed(page, DeliveryError("the vendor did not answer in time", permanent=False), books, desk.clock())
    desk.clock.advance(minutes=5)
    assert now(desk, page.delivery).state is told
    assert page.delivery.id not in [one.delivery.id for one in desk.claims(Channel.PHONE)]
    assert len(desk.paged(ticket)) == paged


def test_an_answer_that_has_arrived_is_not_sent_again_because_the_vendors_own_was_lost(desk: CallDesk) -> None:
    ticket = opened(desk, CALM)
    desk.sends(Channel.SMS)
    desk.does(Resolve(text="Restart it."), "root", ticket=ticket)
    [answer] = [one for one in desk.claims(Channel.SMS) if one.delivery.reply is not None]
    reported(desk, answer.delivery, S.DELIVERED)
    with desk.store.begin() as books:
        desk.dispatcher.failed(answer, DeliveryError("the vendor did not answer in time", permanent=False), books, desk.clock())
    desk.clock.advance(minutes=5)
    assert answer.delivery.id not in [one.delivery.id for one in desk.claims(Channel.SMS)]
    assert now(desk, answer.delivery).state is S.DELIVERED


def test_an_answer_whose_report_comes_first_has_been_sent_all_the_same(desk: CallDesk) -> None:
    ticket = opened(desk, CALM)
    desk.sends(Channel.SMS)
    desk.does(Reply(text="Which floor?"), "root", ticket=ticket)
    [answer] = [one for one in desk.claims(Channel.SMS) if one.delivery.reply is not None]
    reported(desk, answer.delivery, S.DELIVERED)
    assert now(desk, answer.delivery).sent_at == desk.clock()
    with desk.store.begin() as books:
        desk.dispatcher.sent(answer, SentRef(value="SM9"), books, desk.clock())
    assert now(desk, answer.delivery).sent_ref == "SM9"


def test_a_page_that_is_tried_again_knows_which_calls_are_another_ones(desk: CallDesk) -> None:
    opened(desk)
    opened(desk, id="SM2", author=OTHER)
    one, other = desk.claims(Channel.PHONE)
    assert (one.delivery.address, one.elsewhere) == (other.delivery.address, frozenset())
    with desk.store.begin() as books:
        desk.dispatcher.sent(one, SentRef(value="CA1"), books, desk.clock())
    desk.clock.advance(hours=1)  # whoever had claimed them is gone
    [again] = [each for each in desk.claims(Channel.PHONE) if each.delivery.id == other.delivery.id]
    assert again.elsewhere == {"CA1"}


def test_a_call_that_the_vendor_reported_of_is_known_though_nobody_wrote_down_that_it_was_placed(desk: CallDesk) -> None:
    opened(desk)
    opened(desk, id="SM2", author=OTHER)
    one, other = desk.claims(Channel.PHONE)
    deed = ReportDelivery(delivery=one.delivery.id, state=S.SENT, ref="CA1")
    desk.does(deed, NETWORK, delivery=one.delivery.id)
    desk.clock.advance(hours=1)
    [again] = [each for each in desk.claims(Channel.PHONE) if each.delivery.id == other.delivery.id]
    assert again.elsewhere == {"CA1"}


def test_what_the_vendor_rings_already_is_not_rung_again_after_a_crash(desk: CallDesk) -> None:
    opened(desk)
    [page] = desk.claims(Channel.PHONE)
    reported(desk, page.delivery, S.SENT)
    desk.clock.advance(hours=1)  # its lease is over
    assert page.delivery.id not in [one.delivery.id for one in desk.claims(Channel.PHONE)]


def test_reports_on_the_way_change_nothing_that_has_ended(desk: CallDesk) -> None:
    opened(desk)
    sent = rung(desk)
    reported(desk, sent, S.FAILED, "busy")
    reported(desk, sent, S.SENT)
    assert now(desk, sent).state is S.FAILED


def acknowledgement(desk: CallDesk) -> Outbound:
    return next(
        one
        for one in desk.claims(Channel.SMS)
        if one.delivery.notice is not None and one.delivery.notice.kind is NoticeKind.ACKNOWLEDGEMENT
    )


def is_dead(desk: CallDesk, number: str = CALLER) -> bool:
    with desk.store.begin() as books:
        contact = books.contacts.at(phone(number))
        return contact is not None and any(one.value == number for one in contact.dead)


def test_a_number_that_has_stopped_texts_is_dead(desk: CallDesk) -> None:
    opened(desk, replace(CALM, kind=Kind.SERVICE_REQUEST))
    desk.clock.advance(minutes=1)
    ours = acknowledgement(desk)
    with desk.store.begin() as books:
        desk.dispatcher.failed(ours, DeliveryError("21610 stopped", permanent=True, dead=True), books, desk.clock())
    assert is_dead(desk)


def test_a_number_that_a_report_calls_unreachable_is_dead(desk: CallDesk) -> None:
    opened(desk, CALM)
    desk.clock.advance(minutes=1)
    ours = acknowledgement(desk)
    reported(desk, ours.delivery, S.FAILED, "30006 a landline", dead=True)
    assert is_dead(desk)


def test_somebody_on_call_is_paged_again_at_a_number_that_failed(desk: CallDesk) -> None:
    opened(desk)
    sent = rung(desk)
    reported(desk, sent, S.FAILED, "not a valid number", dead=True)
    assert not is_dead(desk, sent.address)


@pytest.mark.parametrize(("ways", "climbs"), [('["sms"]', True), ('["sms", "email"]', False), ('["sms", "phone"]', False)])
def test_where_only_a_text_would_wake_somebody_and_it_cannot_arrive_the_next_are_woken_at_once(
    desk: CallDesk, ways: str, climbs: bool
) -> None:
    at_desk = called_desk(desk.store, call_policy(LADDER.replace('["phone", "email"]', ways)))
    ticket = opened(at_desk)
    [page] = [one for one in at_desk.claims(Channel.SMS) if one.delivery.urgent]
    stopped = DeliveryError("21610 stopped", permanent=True, dead=True)
    before = len(at_desk.paged(ticket))
    with at_desk.store.begin() as books:
        at_desk.dispatcher.failed(page, stopped, books, at_desk.clock())
    assert (len(at_desk.paged(ticket)) > before) is climbs


def test_one_number_is_called_and_texted_in_one_step(desk: CallDesk) -> None:
    both = LADDER.replace('by = ["phone", "email"]', 'by = ["sms", "phone", "email"]')
    at_desk = called_desk(desk.store, call_policy(both))
    ticket = opened(at_desk)
    pages = [page for paging in at_desk.story(ticket).pagings for page in paging.pages if page.channel is not Channel.EMAIL]
    assert [page.channel for page in pages] == [Channel.SMS, Channel.PHONE]
    assert len({page.address for page in pages}) == 1
    assert pages[0].code
    told = {one.id: one.notice.fields for one in at_desk.story(ticket).deliveries if one.notice is not None}
    for page in pages:
        assert page.delivery is not None
        assert told[page.delivery]["whom"] == page.agent
    assert told[pages[0].delivery or 0]["code"] == pages[0].code
