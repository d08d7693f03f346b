"""`intake check` signs in to the mailboxes, leaves them as they are, and says what to mend."""

import socket
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.at_the_prompt import Prompt
from tests.harness.imap_server import pymap
from tests.harness.token_endpoint import SECRET, USER, token_endpoint


def checked(intake: Prompt, monkeypatch: pytest.MonkeyPatch, mailbox: str) -> tuple[int, str]:
    """How many faults there are, and what was said of the mailbox with its mend."""
    monkeypatch.setenv("INTAKE_IMAP", mailbox)
    ran = intake("check")
    lines = ran.out.splitlines()
    found = [place for place, line in enumerate(lines) if line[9:].startswith("mail fetched")]
    return ran.code, "\n".join(line for place in found for line in lines[place : place + 2])


def test_a_mailbox_that_answers_is_in_order_and_one_that_refuses_is_a_fault(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pymap() as server:
        server.delivers(b"Subject: Printer\r\n\r\nIt is jammed.\r\n")
        right, says = checked(intake, monkeypatch, server.url)
        assert server.flags() == [set()]
        _, trusts = checked(intake, monkeypatch, f"{server.url}?authserv_id=mx.corp.example")
        wrong, complains = checked(intake, monkeypatch, server.url.replace("demopass", "hunter2"))
        nowhere, misses = checked(intake, monkeypatch, server.url.replace("INBOX", "Help"))
    assert (right, wrong, nowhere) == (0, 1, 1)
    assert "INBOX: signed in, 1 unread; new mail is seen at once" in says
    assert "INBOX: without authserv_id= in its URL no mail proves its author" in says
    assert "no mail proves" not in trusts
    assert "fault    mail fetched demouser at 127.0.0.1" in complains
    assert "→ correct the user and password in INTAKE_IMAP" in complains
    assert "hunter2" not in complains
    assert "→ correct the folder" in misses


def test_a_server_that_is_not_there_is_a_fault(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        port = gone.getsockname()[1]
    code, says = checked(intake, monkeypatch, f"imap://me:hunter2@127.0.0.1:{port}/INBOX")
    assert code == 1
    assert f"me at 127.0.0.1:{port}, INBOX: Connection refused" in says
    assert "→ is 127.0.0.1 right in INTAKE_IMAP, is it up" in says


def test_an_endpoint_that_gives_no_token_is_a_fault_that_says_what_to_mend(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INTAKE_MAIL_ADDRESS", USER)
    with pymap() as server, token_endpoint() as endpoint:
        said = []
        for refuses, broken in (("invalid_client", 0), ("", 503)):
            endpoint.refuses, endpoint.broken = refuses, broken
            said.append(checked(intake, monkeypatch, endpoint.mailbox(server.port)))
        lost = endpoint.mailbox(server.port, refresh_token_file=str(tmp_path / "lost"))
        said.append(checked(intake, monkeypatch, lost))
    assert [code for code, _ in said] == [1, 1, 1]
    (_, refused), (_, down), (_, missing) = said
    assert "→ client_id or client_secret is wrong, or the secret has expired" in refused
    assert SECRET not in refused
    assert "the token endpoint says HTTP 503" in down
    assert "→ is token_url right, the endpoint up" in down
    assert f"refresh_token_file {tmp_path}/lost cannot be read: No such file" in missing


def test_whose_word_counts_is_said_and_trusting_everybody_is_a_warning(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_AUTHSERV_ID", "MX.corp.example")
    assert "Authentication-Results of mx.corp.example are believed, by SMTP from 127.0.0.0/8, ::1" in intake("check").out
    monkeypatch.setenv("INTAKE_SMTP_TRUSTED_HOSTS", "0.0.0.0/0")
    out = intake("check").out
    assert "INTAKE_SMTP_TRUSTED_HOSTS trusts everybody" in out
    assert "are believed" not in out
