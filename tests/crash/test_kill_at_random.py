"""kill -9 at moments that nobody chose, some hundreds of mails, several connections, both databases."""

import time
from random import Random

import pytest

from tests.crash.aftermath import come_back
from tests.harness.desk_process import Setup, running
from tests.harness.mail_load import MailLoad, write_mails
from tests.harness.mail_sink import MailSink

pytestmark = pytest.mark.crash

KILLS = 5
MAILS = 80  # before each
LATEST = 0.7  # seconds after the desk opened


@pytest.mark.parametrize("seed", [1])
def test_killed_at_random_moments_nothing_is_lost_and_nothing_doubled(seed: int, setup: Setup, sink: MailSink) -> None:
    random = Random(seed)
    load = MailLoad([])
    for kill in range(KILLS):
        load.add(write_mails(MAILS, f"k{kill}n"))
        with running(setup) as desk:
            sending = load.start([desk.smtp], connections=8)
            time.sleep(random.uniform(0, LATEST))  # not a wait for anything: this is the moment
            desk.kill()
            sending.join()
    come_back(setup, load, sink, kills=KILLS)
