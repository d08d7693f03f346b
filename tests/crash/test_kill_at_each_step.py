"""kill -9 at every named step of the pipeline, on both databases."""

from collections import Counter
from collections.abc import Mapping

import pytest

from channels.serve.step import Step
from tests.crash.aftermath import come_back, finish
from tests.harness.books import Books
from tests.harness.desk_process import Faults, Setup, running
from tests.harness.mail_load import MailLoad, write_mails
from tests.harness.mail_sink import MailSink
from tests.harness.patience import wait_until

pytestmark = pytest.mark.crash

MAILS = 100
URGENT = 2  # fewer alike ones than make a major incident

# At which passing the desk dies: in the middle of the load. A batch passes WRITTEN and COMMITTED once, whatever is in it.
NTH: Mapping[Step, int] = {
    Step.ARRIVED: 40,
    Step.UNDERSTOOD: 40,
    Step.WRITTEN: 12,
    Step.COMMITTED: 12,
    Step.CLAIMED: 2,
    Step.HANDED_OVER: 20,
    Step.MARKED: 20,
    Step.FIRED: 2,
}


def test_each_step_has_its_kill() -> None:
    assert set(NTH) == set(Step)


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.FIRED])
def test_killed_there_nothing_is_lost_and_nothing_doubled(step: Step, setup: Setup, sink: MailSink) -> None:
    load = MailLoad(write_mails(MAILS))
    with running(setup, Faults(kill_at=step, nth=NTH[step])) as desk:
        load.offer([desk.smtp])
        desk.wait_until_dead()
    come_back(setup, load, sink, kills=1)


def test_killed_after_a_timer_fired_each_page_climbs_once(setup: Setup, sink: MailSink, books: Books) -> None:
    load = MailLoad(write_mails(URGENT, urgent=True))
    with running(setup, Faults(kill_at=Step.FIRED, nth=NTH[Step.FIRED])) as desk:
        load.insist([desk.smtp])
        books.let_pages_go_unanswered()
        desk.wait_until_dead()
    with running(setup) as desk:
        wait_until(lambda: len(books.pagings()) >= 2 * URGENT, "every page has climbed")
        pages = finish(setup, desk, load, sink, kills=1)
    climbed = Counter((ticket, step) for ticket in pages.tickets for step in (1, 2))
    assert Counter(books.pagings()) == climbed
    named = {mail.message_id for mail in sink.received if "This is page 2." in mail.body}
    assert len(named) == URGENT
