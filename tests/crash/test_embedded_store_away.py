"""The embedded store is locked, full or gone: senders hear 451, the process lives, and intake resumes by itself."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash import trouble
from tests.crash.aftermath import finish
from tests.harness.desk_process import DeskProcess, Setup, running
from tests.harness.mail_load import MailLoad, write_mails
from tests.harness.mail_sink import MailSink
from tests.harness.patience import wait_until

pytestmark = pytest.mark.crash

Trouble = Callable[[Setup, DeskProcess], AbstractContextManager[None]]

MAILS = 100  # before, and during
REFUSED = 5  # so many senders hear it before the trouble passes

TROUBLES: list[Trouble] = [trouble.locked, trouble.no_file_may_grow, trouble.file_moved, trouble.folder_moved]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own; needs the right to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", folder], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount a tmpfs: the full disk is tried by a file size limit only")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("befalls", TROUBLES, ids=lambda befalls: befalls.__name__)
def test_senders_hear_try_again_and_intake_resumes_by_itself(befalls: Trouble, embedded: Setup, sink: MailSink) -> None:
    go_through(befalls, embedded, sink)


def test_a_disk_filled_to_the_last_byte_loses_nothing(small_disk: Path, embedded: Setup, sink: MailSink) -> None:
    go_through(trouble.disk_full, replace(embedded, folder=small_disk), sink)


def go_through(befalls: Trouble, setup: Setup, sink: MailSink) -> None:
    load = MailLoad(write_mails(MAILS))
    with running(setup) as desk:
        senders = [load.insisting([desk.smtp], connections=4)]
        wait_until(lambda: len(load.kept) >= MAILS // 10, "mails are coming in")
        with befalls(setup, desk):
            load.add(write_mails(MAILS, "during"))
            senders.append(load.insisting([desk.smtp], connections=4))
            wait_until(lambda: load.codes()[451] >= REFUSED, "senders are told to try again")
        for sender in senders:
            sender.join()
        finish(setup, desk, load, sink, kills=0)
        assert desk.alive
    assert set(load.codes()) == {250, 451}
