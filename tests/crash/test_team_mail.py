"""A digest to a team that is sent once more after a crash is the same mail, whatever came in meanwhile."""

import pytest

from channels.serve.step import Step
from tests.crash.aftermath import come_back
from tests.harness.books import Books
from tests.harness.desk_process import Faults, Setup, running
from tests.harness.mail_load import MailLoad, write_mails
from tests.harness.mail_sink import MailSink, Mood
from tests.harness.patience import wait_until

pytestmark = pytest.mark.crash

FIRST = 3


def test_a_repeated_digest_names_the_same_tickets(embedded: Setup, sink: MailSink) -> None:
    load = MailLoad(write_mails(FIRST, "first"))
    sink.mood = Mood.HANG
    with Books(embedded.store_url) as books, running(embedded, Faults(kill_at=Step.HANDED_OVER, nth=FIRST + 1)) as desk:
        load.insist([desk.smtp])
        wait_until(lambda: books.claimed_team_mail() == FIRST, "the digest is claimed, behind the answers")
        load.add(write_mails(FIRST, "second"))
        load.insist([desk.smtp])
        sink.mood = Mood.TAKE
        desk.wait_until_dead()
    assert "3 new tickets" in str(sink.received[-1].mail["Subject"])
    come_back(embedded, load, sink, kills=1)
