"""What the outbox and the timers answer about what leaves."""

from dataclasses import replace
from datetime import timedelta

from intake.domain.channel import Channel
from intake.domain.delivery import DeliveryState
from intake.domain.timer import Timer, TimerKind
from storage.store import SqlStore
from tests.storage.examples import LATER, NOW, answer, open_ticket, open_tickets, queue_reply


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
        assert books.outbox.last_sent("ann@x.example") is None
        books.outbox.save(replace(first, state=DeliveryState.FAILED, sent_at=NOW, error="came back"))
        assert books.outbox.last_sent("ann@x.example") == NOW
        books.outbox.save(replace(other, state=DeliveryState.SENT, sent_at=LATER))
        assert books.outbox.last_sent("ann@x.example") == NOW
        books.outbox.save(replace(second, state=DeliveryState.SENT, sent_at=LATER))
        assert books.outbox.last_sent("ann@x.example") == LATER
        assert books.outbox.last_sent("nobody@x.example") is None


def test_a_sending_that_was_undone_is_not_remembered(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        delivery = queue_reply(books, number, answer(books, number))
    with store.begin() as books:
        try:
            with books.savepoint():
                books.outbox.save(replace(delivery, state=DeliveryState.SENT, sent_at=NOW))
                assert books.outbox.last_sent(delivery.address) == NOW
                raise ValueError("planted")
        except ValueError:
            pass
        assert books.outbox.last_sent(delivery.address) is None


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
