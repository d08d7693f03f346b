"""What the outbox and the timers answer about what leaves."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from intake.desk.ports import UnitOfWork
from intake.domain.channel import Channel
from intake.domain.delivery import DeliveryState
from intake.domain.mirror import Mirror
from intake.domain.notice import Notice, NoticeKind
from intake.domain.queued import Queued
from intake.domain.timer import Timer, TimerKind
from storage.store import SqlStore
from tests.storage.examples import LATER, NOW, answer, open_ticket, open_tickets, queue_reply

EARLIER = NOW - timedelta(hours=1)
SAID, PAGE = Notice(kind=NoticeKind.ACKNOWLEDGEMENT), Notice(kind=NoticeKind.PAGE)


def test_an_answer_names_all_its_deliveries_in_their_order(store: SqlStore) -> None:
    with store.begin() as books:
        number, merged = open_tickets(books, 2)
        reply, another = answer(books, number), answer(books, number)
        sent = [queue_reply(books, ticket, reply) for ticket in (number, merged)]
        queue_reply(books, number, another)
        assert list(books.outbox.of_reply(reply)) == sent
        assert list(books.outbox.of_reply(number)) == []


def test_something_left_for_an_address_when_it_was_sent_last(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        reply = answer(books, number)
        first, second, other = (queue_reply(books, number, reply, f"{who}@x.example") for who in ("ann", "ann", "bob"))
    with store.begin() as books:
        assert last_sent(books, "ann@x.example") is None
        books.outbox.save(replace(first, state=DeliveryState.FAILED, sent_at=NOW, error="came back"))
        assert last_sent(books, "ann@x.example") == NOW
        books.outbox.save(replace(other, state=DeliveryState.SENT, sent_at=LATER))
        assert last_sent(books, "ann@x.example") == NOW
        books.outbox.save(replace(second, state=DeliveryState.SENT, sent_at=LATER))
        assert last_sent(books, "ann@x.example") == LATER
        assert last_sent(books, "nobody@x.example") is None


def test_a_sending_that_was_undone_is_not_remembered(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        delivery = queue_reply(books, number, answer(books, number))
    with store.begin() as books:
        try:
            with books.savepoint():
                books.outbox.save(replace(delivery, state=DeliveryState.SENT, sent_at=NOW))
                assert last_sent(books, delivery.address) == NOW
                raise ValueError("planted")
        except ValueError:
            pass
        assert last_sent(books, delivery.address) is None


def last_sent(books: UnitOfWork, address: str) -> datetime | None:
    return books.outbox.told_since(address, EARLIER, 9).last


@pytest.mark.parametrize("written", [False, True])
def test_the_gate_counts_by_address_channel_and_kind_what_waits_to_be_written_as_what_is(
    store: SqlStore, *, written: bool
) -> None:
    with store.begin() as books:
        number, other = open_tickets(books, 2)
        reply = answer(books, number)
        too_old = replace(queue_reply(books, number, reply, "eve@x.example"), id=books.next_id(), created_at=EARLIER)
        books.outbox.add(replace(too_old, address="ann@x.example", notice=SAID, reply=None))
    with store.begin() as books:
        mirror = Mirror(id=books.next_id(), ticket=number, channel=Channel.SLACK, address="C1")
        books.mirrors.add(mirror)
        like = queue_reply(books, number, reply)
        for change in (
            {"notice": PAGE, "reply": None},
            {"notice": SAID, "reply": None},
            {"notice": SAID, "reply": None, "ticket": other},
            {"notice": SAID, "reply": None, "group": "digest:ann@x.example"},
            {"notice": SAID, "reply": None, "state": DeliveryState.HELD},
            {"notice": SAID, "reply": None, "address": "bob@x.example"},
            {"notice": SAID, "reply": None, "channel": Channel.SMS},
            {"mirror": mirror.id, "reply": None},
        ):
            books.outbox.add(replace(like, id=books.next_id(), **change))
        if written:
            with books.savepoint():
                pass
        mail, since, address = {Channel.EMAIL}, EARLIER, like.address
        assert books.outbox.queued_since(mail, address, since, 9) == Queued(notices=2, replies=1, pages=1, to_anybody=4)
        assert books.outbox.queued_since({Channel.SMS}, address, since, 9) == Queued(notices=1, to_anybody=4)
        assert books.outbox.queued_since(mail, "dan@x.example", since, 9) == Queued(to_anybody=4)
        assert books.outbox.notices_on(number, mail, address, since) == 1
        assert books.outbox.told_since(address, since, 9).lines == 1


def test_what_everybody_gets_is_counted_no_further_than_asked(store: SqlStore) -> None:
    with store.begin() as books:
        like = queue_reply(books, open_ticket(books), answer(books, 1001))
        for _ in range(5):
            books.outbox.add(replace(like, id=books.next_id(), notice=SAID, reply=None))
    with store.begin() as books:
        assert books.outbox.queued_since({Channel.EMAIL}, "eve@x.example", EARLIER, 3).to_anybody == 3


def test_what_a_person_released_leaves_behind_the_rest_and_is_not_counted(store: SqlStore) -> None:
    with store.begin() as books:
        like = queue_reply(books, open_ticket(books), answer(books, 1001))
        held = replace(like, id=books.next_id(), notice=SAID, reply=None, state=DeliveryState.HELD, error="too many")
        page = replace(held, id=books.next_id(), notice=PAGE)
        fresh = replace(like, id=books.next_id(), due_at=LATER)
        for delivery in (held, page, fresh):
            books.outbox.add(delivery)
    with store.begin() as books:
        books.outbox.let_out([held.id, page.id, fresh.id], LATER)
        assert books.outbox.queued_since({Channel.EMAIL}, like.address, EARLIER, 9) == Queued(replies=2, pages=1)
        claimed = books.outbox.claim([Channel.EMAIL], now=LATER, until=LATER, replica="one", limit=9)
    assert [delivery.id for delivery in claimed] == [page.id, like.id, fresh.id, held.id]
    assert (claimed[-1].error, claimed[-1].created_at) == ("", LATER)


def test_a_timer_knows_what_it_is_about(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        delivery = queue_reply(books, number, answer(books, number)).id
        timer = Timer(id=books.next_id(), ticket=number, kind=TimerKind.NO_BOUNCE, due_at=NOW, step=2, delivery=delivery)
        books.timers.add(timer)
        assert books.timers.claim(now=NOW, until=LATER, replica="one", limit=9) == [timer]


def test_a_timer_is_canceled_by_what_it_is_about_or_with_all_of_its_kind(store: SqlStore) -> None:
    with store.begin() as books:
        number, other = open_tickets(books, 2)
        for ticket, kind, delivery in [
            (number, TimerKind.NO_BOUNCE, 7),
            (number, TimerKind.NO_BOUNCE, 8),
            (number, TimerKind.NO_BOUNCE, 9),
            (number, TimerKind.CLOSE, None),
            (other, TimerKind.NO_BOUNCE, 7),
        ]:
            books.timers.add(Timer(id=books.next_id(), ticket=ticket, kind=kind, due_at=NOW, delivery=delivery))
        assert books.timers.cancel(number, TimerKind.NO_BOUNCE, 7) == 1
        assert books.timers.cancel(number, TimerKind.NO_BOUNCE, 7) == 0
        assert books.timers.cancel(number, TimerKind.NO_BOUNCE) == 2
        left = books.timers.claim(now=NOW, until=NOW + timedelta(minutes=1), replica="one", limit=9)
    assert [(timer.ticket, timer.kind, timer.delivery) for timer in left] == [
        (number, TimerKind.CLOSE, None),
        (other, TimerKind.NO_BOUNCE, 7),
    ]


def test_an_outbox_page_can_be_about_one_ticket(store: SqlStore) -> None:
    with store.begin() as books:
        number, other = open_tickets(books, 2)
        reply = answer(books, number)
        first, elsewhere, last = (queue_reply(books, ticket, reply) for ticket in (number, other, number))
    with store.looking() as reader:
        assert list(reader.outbox(ticket=number, limit=9)) == [last, first]
        assert list(reader.outbox(ticket=number, before=last.id, limit=9)) == [first]
        assert list(reader.outbox(states=[DeliveryState.SENT], limit=9)) == []
        assert reader.delivery(elsewhere.id) == elsewhere
        assert reader.delivery(elsewhere.id + 1000) is None
    assert elsewhere.channel is Channel.EMAIL


def test_a_card_that_is_over_is_none_of_those_that_show_the_ticket(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_tickets(books, 1)[0]
        one, two = (Mirror(id=books.next_id(), ticket=number, channel=Channel.SLACK, address=at) for at in ("C1", "C2"))
        for mirror in (one, two):
            books.mirrors.add(mirror)
        books.mirrors.show(one.id, "C1/1.1")
        books.mirrors.end(one.id)
        over = replace(one, ref="C1/1.1", over=True)
        assert (list(books.mirrors.of(number)), list(books.mirrors.past(number))) == ([two], [over])
        assert books.mirrors.get(one.id) == over
    with store.begin() as books:
        books.mirrors.begin_anew(one.id)
        assert (list(books.mirrors.of(number)), list(books.mirrors.past(number))) == ([one, two], [])
