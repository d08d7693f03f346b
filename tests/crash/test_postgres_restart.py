"""PostgreSQL is stopped and started under load: senders hear 451, and the desk goes on without a restart of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.aftermath import finish
from tests.crash.trouble import stopped
from tests.harness.desk_process import DeskProcess, Setup, running
from tests.harness.mail_load import MailLoad, write_mails
from tests.harness.mail_sink import MailSink
from tests.harness.patience import wait_until
from tests.harness.policy_copy import write_policy
from tests.harness.postgres import OwnPostgres, own_postgres

pytestmark = [pytest.mark.crash, pytest.mark.postgres]

MAILS = 100  # before, and during
REFUSED = 5


@pytest.fixture
def server() -> Iterator[OwnPostgres]:
    with own_postgres() as server:
        yield server


def test_a_restart_of_postgresql_loses_nothing(server: OwnPostgres, tmp_path: Path, sink: MailSink) -> None:
    setup = Setup(folder=tmp_path / "data", policy=write_policy(tmp_path), relay=sink.url, database_url=server.fresh_database())
    load = MailLoad([])
    with running(setup) as desk:
        restart_under_load(server, "fast", desk, load)
        restart_under_load(server, "immediate", desk, load)
        finish(setup, desk, load, sink, kills=0)
        assert desk.alive
    assert set(load.codes()) == {250, 451}


def restart_under_load(server: OwnPostgres, mode: str, desk: DeskProcess, load: MailLoad) -> None:
    load.add(write_mails(MAILS, f"before-{mode}"))
    kept, refused = len(load.kept) + MAILS // 10, load.codes()[451] + REFUSED
    senders = [load.insisting([desk.smtp], connections=4)]
    wait_until(lambda: len(load.kept) >= kept, "mails are coming in")
    with stopped(server, mode):
        load.add(write_mails(MAILS, f"during-{mode}"))
        senders.append(load.insisting([desk.smtp], connections=4))
        wait_until(lambda: load.codes()[451] >= refused, "senders are told to try again")
    for sender in senders:
        sender.join()
