"""Two replicas on one PostgreSQL: one dies, the other finishes its work; both hear the same thing, it is one ticket."""

from dataclasses import replace
from pathlib import Path

import pytest

from channels.serve.deliveries import MOST_CLAIMED
from channels.serve.step import Step
from intake.domain.delivery import DeliveryState
from tests.crash.aftermath import finish
from tests.harness.books import Books
from tests.harness.desk_process import Faults, Setup, running
from tests.harness.mail_load import MailLoad, write_mails
from tests.harness.mail_sink import MailSink, Mood
from tests.harness.patience import wait_until
from tests.harness.policy_copy import write_policy

pytestmark = [pytest.mark.crash, pytest.mark.postgres]

MAILS = 120
AT_ONCE = 30


def replicas(setup: Setup, folder: Path, lease_seconds: int) -> tuple[Setup, Setup]:
    """Twice the same settings, each with a folder of its own."""
    policy = write_policy(folder, lease_seconds=lease_seconds)
    return replace(setup, policy=policy), replace(setup, policy=policy, folder=folder / "beside")


@pytest.mark.parametrize(("step", "nth"), [(Step.CLAIMED, 1), (Step.HANDED_OVER, 10)])
def test_the_survivor_takes_over_what_a_killed_replica_had_claimed(
    step: Step, nth: int, on_postgresql: Setup, tmp_path: Path, sink: MailSink
) -> None:
    one, other = replicas(on_postgresql, tmp_path, lease_seconds=6)
    load = MailLoad(write_mails(MAILS))
    sink.mood = Mood.HANG  # neither can finish, so that both have claimed their share when one dies
    with running(one) as survivor, running(other, Faults(kill_at=step, nth=nth)) as victim:
        load.offer([survivor.smtp, victim.smtp], connections=8)
        with Books(one.store_url) as books:
            wait_until(lambda: not victim.alive or books.count(DeliveryState.SENDING) > MOST_CLAIMED, "both have claimed")
        sink.mood = Mood.TAKE
        victim.wait_until_dead()
        pages = finish(one, survivor, load, sink, kills=1)
    assert any(delivery.attempts > 1 for delivery in pages.deliveries)


def test_the_same_mail_at_the_same_moment_to_both_is_one_ticket(on_postgresql: Setup, tmp_path: Path, sink: MailSink) -> None:
    here_setup, there_setup = replicas(on_postgresql, tmp_path, lease_seconds=60)
    mails = write_mails(AT_ONCE)
    one, other = MailLoad(mails), MailLoad(mails)
    with running(here_setup) as here, running(there_setup) as there:
        both = [one.start([here.smtp], connections=4), other.start([there.smtp], connections=4)]
        for sending in both:
            sending.join()
        other.insist([there.smtp])
        finish(here_setup, here, one, sink, kills=0)
    assert one.kept == other.kept
