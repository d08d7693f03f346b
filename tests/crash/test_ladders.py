"""A ladder under kill -9: each step is recorded once, none is skipped, and an answer ends it for good."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from channels.serve.step import Step
from intake.desk.incoming import understand
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.deed import AcknowledgePage
from intake.domain.delivery import DeliveryState
from intake.domain.page import Paging, RunState
from intake.domain.principal import Principal, Role
from storage.tables import FIRST_NUMBER
from tests.crash.test_two_replicas import replicas
from tests.harness.books import Books
from tests.harness.desk_parts import parts_of
from tests.harness.desk_process import DeskProcess, Faults, Setup, running
from tests.harness.mail_load import MailLoad, write_mails
from tests.harness.mail_sink import MailSink, Mood
from tests.harness.patience import wait_until
from tests.harness.promises import repeats

pytestmark = pytest.mark.crash

TICKETS = 2
# In the transaction of a later move, and while a page is claimed. What dies after a move is in the other tests here.
KILLS = (Faults(kill_at=Step.WRITTEN, after=Step.FIRED), Faults(kill_at=Step.CLAIMED))
WHOLE = [(1, 1), (2, 1), (3, 1), (3, 2), (3, 3), (3, 4)]  # step and repetition, as the shipped ladder has them


def moves(paging: Paging) -> list[tuple[int, int]]:
    return [(page.step, page.repetition) for page in paging.pages]


def pages_left(sink: MailSink) -> Sequence[str]:
    return [mail.message_id for mail in sink.received if str(mail.mail["Subject"]).startswith("PAGE")]


def climbs_to_its_end(books: Books) -> None:
    """Each move is let come due as soon as the one before it is written."""

    def exhausted() -> bool:
        books.let_pages_go_unanswered()
        return all(paging.run.state is RunState.EXHAUSTED for paging in books.paged())

    wait_until(exhausted, "every ladder has come to its end")


def climbed_once(books: Books, sink: MailSink, *, kills: int) -> None:
    books.wait_until_all_is_sent()
    paged = books.paged()
    assert [moves(paging) for paging in paged] == [WHOLE] * TICKETS
    assert Counter(books.pagings()) == Counter(
        (paging.run.ticket, number) for paging in paged for number in range(1, len(WHOLE) + 1)
    )
    carried = {page.delivery for paging in paged for page in paging.pages}
    assert len(carried) == len(WHOLE) * TICKETS
    assert len(set(pages_left(sink))) == len(WHOLE) * TICKETS
    assert repeats(sink.received) <= kills


def test_a_ladder_that_is_killed_again_and_again_is_climbed_once_and_skips_nothing(embedded: Setup, sink: MailSink) -> None:
    load = MailLoad(write_mails(TICKETS, urgent=True))
    with running(embedded, Faults(kill_at=Step.HANDED_OVER)) as desk:
        load.insist([desk.smtp])
        desk.wait_until_dead()
    with Books(embedded.store_url) as books:
        for faults in KILLS:
            with running(embedded, faults, may_die=True) as desk:
                wait_until(partial(dies_while_climbing, desk, books), "the desk dies on the ladder")
                desk.wait_until_dead()
        with running(embedded):
            climbs_to_its_end(books)
            climbed_once(books, sink, kills=len(KILLS) + 1)


def dies_while_climbing(desk: DeskProcess, books: Books) -> bool:
    books.let_pages_go_unanswered()
    return not desk.alive


@pytest.mark.postgres
def test_two_replicas_climb_one_ladder_and_the_survivor_of_a_kill_goes_on(
    on_postgresql: Setup, tmp_path: Path, sink: MailSink
) -> None:
    one, other = replicas(on_postgresql, tmp_path, lease_seconds=3)
    load = MailLoad(write_mails(TICKETS, urgent=True))
    with running(one) as survivor, running(other, Faults(kill_at=Step.FIRED)) as victim, Books(one.store_url) as books:
        load.insist([survivor.smtp])
        wait_until(partial(dies_while_climbing, victim, books), "one of two dies on the ladder")
        victim.wait_until_dead()
        climbs_to_its_end(books)
        climbed_once(books, sink, kills=1)


def test_nothing_is_sent_after_an_answer_whatever_was_killed_meanwhile(setup: Setup, sink: MailSink, books: Books) -> None:
    load = MailLoad(write_mails(1, urgent=True))
    sink.mood = Mood.HANG
    with running(setup) as desk:
        load.insist([desk.smtp])
        wait_until(lambda: sink.hanging > 0 and books.count(DeliveryState.SENDING) > 0, "the page is in the air")
        desk.kill()
    acknowledge(setup)
    assert [paging.run.state for paging in books.paged()] == [RunState.ACKNOWLEDGED]
    sink.received.clear()
    sink.mood = Mood.TAKE
    with running(setup):
        books.let_pages_go_unanswered()
        books.wait_until_all_is_sent()
    assert pages_left(sink) == []
    assert [moves(paging) for paging in books.paged()] == [[(1, 1)]]


def acknowledge(setup: Setup) -> None:
    """As the command line does it, beside the desk or without one."""
    action = Action(
        channel=Channel.CLI,
        external_id="answered",
        received_at=datetime.now(UTC),
        by=Principal(name="Robin", role=Role.ADMIN),
        deed=AcknowledgePage(),
        ticket=FIRST_NUMBER,
    )
    arrival = Arrival(channel=Channel.CLI, received_at=action.received_at, raw=b"{}", envelope={})
    with parts_of(setup) as parts, parts.store.begin() as books:
        receipt = parts.desk.receive(understand(arrival, lambda _: action, parts.classifier), books)
    assert receipt.reason == "acknowledge_page: acknowledged"
