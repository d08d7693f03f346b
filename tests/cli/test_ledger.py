"""`intake ledger`."""

import subprocess
import sys

from channels.cli.ledger import whence
from intake.domain.channel import Channel
from tests.cli.at_the_prompt import Desk, Prompt, broken, mail

AWAY = b"From: ann@customer.example\nMessage-ID: <a@x>\nAuto-Submitted: auto-replied\nSubject: away\n\nI am away.\n"


def test_every_input_is_a_line_with_its_outcome(desk: Desk, intake: Prompt) -> None:
    desk.receives(mail())
    desk.receives(AWAY)
    suppressed, opened = intake("ledger", "--json").records
    assert opened.keys() >= {"id", "channel", "external_id", "received_at", "outcome", "reason", "ticket"}
    assert (opened["outcome"], opened["ticket"], opened["channel"]) == ("opened", "HD-1001", Channel.EMAIL.value)
    assert (suppressed["outcome"], suppressed["ticket"]) == ("suppressed", None)
    assert "out_of_office" in str(suppressed["reason"])


def test_inputs_of_one_outcome_alone(desk: Desk, intake: Prompt) -> None:
    desk.receives(mail())
    desk.receives(AWAY)
    assert [entry["outcome"] for entry in intake("ledger", "--json", "--outcome", "suppressed").records] == ["suppressed"]
    assert intake("ledger", "--outcome", "held").out == "Nothing was held.\n"


def test_one_entry_in_full_has_its_envelope_and_its_traceback(desk: Desk, intake: Prompt) -> None:
    entry_id = desk.receives(mail(), parser=broken).id
    entry = intake("ledger", str(entry_id), "--json").record
    said = {"mail_from": "ann@customer.example", "rcpt_to": "desk@localhost", "peer": "127.0.0.1", "authserv_id": "mx.example"}
    assert entry["envelope"] == said
    assert "a planted bug" in str(entry["fault"])
    assert "Traceback" in intake("ledger", str(entry_id)).out
    assert "intake replay" in intake("ledger").out


def test_mail_that_was_fetched_is_shown_with_its_mailbox() -> None:
    entry = {"mailbox": "desk@imap.example/INBOX", "uid": "1/7", "rcpt_to": "desk@localhost"}
    assert whence(entry) == "imap desk@imap.example/INBOX"
    assert whence({**entry, "mail_from": "ann@customer.example"}) == "ann@customer.example"
    assert whence({"by": "Robin"}) == "Robin"
    assert whence({}) == "-"


def test_an_entry_that_is_not_there_is_said_on_stderr(desk: Desk, intake: Prompt) -> None:
    ran = intake("ledger", "99", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "no ledger entry 99" in ran.err


def test_the_raw_input_comes_out_as_it_came_in(desk: Desk) -> None:
    raw = b"Subject: \xff\xfe\r\n\r\n\x00\x01bytes\r\n"
    entry_id = desk.receives(raw).id
    command = [sys.executable, "-c", "from channels.cli.main import main; main()", "ledger", str(entry_id), "--raw"]
    assert subprocess.run(command, capture_output=True, check=True).stdout == raw
