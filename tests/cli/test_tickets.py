"""`intake tickets` and `intake ticket`."""

import sqlite3
from pathlib import Path

import pytest

from tests.cli.at_the_prompt import Desk, Prompt, mail

VPN = mail("The VPN is down for the whole office, nobody can work.", subject="VPN is down", name="vpn@customer.example")
ANN = "ann@customer.example"
EVIL = mail(
    "body \x1b]0;owned\x07 text\r\n[red]not red[/red] \x9b31m end",
    subject="\x1b[31mred\x1b[0m [bold]x[/bold]",
    name="evil@customer.example",
)


def test_a_mail_is_one_line_with_all_that_the_contract_names(desk: Desk, intake: Prompt) -> None:
    desk.receives(VPN)
    ticket = intake("tickets", "--json").record
    assert (
        ticket.items()
        >= {
            "number": "HD-1001",
            "kind": "incident",
            "category": "unavailable",
            "impact": 1,
            "urgency": 1,
            "priority": "P1",
            "state": "new",
            "tier": 1,
            "assignment_group": "support",
            "contact_type": "email",
            "mailbox": "desk@localhost",
            "caller": "ann@customer.example",
            "short_description": "VPN is down",
            "parent": None,
        }.items()
    )
    assert str(ticket["opened_at"]).endswith("Z")


def test_the_newest_ticket_comes_first_and_a_limit_keeps_the_newest(desk: Desk, intake: Prompt) -> None:
    for count in range(3):
        desk.receives(mail(name=f"{count}@customer.example"))
    assert [ticket["number"] for ticket in intake("tickets", "--json").records] == ["HD-1003", "HD-1002", "HD-1001"]
    assert [ticket["number"] for ticket in intake("tickets", "--json", "--limit", "2").records] == ["HD-1003", "HD-1002"]
    assert "--limit 20" in intake("tickets", "--limit", "2").out


def test_programs_get_all_tickets_unless_they_ask_for_fewer(desk: Desk, intake: Prompt) -> None:
    for count in range(60):
        desk.receives(mail(name=f"{count}@customer.example"))
    assert len(intake("tickets", "--json").records) == 60
    assert len(intake("tickets").out.splitlines()) == 1 + 50 + 1


def test_tickets_of_some_states_alone(desk: Desk, intake: Prompt) -> None:
    desk.receives(VPN)
    assert len(intake("tickets", "--json", "--state", "new", "--state", "closed").records) == 1
    assert intake("tickets", "--json", "--state", "closed").out == ""
    assert intake("tickets", "--state", "closed").out == "No ticket is closed.\n"
    assert intake("tickets", "--state", "shut").code == 2


def test_off_a_terminal_nothing_is_cut_and_nothing_is_coloured(desk: Desk, intake: Prompt) -> None:
    subject = "a long subject " * 10
    desk.receives(mail(subject=subject))
    ran = intake("tickets")
    assert subject.strip() in ran.out
    assert "\x1b" not in ran.out


@pytest.mark.parametrize("command", [("tickets",), ("ticket", "1001")])
def test_a_subject_cannot_command_the_terminal(desk: Desk, intake: Prompt, command: tuple[str, ...]) -> None:
    desk.receives(EVIL)
    out = intake(*command).out
    assert "[bold]x[/bold]" in out, "square brackets are no markup of ours"
    assert not {"\x1b", "\x07", "\x9b"} & set(out)


def test_json_lines_stay_lines_whatever_a_mail_says(desk: Desk, intake: Prompt) -> None:
    desk.receives(mail("one\x85two\u2028three\u2029four \x9b31m", subject="a\u2028b"))
    ran = intake("ticket", "1001", "--json")
    assert "one" in str(ran.record["messages"])
    assert not {"\x85", "\u2028", "\x9b"} & set(ran.out)


def test_a_ticket_tells_its_story_with_reasons(desk: Desk, intake: Prompt) -> None:
    desk.receives(VPN)
    story = intake("ticket", "HD-1001", "--json").record
    messages, events, deliveries = story["messages"], story["events"], story["deliveries"]
    assert isinstance(messages, list)
    assert isinstance(events, list)
    assert isinstance(deliveries, list)
    assert messages[0].keys() >= {"direction", "channel", "body", "at"}
    assert messages[0]["body"] == "The VPN is down for the whole office, nobody can work."
    labelled = next(event for event in events if event["kind"] == "labelled")
    assert labelled.keys() >= {"kind", "at", "actor", "reason", "evidence"}
    assert any(evidence["says"] == "category=unavailable" and "down" in evidence["text"] for evidence in labelled["evidence"])
    assert deliveries[0].keys() >= {"channel", "address", "state", "attempts", "error"}


def test_a_person_reads_the_timeline(desk: Desk, intake: Prompt) -> None:
    desk.receives(VPN)
    out = intake("ticket", "hd-1001").out
    said, labelled, acknowledged = out.index("| The VPN"), out.index("labelled: incident"), out.index("acknowledgement to ann")
    assert said < labelled < acknowledged
    assert "→ category=unavailable" in out


@pytest.mark.parametrize(
    ("name", "says"),
    [("HD-4711", "no ticket HD-4711"), ("nonsense", "not a ticket number"), ("-1", "No such option")],
)
def test_a_ticket_that_is_not_there_is_said_on_stderr(desk: Desk, intake: Prompt, name: str, says: str) -> None:
    ran = intake("ticket", name, "--json")
    assert ran.code != 0
    assert ran.out == ""
    assert says in ran.err


@pytest.mark.parametrize(
    "command",
    [
        *(("tickets",), ("ticket", "1001"), ("queues",), ("events",), ("contact", "ann@customer.example"), ("token", "list")),
        *(("ledger",), ("ledger", "1"), ("outbox",), ("outbox", "retry", "1"), ("replay", "1"), ("take", "1001")),
    ],
)
@pytest.mark.parametrize("json", [[], ["--json"]])
def test_before_the_first_start_there_is_no_store_and_none_is_made(
    intake: Prompt, folder: Path, command: tuple[str, ...], json: list[str]
) -> None:
    ran = intake(*command, *json)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"intake: No store yet in {folder / 'data'}: start the desk with `intake serve`\n"
    assert list(folder.iterdir()) == []


def test_reading_waits_for_no_writer(desk: Desk, intake: Prompt) -> None:
    desk.receives(VPN)
    writer = sqlite3.connect(desk.folder / "desk.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        for command in (["tickets"], ["ticket", "1001"], ["queues"], ["events"], ["contact", ANN], ["ledger"], ["outbox"]):
            assert len(intake(*command, "--json").records) > 0
    finally:
        writer.close()


def test_an_older_store_is_named_with_its_mend(desk: Desk, intake: Prompt) -> None:
    with sqlite3.connect(desk.folder / "desk.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()
    ran = intake("tickets")
    assert ran.code == 1
    assert "intake migrate" in ran.err
