"""SIGTERM with work in flight: an orderly end in under five seconds, and the rest is done after the next start."""

from dataclasses import replace

import pytest

from tests.crash.aftermath import come_back
from tests.harness.books import Books
from tests.harness.desk_process import Setup, running
from tests.harness.mail_load import MailLoad, write_mails
from tests.harness.mail_sink import MailSink, Mood
from tests.harness.patience import wait_until

pytestmark = pytest.mark.crash

MAILS = 300
SECONDS = 5.0  # what an init system may expect


@pytest.mark.parametrize("mood", [Mood.TAKE, Mood.HANG], ids=["a quick relay", "a relay that hangs"])
def test_sigterm_ends_in_order_and_nothing_is_lost(mood: Mood, setup: Setup, sink: MailSink, books: Books) -> None:
    sink.mood = mood
    load = MailLoad(write_mails(MAILS))
    with running(replace(setup, from_scratch=True)) as desk:
        sending = load.start([desk.smtp], connections=8)
        wait_until(lambda: len(load.kept) >= MAILS // 10 and (sink.hanging > 0 or bool(sink.received)), "work is in flight")
        ending = desk.terminate()
        sending.join()
    assert ending.code == 0, desk.last_words()
    assert ending.seconds < SECONDS
    assert {entry.external_id for entry in books.read().ledger} >= set(load.kept)
    sink.mood = Mood.TAKE
    come_back(setup, load, sink, kills=0)
