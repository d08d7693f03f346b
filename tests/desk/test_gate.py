"""The outbound gate: what may leave, to whom, and what is held."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from intake.desk.gate import Cap, cap_of, reason
from intake.desk.outbox_by_hand import release, retry
from intake.desk.policy import MirrorRule
from intake.desk.policy_file.whole import parse_policy, read_policy
from intake.desk.signed_names import reply_tag
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import Reply, Take, Watch
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import EventKind
from intake.domain.held import WhichHeld
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from storage.store import SqlStore
from tests.desk.at_the_desk import ANN, BURNING, KEYS, AtTheDesk, mail
from tests.desk.staff import BEN
from tests.desk.test_policy_file import SHIPPED

HELD, QUEUED = DeliveryState.HELD, DeliveryState.QUEUED


def with_caps(desk: AtTheDesk, **caps: int) -> None:
    desk.policy = replace(desk.policy, gate=replace(desk.policy.gate, **caps))  # type: ignore[arg-type] # numbers, all of them


def somebody(number: int) -> Address:
    return Address(kind=AddressKind.EMAIL, value=f"person{number}@customer.example", name="Somebody")


def all_deliveries(desk: AtTheDesk) -> Sequence[Delivery]:
    """The oldest first."""
    with desk.store.looking() as reader:
        return list(reversed(reader.outbox(limit=10_000)))


def of_kind(desk: AtTheDesk, kind: NoticeKind) -> Sequence[Delivery]:
    return [delivery for delivery in all_deliveries(desk) if delivery.notice and delivery.notice.kind is kind]


def held(desk: AtTheDesk) -> Counter[Cap | None]:
    return Counter(cap_of(delivery.error) for delivery in all_deliveries(desk) if delivery.state is HELD)


@pytest.mark.parametrize("cap", Cap)
def test_a_held_delivery_names_its_cap_as_desk_toml_does(cap: Cap) -> None:
    why = reason(cap, read_policy(None).gate)
    assert cap_of(why) is cap
    assert f"\n{cap.value} = " in SHIPPED
    assert why.startswith("outbound gate: ")


@pytest.mark.parametrize("why", ["", "550 no such user", "outbound gate: 5 (nothing_known)", "outbound gate: (" * 9_000])
def test_any_other_error_names_none(why: str) -> None:
    assert cap_of(why) is None


def test_a_site_that_wrote_its_desk_toml_before_has_the_new_caps_too() -> None:
    before = "\n".join(
        line for line in SHIPPED.splitlines() if not line.startswith(("pages_per", "digest_lines_per", "per_instance ="))
    )
    assert parse_policy(before, "desk.toml").gate == read_policy(None).gate


def test_a_storm_of_many_senders_stops_the_desk_from_answering_but_wakes_people_and_lets_them_answer(
    staffed: AtTheDesk,
) -> None:
    with_caps(staffed, per_instance=5)
    numbers = [staffed.hears(mail(author=somebody(n)), BURNING).ticket for n in range(8)]
    assert [d.state for d in of_kind(staffed, NoticeKind.ACKNOWLEDGEMENT)] == [QUEUED] * 5 + [HELD] * 3
    assert held(staffed) == {Cap.INSTANCE: 3}
    assert {d.state for d in of_kind(staffed, NoticeKind.PAGE)} == {QUEUED}
    assert len(of_kind(staffed, NoticeKind.PAGE)) == 8 * 2  # the team's address, and Ben
    staffed.does(Take(), BEN, ticket=numbers[-1] or 0)
    staffed.does(Reply(text="We are on it."), BEN, ticket=numbers[-1] or 0)
    assert [d.state for d in all_deliveries(staffed) if d.reply is not None] == [QUEUED]
    assert {d.state for d in of_kind(staffed, NoticeKind.ARRIVAL)} == {QUEUED}


@pytest.mark.parametrize("foreseen", [False, True])
def test_the_storm_breaker_counts_what_the_same_batch_has_queued(at_the_desk: AtTheDesk, *, foreseen: bool) -> None:
    with_caps(at_the_desk, per_instance=5)
    at_the_desk.hears(mail())
    batch = [at_the_desk.understood(mail(author=somebody(n))) for n in range(8)]
    with at_the_desk.store.begin() as books:
        for one in batch if foreseen else []:
            at_the_desk.desk.foresee(one, books)
        for one in batch:
            at_the_desk.desk.enter(one, books)
    assert Counter(d.state for d in of_kind(at_the_desk, NoticeKind.ACKNOWLEDGEMENT)) == {QUEUED: 5, HELD: 4}


def test_nobody_is_paged_without_end(at_the_desk: AtTheDesk) -> None:
    with_caps(at_the_desk, pages_per_recipient=4)
    tickets = [at_the_desk.hears(mail(author=somebody(n)), BURNING).ticket for n in range(7)]
    assert [d.state for d in of_kind(at_the_desk, NoticeKind.PAGE)] == [QUEUED] * 4 + [HELD] * 3
    assert held(at_the_desk) == {Cap.PAGES: 3}
    assert EventKind.HELD_BACK in [event.kind for event in at_the_desk.story(tickets[-1]).events]


def test_pages_do_not_use_up_what_else_somebody_may_be_told_nor_the_other_way_round(at_the_desk: AtTheDesk) -> None:
    support = Address(kind=AddressKind.EMAIL, value=at_the_desk.policy.team("support").mail)
    with_caps(at_the_desk, pages_per_recipient=3, per_recipient=3)
    for _ in range(3):
        at_the_desk.hears(mail(author=support), BURNING)
    assert held(at_the_desk) == {}
    at_the_desk.hears(mail(author=support), BURNING)
    assert held(at_the_desk) == {Cap.PAGES: 1, Cap.RECIPIENT: 1}


def test_pages_leave_though_the_outbox_may_not_empty_any_faster(at_the_desk: AtTheDesk) -> None:
    with_caps(at_the_desk, per_instance_per_minute=1)
    at_the_desk.hears(mail(author=somebody(1)))
    at_the_desk.hears(mail(author=somebody(2)))
    assert len(at_the_desk.sends(Channel.EMAIL)) == 1
    assert at_the_desk.claims(Channel.EMAIL) == []
    at_the_desk.hears(mail(author=somebody(3)), BURNING)
    (page,) = at_the_desk.sends(Channel.EMAIL)
    assert page.delivery.urgent


def test_a_teams_digest_has_so_many_lines_in_a_window_and_no_more(at_the_desk: AtTheDesk) -> None:
    with_caps(at_the_desk, digest_lines_per_recipient=6)
    for number in range(4):
        at_the_desk.hears(mail(author=somebody(number)))
    batch = [at_the_desk.understood(mail(author=somebody(n))) for n in range(10, 15)]
    with at_the_desk.store.begin() as books:
        for one in batch:
            at_the_desk.desk.enter(one, books)
    assert [d.state for d in of_kind(at_the_desk, NoticeKind.ARRIVAL)] == [QUEUED] * 6 + [HELD] * 3
    assert held(at_the_desk) == {Cap.LINES: 3}
    at_the_desk.clock.advance(minutes=61)
    at_the_desk.hears(mail())
    assert of_kind(at_the_desk, NoticeKind.ARRIVAL)[-1].state is QUEUED


def test_who_tries_again_and_again_what_they_may_not_is_told_so_often_about_one_ticket_and_still_of_others(
    staffed: AtTheDesk,
) -> None:
    pia = Address(kind=AddressKind.EMAIL, value="pia@desk.example")
    first, second = (staffed.hears(mail(author=somebody(n))).ticket or 0 for n in range(2))
    for number in (*[first] * 8, second):
        tag = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.REPLY_ADDRESS, value=reply_tag(KEYS, number))
        staffed.hears(mail("I know this.", author=pia, answers=(tag,)))
    told = of_kind(staffed, NoticeKind.NOT_PASSED_ON)
    assert Counter(d.state for d in told if d.ticket == first) == {QUEUED: 5, HELD: 3}
    assert {d.state for d in told if d.ticket == second} == {QUEUED}
    assert held(staffed) == {Cap.ON_TICKET: 3}


def test_a_phone_is_one_recipient_whether_it_is_called_or_gets_sms(at_the_desk: AtTheDesk) -> None:
    with_caps(at_the_desk, per_recipient=2)
    caller = Address(kind=AddressKind.PHONE, value="+33140000000")
    for _ in range(3):
        at_the_desk.hears(mail(author=caller, channel=Channel.PHONE))
    states = [d.state for d in all_deliveries(at_the_desk) if d.channel is Channel.SMS]
    assert states == [QUEUED, QUEUED, HELD]


def test_the_same_address_on_another_channel_is_somebody_else(at_the_desk: AtTheDesk) -> None:
    with_caps(at_the_desk, per_recipient=1)
    at_the_desk.hears(mail(author=Address(kind=AddressKind.SLACK, value="ann@customer.example")))
    at_the_desk.hears(mail(author=ANN))
    assert held(at_the_desk) == {}


def test_a_card_that_is_drawn_anew_all_the_time_takes_nobodys_place(store: SqlStore) -> None:
    policy = replace(read_policy(None), mirrors=(MirrorRule(team="support", channel=Channel.SLACK, address="U1"),))
    desk = AtTheDesk(store=store, policy=policy)
    with_caps(desk, per_recipient=2)
    number = [desk.hears(mail()).ticket for _ in range(3)][-1]
    desk.sends(Channel.SLACK)
    for who in ("boss", "head", "chief"):
        desk.does(Watch(kind=AddressKind.EMAIL, address=f"{who}@customer.example"), "lea", ticket=number or 0)
    drawings = [d for d in all_deliveries(desk) if d.mirror is not None]
    assert HELD not in {d.state for d in drawings}
    assert Counter(d.mirror for d in drawings if d.state is QUEUED).most_common(1)[0][1] == 1
    desk.hears(mail(author=Address(kind=AddressKind.SLACK, value="U1")))
    assert of_kind(desk, NoticeKind.ACKNOWLEDGEMENT)[-1].state is QUEUED


def test_what_is_released_leaves_and_is_not_held_again_nor_keeps_the_gate_closed(at_the_desk: AtTheDesk) -> None:
    with_caps(at_the_desk, per_instance=3)
    for number in range(6):
        at_the_desk.hears(mail(author=somebody(number)))
    at_the_desk.clock.advance(minutes=59)
    with at_the_desk.store.looking() as reader:
        ids = reader.held(WhichHeld(because=Cap.INSTANCE), 100)
    with at_the_desk.store.begin() as books:
        released = release(ids, books, "lea", at_the_desk.clock())
        assert release(ids, books, "lea", at_the_desk.clock()) == []
    assert [delivery.state for delivery in released] == [QUEUED] * 3
    at_the_desk.clock.advance(minutes=2)
    at_the_desk.hears(mail(author=somebody(99)))
    assert held(at_the_desk) == {}
    assert len([o for o in at_the_desk.sends(Channel.EMAIL) if o.delivery.notice and not o.delivery.group]) == 7
    story = at_the_desk.story(released[0].ticket)
    told = next(event for event in story.events if event.kind is EventKind.DELIVERY_RETRIED)
    assert told.actor == "lea"
    assert "(per_instance)" in told.reason


def test_one_that_is_tried_again_by_hand_is_released_as_well(at_the_desk: AtTheDesk) -> None:
    with_caps(at_the_desk, per_recipient=1)
    for _ in range(2):
        at_the_desk.hears(mail())
    (one,) = [delivery for delivery in all_deliveries(at_the_desk) if delivery.state is HELD]
    with at_the_desk.store.begin() as books:
        assert retry(one.id, books, "lea", at_the_desk.clock()).state is QUEUED
    assert one.id in [outbound.delivery.id for outbound in at_the_desk.claims(Channel.EMAIL)]


@pytest.mark.parametrize(
    ("which", "how_many"),
    [
        (WhichHeld(), 5),
        (WhichHeld(address="ann@customer.example"), 2),
        (WhichHeld(channel=Channel.SMS), 1),
        (WhichHeld(because=Cap.PAGES), 2),
        (WhichHeld(because=Cap.PAGES, address="ann@customer.example"), 0),
        (WhichHeld(address="ann@customer.example", ticket=1), 0),
    ],
)
def test_what_is_held_is_found_by_whom_by_what_and_why(at_the_desk: AtTheDesk, which: WhichHeld, how_many: int) -> None:
    with_caps(at_the_desk, per_recipient=1, pages_per_recipient=1)
    for _ in range(3):
        at_the_desk.hears(mail(), BURNING)
    for _ in range(2):
        at_the_desk.hears(mail(author=Address(kind=AddressKind.PHONE, value="+33140000000")))
    with at_the_desk.store.looking() as reader:
        assert len(reader.held(which, 100)) == how_many
        assert len(reader.held(which, 1)) == min(how_many, 1)
