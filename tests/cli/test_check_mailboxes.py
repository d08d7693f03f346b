"""`intake check` signs in to the mailboxes, and leaves them as they are."""

import pytest

from tests.cli.at_the_prompt import Prompt
from tests.harness.imap_server import pymap


def test_a_mailbox_that_answers_is_in_order_and_one_that_refuses_is_a_fault(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pymap() as server:
        server.delivers(b"Subject: Printer\r\n\r\nIt is jammed.\r\n")
        monkeypatch.setenv("INTAKE_IMAP", server.url)
        right = intake("check")
        assert server.flags() == [set()]
        monkeypatch.setenv("INTAKE_IMAP", server.url.replace("demopass", "hunter2"))
        wrong = intake("check")
    assert (right.code, wrong.code) == (0, 1)
    assert "INBOX: 1 unread" in right.out
    assert "fault    mail fetched demouser at 127.0.0.1" in wrong.out
    assert "hunter2" not in wrong.out
