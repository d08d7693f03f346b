"""`intake check` on addresses: the desk's own, its people's, and whose word is taken on who wrote a mail."""

from pathlib import Path

import pytest

from tests.cli.at_the_prompt import Prompt
from tests.cli.test_check import SHIPPED, any_ports, line

__all__ = ["any_ports"]  # a fixture

AGENT = '[[agent]]\nname = "Robin"\nteams = ["support"]\nmail = "{}"\n'


@pytest.mark.parametrize(
    ("added", "says", "mend"),
    [
        (
            '[[mailbox]]\naddress = "hlep@corp.example"\n',
            "[[mailbox]] hlep@corp.example is none of the desk's addresses (help@corp.example, hilfe@corp.example)",
            "add it to INTAKE_MAIL_ADDRESS, or correct it in desk.toml (INTAKE_POLICY); did you mean help@corp.example?",
        ),
        (AGENT.format("Hilfe@Corp.Example"), "[[agent]] Robin has the mail hilfe@corp.example, which is the desk", "desk.toml"),
        (AGENT.format("help+robin@corp.example"), "[[agent]] Robin has the mail help+robin@corp.example", "desk.toml"),
        (
            '[[team]]\nname = "night"\nmail = "help@corp.example"\n',
            "[[team]] night has the mail help@corp.example, which is the desk itself: nobody would be told",
            "write an address there that people read",
        ),
    ],
)
def test_addresses_that_are_mixed_up_are_faults(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, folder: Path, added: str, says: str, mend: str
) -> None:
    (folder / "desk.toml").write_text(f"{SHIPPED}\n{added}")
    monkeypatch.setenv("INTAKE_POLICY", "desk.toml")
    monkeypatch.setenv("INTAKE_MAIL_ADDRESS", "Help@corp.example, hilfe@corp.example")
    ran = intake("check")
    assert ran.code == 1
    assert says in line(ran.out, "addresses")
    assert mend in line(ran.out, "addresses")


def test_a_mailbox_and_people_with_addresses_of_their_own_are_in_order(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    box = '[[mailbox]]\naddress = "Help@corp.example"\n'
    (folder / "desk.toml").write_text(f"{SHIPPED}\n{box}\n{AGENT.format('robin@corp.example')}")
    monkeypatch.setenv("INTAKE_POLICY", "desk.toml")
    monkeypatch.setenv("INTAKE_MAIL_ADDRESS", "help@corp.example")
    assert line(intake("check").out, "addresses") == ""


def test_whose_word_is_taken_is_said_in_words(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_AUTHSERV_ID", "mx.corp.example, -")
    said = "mx.corp.example and the server that leaves its name out, such as Microsoft 365, are believed, by SMTP from 127"
    assert f"Authentication-Results of {said}" in line(intake("check").out, "mail in")


def test_staff_that_cannot_answer_by_mail_is_told_and_is_no_fault(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    assert line(intake("check").out, "staff") == "", "nobody there has a mail address"
    (folder / "desk.toml").write_text(f"{SHIPPED}\n{AGENT.format('robin@corp.example')}")
    monkeypatch.setenv("INTAKE_POLICY", "desk.toml")
    ran = intake("check")
    assert ran.code == 0
    assert line(ran.out, "staff").startswith(
        "ok       staff        the staff (1 agent with a mail address) cannot answer by mail, only"
    )
    monkeypatch.setenv("INTAKE_AUTHSERV_ID", "mx.corp.example")
    assert line(intake("check").out, "staff") == ""


def test_teams_with_a_mailbox_of_their_own_are_staff_as_well(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setenv("INTAKE_POLICY", "desk.toml")
    theirs = SHIPPED.replace("support@localhost", "support@corp.example").replace("cio@localhost", "cio@corp.example")
    for added, who in (("", "2 teams"), (AGENT.format("robin@corp.example"), "1 agent and 2 teams")):
        (folder / "desk.toml").write_text(f"{theirs}\n{added}")
        assert f"the staff ({who} with a mail address) cannot answer by mail" in line(intake("check").out, "staff")


def test_the_addresses_whose_tickets_staff_cannot_answer_by_mail_are_named(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    (folder / "desk.toml").write_text(f"{SHIPPED}\n{AGENT.format('robin@corp.example')}")
    monkeypatch.setenv("INTAKE_POLICY", "desk.toml")
    monkeypatch.setenv("INTAKE_MAIL_ADDRESS", "help@corp.example, hilfe@corp.example")
    monkeypatch.setenv("INTAKE_AUTHSERV_ID", "mx.corp.example")
    monkeypatch.setenv("INTAKE_IMAP", "imap://hilfe%40corp.example:pw@127.0.0.1:9/INBOX")
    says = line(intake("check").out, "staff")
    assert "cannot answer by mail, on tickets that came to hilfe@corp.example, only" in says
