"""A bug in our own parser costs nobody a mail: it is kept and acknowledged, and opens its ticket once the bug is mended."""

import pytest

from intake.domain.receipt import Outcome
from tests.crash.aftermath import finish
from tests.harness.books import Books
from tests.harness.desk_parts import parts_of, replay
from tests.harness.desk_process import Faults, Setup, running
from tests.harness.mail_load import MailLoad, write_mails
from tests.harness.mail_sink import MailSink

pytestmark = pytest.mark.crash

WORD = "xyzzy"
UNREADABLE = 5


def test_what_the_parser_trips_over_is_kept_and_replayed_after_the_mend(setup: Setup, sink: MailSink, books: Books) -> None:
    load = MailLoad([*write_mails(UNREADABLE, "bad", word=WORD), *write_mails(UNREADABLE, "good")])
    with running(setup, Faults(trip_over=WORD)) as desk:
        load.offer([desk.smtp])
        desk.terminate()
    assert set(load.codes()) == {250}
    quarantined = [entry for entry in books.read().ledger if entry.outcome is Outcome.QUARANTINED]
    assert len(quarantined) == UNREADABLE
    assert all(WORD in entry.reason and "Traceback" in entry.fault for entry in quarantined)

    with running(setup) as mended, parts_of(setup) as parts:
        first = [replay(parts, entry.id) for entry in quarantined]
        pages = finish(setup, mended, load, sink, kills=0)
        again = [replay(parts, entry.id) for entry in quarantined]
        after = books.read()
    assert {receipt.outcome for receipt in first} == {Outcome.OPENED}
    assert [(receipt.id, receipt.ticket) for receipt in again] == [(receipt.id, receipt.ticket) for receipt in first]
    assert after == pages
