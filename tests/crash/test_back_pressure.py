"""More comes in than can be written: whoever would have to wait for too long is told to try again, at once."""

import pytest

from tests.crash.aftermath import finish
from tests.crash.trouble import locked
from tests.harness.desk_process import DeskProcess, Setup, running
from tests.harness.mail_load import MailLoad, write_mails
from tests.harness.mail_sink import MailSink
from tests.harness.patience import wait_until

pytestmark = pytest.mark.crash

SENDERS = 40
DEPTH = 4


def test_a_full_queue_answers_try_again_while_others_still_wait(embedded: Setup, sink: MailSink) -> None:
    setup = Setup(folder=embedded.folder, policy=embedded.policy, relay=sink.url, queue_depth=DEPTH)
    load = MailLoad(write_mails(SENDERS))
    with running(setup) as desk:
        with locked(setup, desk):
            sending = load.start([desk.smtp], connections=SENDERS)
            wait_until(lambda: refused_at_once(desk) >= SENDERS // 2, "senders are told to try again")
        sending.join()
        finish(setup, desk, load, sink, kills=0)
    assert set(load.codes()) == {250, 451}


def refused_at_once(desk: DeskProcess) -> int:
    return sum("Too much is waiting" in line for line in list(desk.log))
